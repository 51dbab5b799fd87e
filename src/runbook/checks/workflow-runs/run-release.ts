/** A successful run whose release failed or never appeared did not deploy. */
import type { Evidence } from '../../model/evidence.ts';
import type { Judgement, RunbookContext } from '../../model/terms.ts';
import { FRESH_MS, type RunReading } from '../../runs/reading.ts';
import { releaseOfRun } from '../../runs/release-of-run.ts';

export type Released = Pick<Evidence, 'releases' | 'slug'>;

/** `summary`: the words for the run. Returns null if nothing shows that its release failed or is missing. */
export function judgeRelease(
  own: RunReading,
  summary: string,
  released: Released,
  { target, now }: RunbookContext,
): Judgement | null {
  const result = releaseOfRun(own, released, now);
  if (result.kind === 'fine') return null;
  const sha = own.run.sha.slice(0, 8);
  const current = released.releases.ok ? released.releases.value.find((one) => one.current) : undefined;
  const runs = current ? `; ${target.app} is still running v${current.version} (${current.description})` : '';
  if (result.kind === 'none')
    return {
      status: 'warn',
      summary: `${summary}, but Heroku created no release for ${sha} during the run, so the commit may not be deployed${runs}`,
    };
  const { version, description, createdAt } = result.release;
  return {
    status: now - createdAt <= FRESH_MS ? 'fail' : 'warn',
    summary: `${summary}, but its release v${version} (${description}) failed: ${sha} is not deployed${runs}`,
  };
}
