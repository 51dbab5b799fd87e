/**
 * Finds the releases that an app can roll back to: those that Heroku allows and that have other code (contract,
 * "rollback").
 */

import type { Evidence } from '../model/evidence.ts';
import type { Release } from '../model/heroku.ts';
import type { Rollback } from '../model/rollback.ts';
import { codeIn, releaseKind } from './release-kind.ts';

/** Newest first. Empty when the releases could not be read, or the current one is unknown. */
export function rollbackTargets({ releases }: Evidence): readonly Release[] {
  if (!releases.ok) return [];
  const current = releases.value.find((release) => release.current);
  if (current === undefined) return [];
  return releases.value.filter((one) => whyNotTo(one, current) === null);
}

/**
 * Returns the destination of a rollback without a version: the newest release from before the current code was first
 * released. After a rollback, that is not the release that was just left. Returns null when there is none.
 */
export function defaultRollback(evidence: Evidence): Release | null {
  const targets = rollbackTargets(evidence);
  const origin = Math.min(...releasesOfCurrentCode(evidence).map(({ version }) => version));
  return targets.find(({ version }) => version < origin) ?? targets[0] ?? null;
}

/**
 * Returns the default rollback with the releases that it takes back: those of the current code since the last rollback,
 * newer than the destination.
 */
export function rollbackOf(evidence: Evidence): Rollback | null {
  const target = defaultRollback(evidence);
  if (target === null) return null;
  const versions: number[] = [];
  for (const release of releasesOfCurrentCode(evidence)) {
    if (release.version > target.version) versions.push(release.version);
    if (releaseKind(release) === 'rollback') break;
  }
  return { to: target.version, takesBack: versions };
}

/** Newest first, including the current release. */
function releasesOfCurrentCode({ releases }: Evidence): readonly Release[] {
  if (!releases.ok) return [];
  const current = releases.value.find((release) => release.current);
  if (current === undefined) return [];
  return releases.value
    .filter((one) => one.version <= current.version && codeIn(one) === codeIn(current))
    .toSorted((one, other) => other.version - one.version);
}

/** Explains, as a clause after its version, why a release is not a valid destination. Returns null when it is one. */
function whyNotTo(release: Release, current: Release): string | null {
  if (release.current) return 'is the current release';
  if (release.version > current.version) return 'is newer than the current release';
  if (release.status === 'expired') return KEPT;
  if (release.status !== 'succeeded') return release.status === 'failed' ? 'failed' : `is ${release.status}`;
  const code = codeIn(release);
  if (code === null) return 'has no code';
  if (code === codeIn(current)) return 'has the same code as the current release';
  return release.eligibleForRollback ? null : "is not a valid rollback target: Heroku says it isn't eligible";
}

/** Source: Heroku, changelog of 2025-10-01. */
const KEPT = 'has expired: Heroku keeps the code of the last 20 releases and of the last 30 days';

/** Explains why the app cannot roll back to a version that someone named, as a sentence without its period. */
export function whyNotToVersion({ releases }: Evidence, version: number): string {
  if (!releases.ok) return `Couldn't read the releases (${releases.detail})`;
  const current = releases.value.find((release) => release.current);
  const named = releases.value.find((release) => release.version === version);
  if (named === undefined) return `v${version} is not among the newest ${releases.value.length} releases`;
  const why = current === undefined ? null : whyNotTo(named, current);
  return `v${version} ${why ?? 'is not a valid rollback target'}`;
}
