/** A release that failed, and that no later one made up for: the app runs what ran before it. */
import type { Instant, Release } from '../model/evidence.ts';
import { releaseKind } from './release-kind.ts';

/** For a day a failed release is somebody's open task; after that it is a warning (contract). */
export const FAILED_IS_FRESH_MS = 24 * 3_600_000;

export interface FailedRelease {
  readonly release: Release;
  readonly isFresh: boolean;
}

/** `releases`: newest first. null: none failed, or a later one made up for each that did. */
export function failedRelease(releases: readonly Release[], now: Instant): FailedRelease | null {
  const release = releases.find(
    (one, index) =>
      one.status === 'failed' && !releases.slice(0, index).some((later) => makesUpFor(later, one)),
  );
  return release ? { release, isFresh: now - release.createdAt <= FAILED_IS_FRESH_MS } : null;
}

/** New config vars do not ship the code that a failed deploy did not; other code, or the same change again, does. */
function makesUpFor(later: Release, failed: Release): boolean {
  if (later.status !== 'succeeded') return false;
  const kind = releaseKind(later);
  return kind === 'deploy' || kind === 'rollback' || kind === releaseKind(failed);
}
