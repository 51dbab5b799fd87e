/**
 * Collects what the Home tab shows one person, from the ledger and the watch's last looks, without an outside request.
 */

import { mayStillSay } from '../runbook/actions/waits-for.ts';
import type { DeployRelease } from '../runbook/heroku/newest-deploy.ts';
import { type WatchedState, watchedState } from '../runbook/incidents/watched-state.ts';
import type { Action } from '../runbook/model/action.ts';
import type { Incident } from '../runbook/model/incident.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Facts, Target } from '../runbook/model/runbook-config.ts';
import type { Person } from '../runbook/people/permissions.ts';
import { madeBy } from '../runbook/situation/outside-change.ts';
import { type ReadableBook, readWatches, type WatchReport } from './incidents/watch-report.ts';
import type { ActionStore } from './ports/action-store.ts';

export interface HomeTarget {
  readonly target: Target;
  readonly state: WatchedState;
}

export interface Home {
  readonly at: Instant;
  readonly targets: readonly HomeTarget[];
  /** Actions that wait for this person's approval, oldest first. */
  readonly waiting: readonly Action[];
  readonly incidents: readonly Incident[];
  /** Deploys, newest first, each once. */
  readonly deploys: readonly HomeDeploy[];
}

/** A deploy through the bot, with the release that it made if that is the app's newest; or anyone else's release. */
export type HomeDeploy =
  | { readonly kind: 'action'; readonly action: Action; readonly release: DeployRelease | null }
  | { readonly kind: 'release'; readonly app: string; readonly release: DeployRelease };

export interface HomeLedger {
  readonly incidentStore: ReadableBook;
  readonly actionStore: Pick<ActionStore, 'open' | 'recent'>;
}

const DEPLOYS = 3;
/** Deploys are searched for among this many of the newest actions. */
const RECENT = 50;

/** Rejects when the ledger cannot be read. */
export async function readHome(
  { incidentStore, actionStore }: HomeLedger,
  facts: Facts,
  person: Person,
  now: Instant,
): Promise<Home> {
  const [reports, open, recent] = await Promise.all([
    readWatches(facts.targets, incidentStore, facts, now),
    actionStore.open(),
    actionStore.recent(RECENT),
  ]);
  return {
    at: now,
    targets: facts.targets.flatMap((target) => {
      const report = reports.find((one) => one.target === target.name);
      return report ? [{ target, state: watchedState(report) }] : [];
    }),
    waiting: open.filter((action) => mayStillSay(action, person, now, facts)),
    incidents: reports.flatMap(({ incident }) => (incident ? [incident] : [])),
    deploys: lastDeploys(facts.targets, reports, recent),
  };
}

/** Lists each app's newest deploy, even if it was made outside the bot, and the last deploys through the bot. */
function lastDeploys(
  targets: readonly Target[],
  reports: readonly WatchReport[],
  recent: readonly Action[],
): readonly HomeDeploy[] {
  const actions = recent.filter(({ kind }) => kind === 'deploy');
  const newest = targets.flatMap(({ name, app }) => {
    const release = reports.find(({ target }) => target === name)?.memory.newestDeploy ?? null;
    if (release === null) return [];
    return [{ app, release, by: actions.find((one) => one.target === name && madeBy(one, release)) }];
  });
  const ours = actions
    .filter((action, index) => index < DEPLOYS || newest.some(({ by }) => by === action))
    .map((action): HomeDeploy => {
      const release = newest.find(({ by }) => by === action)?.release ?? null;
      return { kind: 'action', action, release };
    });
  const others = newest.flatMap(({ app, release, by }): readonly HomeDeploy[] =>
    by ? [] : [{ kind: 'release', app, release }],
  );
  return [...ours, ...others].toSorted((one, other) => deployedAt(other) - deployedAt(one));
}

function deployedAt(deploy: HomeDeploy): Instant {
  return deploy.kind === 'release' ? deploy.release.createdAt : deploy.action.askedAt;
}
