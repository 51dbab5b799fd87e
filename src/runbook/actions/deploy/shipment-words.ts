/** What would ship, in words. */
import type { Shipment, WorkflowRun } from '../../evidence.ts';

const SHOWN = 8;

export function shortSha(sha: string): string {
  return sha.slice(0, 8);
}

/** `running`: the commit that runs now; null for none. */
export function comparisonLines(
  { comparison, head, ref }: Shipment,
  running: string | null,
  version: number,
): string[] {
  if (running === null) return [`v${version} runs no known commit: the whole of ${ref} ships`];
  const from = `v${version} (${shortSha(running)})`;
  if (!comparison) return [`GitHub cannot compare ${from} with ${shortSha(head?.sha ?? ref)}`];
  const { ahead, behind, commits } = comparison;
  if (ahead === 0 && behind === 0) return [`${from} is the same commit`];
  const lines = commits
    .slice(0, SHOWN)
    .map(({ sha, title, author }) => `${shortSha(sha)} ${title} (${author})`);
  const more = ahead > lines.length ? [`and ${ahead - lines.length} more`] : [];
  const lost =
    behind === 0
      ? []
      : [`${count(behind)} of ${from} ${behind === 1 ? 'is' : 'are'} not on ${ref}, and would go away`];
  return [`${count(ahead)} since ${from}:`, ...lines, ...more, ...lost];
}

function count(commits: number): string {
  return `${commits} ${commits === 1 ? 'commit' : 'commits'}`;
}

/** `2 passed, 1 failed (PR Preview), 1 not finished`; runs of the same name count once, the newest. */
export function stateOfRuns(runs: readonly WorkflowRun[]): string {
  if (runs.length === 0) return 'no workflow ran on it';
  const passed = runs.filter(({ conclusion }) => conclusion === 'success');
  const open = runs.filter(({ status }) => status !== 'completed');
  const failed = runs.filter(
    ({ status, conclusion }) =>
      status === 'completed' &&
      conclusion !== 'success' &&
      conclusion !== 'skipped' &&
      conclusion !== 'neutral',
  );
  const parts = [
    failed.length === 0 ? '' : `${failed.length} failed (${failed.map(({ title }) => title).join(', ')})`,
    passed.length === 0 ? '' : `${passed.length} passed`,
    open.length === 0 ? '' : `${open.length} not finished`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'all skipped' : parts.join(', ');
}
