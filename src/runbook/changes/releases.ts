/** Releases as changes: of each kind, with who, and joined with the run or the action of ours that made them. */

import { isSameCommit } from '../actions/kinds/running-commit.ts';
import { codeIn, releaseKind } from '../heroku/release-kind.ts';
import type { Action } from '../model/action.ts';
import type { ChangeEvent, ChangeKind, CodeOf, WantedDiff } from '../model/change.ts';
import type { Evidence, Release } from '../model/evidence.ts';
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
      via: run && `${runName(run.run)}${run.run.actor === null ? '' : ` by ${run.run.actor}`}`,
      version: release.version,
      neverRan: neverRan(release),
      removed: removedIn(release),
      scaled: new Map(),
    };
  });
}

/** Who let it happen. */
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
  return status === 'pending' ? 'never ran: its release phase is not over' : null;
}

/** `Remove A, B config vars`; `Detach DATABASE (@ref:…)` takes `DATABASE_URL` away, too. */
function removedIn({ description }: Release): readonly string[] {
  const vars = /^Remove (.+) config vars?$/.exec(description)?.[1];
  if (vars !== undefined) return vars.split(/,\s*|\s+and\s+/);
  const addon = /^Detach (\w+)\b/.exec(description)?.[1];
  return addon === undefined ? [] : [addon, `${addon}_URL`];
}

/** The run of this target that pushed while it was made, of its commit where the release names one. */
export function runOf(release: Release, runs: readonly RunReading[]): RunReading | null {
  if (releaseKind(release) !== 'deploy') return null;
  const commit = commitIn(release);
  const own = runs.filter(
    ({ run, at }) =>
      (commit === null || isSameCommit(commit, run.sha)) &&
      release.createdAt >= run.startedAt - RUN_MS &&
      // The release phase goes on after the push.
      release.createdAt <= (run.status === 'completed' ? at : Number.POSITIVE_INFINITY) + RUN_MS,
  );
  return own[0] ?? null;
}

const RUN_MS = 2 * 60_000;

/** Which diff shows what a release that carries other code than the one before has changed; null: there is none to read. */
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

/** `slug`: that of the current release. */
export function codeOf(release: Release, slug: Evidence['slug']): CodeOf {
  const isRunning = slug.ok && slug.value !== null && slug.value.id === release.slugId;
  const commit = isRunning ? (slug.value?.commit ?? null) : null;
  return { slugId: release.slugId, commit: commit ?? commitIn(release) };
}
