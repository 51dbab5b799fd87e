/** Reads what a deploy would ship, and how two commits differ. */
import type { Comparison, Diff, Shipment } from '../runbook/model/github.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { type Get, orNull, PAGE } from './get.ts';
import { commitSchema, comparisonSchema, refSchema, runsSchema } from './schemas.ts';

/** `base` is the commit that runs now, or null if there is none. `date` returns GitHub's clock. */
export async function readShipment(
  ref: string,
  base: string | null,
  get: Get,
  date: () => Instant | null,
): Promise<Shipment> {
  const name = ref.split('/').map(encodeURIComponent).join('/');
  const tip = await orNull(get(`/git/ref/heads/${name}`, refSchema));
  if (!tip) {
    const tag = await orNull(get(`/git/ref/tags/${name}`, refSchema));
    return { ref, head: null, isTag: tag !== null, comparison: null, runs: [], date: date() };
  }
  const { sha } = tip.object;
  const [head, comparison, { workflow_runs: runs }] = await Promise.all([
    get(`/commits/${sha}`, commitSchema),
    base === null ? null : compare(base, sha, get),
    get(`/actions/runs?head_sha=${sha}&per_page=${PAGE}&exclude_pull_requests=true`, runsSchema),
  ]);
  return { ref, head, isTag: false, comparison, runs, date: date() };
}

/**
 * Returns what the code of `head` has that the code of `base` lacks, and the reverse, because a rollback removes
 * commits. GitHub compares from the last common commit, so the reverse direction takes a separate request.
 */
export async function readDiff(base: string, head: string, get: Get): Promise<Diff> {
  const there = await get(comparePath(base, head), comparisonSchema);
  if (there.behind === 0) return there.diff;
  const back = await get(comparePath(head, base), comparisonSchema);
  return {
    files: [...there.diff.files, ...back.diff.files],
    isWhole: there.diff.isWhole && back.diff.isWhole,
  };
}

function compare(base: string, sha: string, get: Get): Promise<Comparison | null> {
  return orNull(get(comparePath(base, sha), comparisonSchema));
}

function comparePath(base: string, head: string): string {
  return `/compare/${encodeURIComponent(base)}...${encodeURIComponent(head)}`;
}
