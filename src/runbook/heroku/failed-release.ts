/** Finds a failed release that no later one has replaced: the app still runs the previous release. */

import type { Release } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import { releaseKind } from './release-kind.ts';

/** A failed release counts as a failure for a day, and as a warning after that (contract). */
export const FAILED_IS_FRESH_MS = 24 * 3_600_000;

export interface FailedRelease {
  readonly release: Release;
  readonly isFresh: boolean;
}

/** `releases`: newest first. Returns null if no release failed, or if a later one replaced each that did. */
export function failedRelease(releases: readonly Release[], now: Instant): FailedRelease | null {
  const release = releases.find(
    (one, index) =>
      one.status === 'failed' && !releases.slice(0, index).some((later) => replaces(later, one)),
  );
  return release ? { release, isFresh: now - release.createdAt <= FAILED_IS_FRESH_MS } : null;
}

/**
 * New config vars do not ship the code of a failed deploy. Other code replaces it, and so does the same change again.
 */
function replaces(later: Release, failed: Release): boolean {
  if (later.status !== 'succeeded') return false;
  const kind = releaseKind(later);
  return kind === 'deploy' || kind === 'rollback' || kind === releaseKind(failed);
}
