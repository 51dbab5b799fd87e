/** Puts into words what a deploy would ship. */
import type { Plan } from '../../../model/action.ts';
import type { Commit, Comparison, Shipment, WorkflowRun } from '../../../model/github.ts';
import { capitalize } from '../../../text/capitalize.ts';

const SHOWN = 8;

export function shortSha(sha: string): string {
  return sha.slice(0, 8);
}

/** `running`: the commit that is running now; null when there is none. */
export function comparisonLines(
  { comparison, head, ref }: Shipment,
  running: string | null,
  version: number,
): string[] {
  if (running === null) return [`v${version}'s commit is unknown, so everything on ${ref} ships`];
  const from = `v${version} (${shortSha(running)})`;
  if (!comparison) return [`GitHub can't compare ${from} with ${shortSha(head?.sha ?? ref)}`];
  const { ahead, behind, commits } = comparison;
  if (ahead === 0 && behind === 0) return [`${from} is the same commit`];
  const lines = commits.slice(0, SHOWN).map(commitLine);
  const more = ahead > lines.length ? [`and ${ahead - lines.length} more`] : [];
  return [`${count(ahead)} since ${from}:`, ...lines, ...more];
}

/** Warns that the running release has commits that this deploy would take away. */
export function lostCommits(
  { comparison, ref }: Shipment,
  running: string | null,
  version: number,
): string[] {
  if (running === null || !comparison || comparison.behind === 0) return [];
  const { behind } = comparison;
  return [
    `${count(behind)} in v${version} (${shortSha(running)}) ${behind === 1 ? 'is' : 'are'} not on ${ref} and would be lost.`,
  ];
}

/** The checks on a commit, as evidence, or as a warning if one failed. */
export function checkWords({ runs }: Shipment, sha: string): Pick<Plan, 'evidence'> & { warnings: string[] } {
  const words = `checks on ${sha}: ${stateOfRuns(runs)}`;
  return runs.some(hasFailed)
    ? { evidence: [], warnings: [`${capitalize(words)}.`] }
    : { evidence: [words], warnings: [] };
}

function hasFailed({ status, conclusion }: WorkflowRun): boolean {
  return (
    status === 'completed' && conclusion !== 'success' && conclusion !== 'skipped' && conclusion !== 'neutral'
  );
}

/**
 * Returns the commits on the branch after `sha`, newest first. If `sha` is not among them (a force push), returns all
 * commits ahead.
 */
export function newCommits(comparison: Comparison | null, sha: string): readonly string[] {
  const commits = comparison?.commits ?? [];
  const before = commits.findIndex((one) => one.sha === sha);
  const added = before < 0 ? commits : commits.slice(0, before);
  const more = added.length > SHOWN ? [`and ${added.length - SHOWN} more`] : [];
  return [...added.slice(0, SHOWN).map(commitLine), ...more];
}

function commitLine({ sha, title, author }: Commit): string {
  return `${shortSha(sha)} ${title} (${author})`;
}

function count(commits: number): string {
  return `${commits} ${commits === 1 ? 'commit' : 'commits'}`;
}

/** `2 passed, 1 failed (PR Preview), 1 not finished` */
function stateOfRuns(runs: readonly WorkflowRun[]): string {
  if (runs.length === 0) return 'no workflow ran on it';
  const passed = runs.filter(({ conclusion }) => conclusion === 'success');
  const open = runs.filter(({ status }) => status !== 'completed');
  const failed = runs.filter(hasFailed);
  const parts = [
    failed.length === 0 ? '' : `${failed.length} failed (${failed.map(({ title }) => title).join(', ')})`,
    passed.length === 0 ? '' : `${passed.length} passed`,
    open.length === 0 ? '' : `${open.length} not finished`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'all skipped' : parts.join(', ');
}
