/** `raxx status --json`, as the contract defines it. */
import type { TargetStatus } from '../operations/diagnosis/target-status.ts';

/** A value that could not be read is null, or an empty list of dynos. The verdict is then `unknown`. */
export function statusJson(statuses: readonly TargetStatus[]) {
  const latest = Math.max(0, ...statuses.map(({ at }) => at));
  return {
    schema: 1,
    at: new Date(latest).toISOString(),
    targets: statuses.map(({ target, app, verdict, dynos, release, health }) => ({
      target,
      app,
      verdict,
      dynos: dynos.ok ? dynos.value : [],
      release:
        release.ok && release.value
          ? { ...release.value, at: new Date(release.value.at).toISOString() }
          : null,
      health:
        health.ok && health.value.kind === 'http'
          ? { status: health.value.status, ms: health.value.ms }
          : null,
    })),
  };
}
