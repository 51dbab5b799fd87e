/** Describes the state of a target in words, for both Slack and the terminal. */
import { formatAgo, formatDuration } from '../../runbook/text/time.ts';
import type { TargetStatus } from './target-status.ts';

export function dynoWords({ dynos, app }: TargetStatus): string {
  if (!dynos.ok) return `unavailable (${dynos.detail})`;
  if (dynos.value.length === 0) return `No dynos on ${app}`;
  return dynos.value.map(({ name, state }) => `${name}: ${state}`).join(', ');
}

export function releaseWords({ release, at }: TargetStatus): string {
  if (!release.ok) return `unavailable (${release.detail})`;
  if (release.value === null) return 'none';
  return `v${release.value.version} ${release.value.description} (${formatAgo(release.value.at, at)})`;
}

export function healthWords({ health }: TargetStatus): string {
  if (!health.ok) return `unavailable (${health.detail})`;
  const answer = health.value;
  if (answer.kind === 'http') return `HTTP ${answer.status} in ${formatDuration(answer.ms)}`;
  return `no response: ${answer.kind} (${answer.detail}) after ${formatDuration(answer.ms)}`;
}
