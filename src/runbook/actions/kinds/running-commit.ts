/** Finds the commit that the app is running. */
import type { Evidence } from '../../model/evidence.ts';

/**
 * Returns the full or short SHA of the current release's slug. Returns null when there is no slug, or the slug names no
 * commit.
 */
export function runningCommit({ slug }: Pick<Evidence, 'slug'>): string | null {
  const commit = slug.ok ? slug.value?.commit : null;
  return commit && /^[0-9a-f]{7,40}$/.test(commit) ? commit : null;
}

/** Compares two SHAs; either may be a short form of the other. */
export function isSameCommit(one: string, other: string): boolean {
  return one.length >= 7 && other.length >= 7 && (one.startsWith(other) || other.startsWith(one));
}
