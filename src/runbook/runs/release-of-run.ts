/**
 * Checks whether a successful run's commit was released: the push may succeed, and the release fail or never appear.
 */
import { isSameCommit } from '../actions/kinds/running-commit.ts';
import { releaseKind } from '../heroku/release-kind.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Release } from '../model/heroku.ts';
import type { RunReading } from './reading.ts';

export type RunRelease =
  /** The commit was released, is in its release phase, or is not shown by these releases. */
  | { readonly kind: 'fine' }
  | { readonly kind: 'failed'; readonly release: Release }
  /** No release has the run's commit, and none was created during the run. */
  | { readonly kind: 'none' };

/** A push returns when its release exists. Heroku's and GitHub's clocks differ, and a release phase takes time. */
const BEFORE_MS = 2 * 60_000;
const AFTER_MS = 15 * 60_000;

export function releaseOfRun(
  { run, at }: RunReading,
  { releases, slug }: Pick<Evidence, 'releases' | 'slug'>,
  now: number,
): RunRelease {
  if (!releases.ok) return { kind: 'fine' };
  const newestFirst = releases.value.toSorted((one, other) => other.version - one.version);
  const own = newestFirst.filter((one) => {
    const commit = commitIn(one);
    return commit !== null && isSameCommit(commit, run.sha);
  });
  const [newest] = own;
  if (newest && own.every(({ status }) => status === 'failed' || status === 'expired'))
    return { kind: 'failed', release: newest };
  if (newest) return { kind: 'fine' };
  const running = slug.ok ? (slug.value?.commit ?? null) : null;
  if (running !== null && isSameCommit(running, run.sha)) return { kind: 'fine' };
  const oldest = newestFirst.at(-1);
  const reachesBack = oldest !== undefined && oldest.createdAt < run.startedAt - BEFORE_MS;
  const isSettled = now - at > BEFORE_MS;
  const madeMeanwhile = newestFirst.some(
    (one) =>
      releaseKind(one) !== 'config' &&
      one.createdAt >= run.startedAt - BEFORE_MS &&
      one.createdAt <= at + AFTER_MS,
  );
  return reachesBack && isSettled && !madeMeanwhile ? { kind: 'none' } : { kind: 'fine' };
}

/** Parses `Deploy abcdef12` and `Retry of v41: Deploy abcdef12`. */
export function commitIn({ description }: Release): string | null {
  return /\bDeploy ([0-9a-f]{7,40})\b/.exec(description)?.[1] ?? null;
}
