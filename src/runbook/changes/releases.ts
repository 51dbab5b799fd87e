/** Releases as changes: what kind, by whom, and which run or action of the bot made them. */

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
    };
  });
}

/** Who approved it last, or else asked for it. */
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

/** `Remove A, B config vars`; `Detach DATABASE (@ref:…)` removes `DATABASE_URL`, too. */
function removedIn({ description }: Release): readonly string[] {
  const vars = /^Remove (.+) config vars?$/.exec(description)?.[1];
  if (vars !== undefined) return vars.split(/,\s*|\s+and\s+/);
  const addon = /^Detach (\w+)\b/.exec(description)?.[1];
  return addon === undefined ? [] : [addon, `${addon}_URL`];
}

/** The run of this target during which it was made, with the same commit if the release names one. */
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

/** The diff to read for a release whose code differs from the one before; null if there is none. */
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

/** `slug`: the current release's. */
export function codeOf(release: Release, slug: Evidence['slug']): CodeOf {
  const isRunning = slug.ok && slug.value !== null && slug.value.id === release.slugId;
  const commit = isRunning ? (slug.value?.commit ?? null) : null;
  return { slugId: release.slugId, commit: commit ?? commitIn(release) };
}
