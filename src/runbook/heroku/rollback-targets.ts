/** The releases that an app can be rolled back to: those that Heroku allows and that have other code (contract, "rollback"). */
import type { Evidence, Release } from '../model/evidence.ts';
import { codeIn } from './release-kind.ts';

/** Newest first. Empty when the releases, or which of them is current, were not seen. */
export function rollbackTargets({ releases }: Evidence): readonly Release[] {
  if (!releases.ok) return [];
  const current = releases.value.find((release) => release.current);
  if (current === undefined) return [];
  return releases.value.filter((one) => whyNotTo(one, current) === null);
}

/** Why a release cannot be rolled back to, as a clause after its version; null when it can. */
function whyNotTo(release: Release, current: Release): string | null {
  if (release.current) return 'is the current release';
  if (release.version > current.version) return 'is newer than the current release';
  if (release.status === 'expired') return KEPT;
  if (release.status !== 'succeeded') return release.status === 'failed' ? 'failed' : `is ${release.status}`;
  const code = codeIn(release);
  if (code === null) return 'has no code';
  if (code === codeIn(current)) return 'has the same code as the current release';
  return release.eligibleForRollback ? null : KEPT;
}

/** Heroku, changelog of 2025-10-01. */
const KEPT = 'is too old: Heroku keeps the code of the last 20 releases and of the last 30 days';

/** Why a version that someone named cannot be rolled back to, as a sentence without its full stop. */
export function whyNotToVersion({ releases }: Evidence, version: number): string {
  if (!releases.ok) return `The releases could not be seen (${releases.detail})`;
  const current = releases.value.find((release) => release.current);
  const named = releases.value.find((release) => release.version === version);
  if (named === undefined) return `v${version} is not among the releases that Heroku lists`;
  const why = current === undefined ? null : whyNotTo(named, current);
  return `v${version} ${why ?? 'cannot be rolled back to'}`;
}
