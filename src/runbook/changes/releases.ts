/** Describes releases as changes: their kind, who made them, and which run or action created them. */

import { isSameCommit } from '../actions/kinds/running-commit.ts';
import { codeIn, releaseKind } from '../heroku/release-kind.ts';
import type { Action } from '../model/action.ts';
import type { ChangeEvent, ChangeKind, CodeOf, WantedDiff } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Release } from '../model/heroku.ts';
import type { RunReading } from '../runs/reading.ts';
import { commitIn } from '../runs/release-of-run.ts';
import { runName } from '../runs/words.ts';
import { madeBy } from '../situation/outside-change.ts';

export function releaseEvents(
  releases: readonly Release[],
  actions: readonly Action[],
  runs: readonly RunReading[],
): ChangeEvent[] {
  return releases.map((release) => {
    const ours = actions.find((action) => madeBy(action, release));
    const run = runOf(release, runs);
    return {
      at: release.createdAt,
      kind: kindOf(release),
      what: `v${release.version} ${release.description}`.trim(),
      who: ours ? decider(ours) : release.actor,
      isOurs: ours !== undefined,
      via: run && `${runName(run.run)}${run.run.actor === null ? '' : ` by ${run.run.actor}`}`,
      version: release.version,
      neverRan: neverRan(release),
      removed: removedIn(release),
      scaled: new Map(),
      isActive: false,
      about: null,
    };
  });
}

/** Returns the person who approved last, or else the person who proposed the action. */
export function decider({ approvals, askedBy }: Action): string {
  return approvals.at(-1)?.person ?? askedBy;
}

function kindOf(release: Release): ChangeKind {
  const kind = releaseKind(release);
  return kind === 'initial' || kind === 'other' ? 'release' : kind;
}

function neverRan({ status, current }: Release): string | null {
  if (current) return null;
  if (status === 'failed') return 'never ran: its release phase failed';
  return status === 'pending' ? 'never ran: its release phase has not finished' : null;
}

/** Parses `Remove A, B config vars`. `Detach DATABASE (@ref:…)` also removes `DATABASE_URL`. */
function removedIn({ description }: Release): readonly string[] {
  const vars = /^Remove (.+) config vars?$/.exec(description)?.[1];
  if (vars !== undefined) return vars.split(/,\s*|\s+and\s+/);
  const addon = /^Detach (\w+)\b/.exec(description)?.[1];
  return addon === undefined ? [] : [addon, `${addon}_URL`];
}

/**
 * Returns this target's run that was in progress when the release was created. If the release names a commit, the run
 * must have the same one.
 */
export function runOf(release: Release, runs: readonly RunReading[]): RunReading | null {
  if (releaseKind(release) !== 'deploy') return null;
  const commit = commitIn(release);
  const own = runs.filter(
    ({ run, at }) =>
      (commit === null || isSameCommit(commit, run.sha)) &&
      release.createdAt >= run.startedAt - RUN_MS &&
      // The release phase continues after the push.
      release.createdAt <= (run.status === 'completed' ? at : Number.POSITIVE_INFINITY) + RUN_MS,
  );
  return own[0] ?? null;
}

const RUN_MS = 2 * 60_000;

/** Returns the diff to read for a release whose code differs from the previous one. Returns null if there is none. */
export function wantedDiff(
  version: number | null,
  { releases, slug }: Pick<Evidence, 'releases' | 'slug'>,
): WantedDiff | null {
  if (version === null || !releases.ok) return null;
  const release = releases.value.find((one) => one.version === version);
  if (!release || codeIn(release) === null) return null;
  const before = releases.value
    .filter((one) => one.version < version && one.status === 'succeeded' && codeIn(one) !== null)
    .toSorted((one, other) => other.version - one.version)[0];
  if (!before || codeIn(before) === codeIn(release)) return null;
  return { version, base: codeOf(before, slug), head: codeOf(release, slug) };
}

/** `slug`: the slug of the current release. */
export function codeOf(release: Release, slug: Evidence['slug']): CodeOf {
  const isRunning = slug.ok && slug.value !== null && slug.value.id === release.slugId;
  const commit = isRunning ? (slug.value?.commit ?? null) : null;
  return { slugId: release.slugId, commit: commit ?? commitIn(release) };
}
