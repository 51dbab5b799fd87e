/**
 * Collects what the Home tab shows one person, from the ledger and the watch's last looks, without an outside request.
 */

import { mayStillSay } from '../runbook/actions/waits-for.ts';
import { type WatchedState, watchedState } from '../runbook/incidents/watched-state.ts';
import type { Action } from '../runbook/model/action.ts';
import type { Incident } from '../runbook/model/incident.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Facts, Target } from '../runbook/model/runbook-config.ts';
import type { Person } from '../runbook/people/permissions.ts';
import { type ReadableBook, readWatches } from './incidents/watch-report.ts';
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
  /** Deploys, newest first. */
  readonly deploys: readonly Action[];
}

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
    deploys: recent.filter(({ kind }) => kind === 'deploy').slice(0, DEPLOYS),
  };
}
