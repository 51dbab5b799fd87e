/**
 * Takes one look at one target: a cheap one first, and a full one when something has changed. What it finds is saved
 * immediately.
 */

import { diagnose } from '../../runbook/diagnosis/diagnose.ts';
import { CHEAP_SOURCES, isAsBefore, mayBeCheap } from '../../runbook/incidents/glance.ts';
import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import { watchStep } from '../../runbook/incidents/watch-step.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Evidence } from '../../runbook/model/evidence.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { RunbookContext } from '../../runbook/model/terms.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import { madeBy } from '../../runbook/situation/outside-change.ts';
import { seenRunning } from '../../runbook/situation/seen-running.ts';
import type { CollectDeps, CollectOptions } from '../diagnosis/collect.ts';
import { collectRedacted } from '../diagnosis/redact-evidence.ts';
import { CRASH_IS_NEWS_MS, watchedOf } from '../diagnosis/remember.ts';
import type { ActionStore } from '../ports/action-store.ts';
import type { IncidentStore, LookDone, RequestCount, WatchRow } from '../ports/incident-store.ts';
import type { IncidentChanges } from './incident-changes.ts';

export interface WatchContext extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly incidentStore: IncidentStore;
  readonly actionStore: Pick<ActionStore, 'recent' | 'forgetFormations'>;
  /** Pages the operator if a page is due. */
  page(incidentId: string): Promise<void>;
  /** Finds what changed before an incident, and saves it with the incident. */
  readonly changes: IncidentChanges;
  /** Called after a look that saw what it needs. The last look of a good round calls the dead man's switch. */
  sawWell(target: string): Promise<void>;
}

/** A team takes fewer actions than this between two looks. Some of them may explain what is new. */
const RECENT_ACTIONS = 30;
/** The number of requests to Heroku in a full look. */
const FULL_LOOK = 6;

/** `round`: the regular time has come. `hint`: a webhook reported that something happened. */
export type WhyLook = 'round' | 'hint';

/** A look in progress. */
interface Look {
  readonly target: Target;
  readonly row: WatchRow;
  /** The time of a recently reported crash; null when there is none. */
  readonly crashedAt: Instant | null;
  /** The request counts from before the look. */
  readonly before: Counts;
  readonly use: Use;
}

/** Looks at the target with that name; does nothing if the runbook file does not name it. */
export async function watchTarget(
  context: WatchContext,
  name: string,
  why: WhyLook = 'round',
): Promise<void> {
  const { facts, incidentStore, now, outside } = context;
  const target = facts.targets.find((one) => one.name === name);
  if (!target) return;
  const [row, incident] = await Promise.all([incidentStore.watchOf(name), incidentStore.newest(name)]);
  const { crashToldAt, lookedAt, memory } = row;
  const crashedAt = crashToldAt !== null && now() - crashToldAt < CRASH_IS_NEWS_MS ? crashToldAt : null;
  const isNews = crashedAt !== null && crashedAt > (lookedAt ?? 0);
  const use = useOf(why, isNews, incident);
  // Rounds come anyway, so the rest of the budget is theirs.
  const { heroku, github } = outside;
  if (use === 'hint' && (heroku.usedUp(use, FULL_LOOK) || github.usedUp(use, FULL_LOOK))) return;
  const look: Look = { target, row, crashedAt, before: requestsOf(context, target), use };
  const isCheap = !isNews && lookedAt !== null && mayBeCheap(memory, incident);
  if (!(isCheap && (await lookCheaply(context, look, incident)))) await lookFully(context, look);
}

/** Returns false when something differs from what the last full look saw; a full look then follows. */
async function lookCheaply(context: WatchContext, look: Look, incident: Incident | null): Promise<boolean> {
  const { facts, incidentStore, now } = context;
  const { target, row, use } = look;
  const evidence = await see(context, target, { use, only: CHEAP_SOURCES });
  if (!isAsBefore(evidence, row.memory, { now: now(), target, facts })) return false;
  const saw = evidence.dynos.ok && evidence.health.ok;
  const kept = await incidentStore.keepQuiet(doneOf(context, look, saw), afterCheapLook(row.memory, now()));
  if (!kept) return true;
  if (incident?.state === 'open') await context.page(incident.id);
  if (saw) await context.sawWell(target.name);
  return true;
}

async function lookFully(context: WatchContext, look: Look): Promise<void> {
  const { facts, incidentStore, actionStore, now } = context;
  const { target, row, crashedAt, use } = look;
  const { memory } = row;
  const { name } = target;
  const startedAt = now();
  const evidence = await see(context, target, { use });
  const about: RunbookContext = { now: now(), target, facts };
  const [incident, snooze, actions] = await Promise.all([
    incidentStore.newest(name),
    incidentStore.snoozeOf(name, now()),
    actionStore.recent(RECENT_ACTIONS, name),
  ]);
  const { lastWell, firstFailing } = watchedOf(memory, incident);
  const watched = { lastWell, firstFailing: firstFailing ?? about.now };
  const diagnosis = diagnose(evidence, about, {
    tookMs: about.now - startedAt,
    limits: [],
    // A condition that is first seen now begins now, not at an earlier log line.
    firstSeen: { unreachable: about.now, crash: about.now, ...memory.firstSeen },
    watched,
    actions,
  });
  const isOurs = oursOf(actions, evidence);
  const seen = { evidence, diagnosis, context: about, crashedAt, actions, isOurs };
  const step = watchStep({ memory, incident, snooze }, seen);
  const saw = evidence.dynos.ok && evidence.formation.ok;
  const kept = await incidentStore.keep(doneOf(context, look, saw), step);
  if (!kept.ok) return;
  if (kept.incident?.state === 'open') {
    await context.page(kept.incident.id);
    // The explanation comes after the page, so that nobody waits for it.
    const explaining = { evidence, context: about, diagnosis, watched, actions, use: 'incident' } as const;
    await context.changes(kept.incident, explaining);
  }
  if (saw) await context.sawWell(name);
}

async function see(context: WatchContext, target: Target, wanted: CollectOptions): Promise<Evidence> {
  const { facts, actionStore, now } = context;
  const startedAt = now();
  const evidence = await collectRedacted(target, facts, context, wanted);
  // No matter who restarted a stopped process type, a later restore is no longer about that stop.
  const running = seenRunning(evidence, startedAt);
  if (running.length > 0) await actionStore.forgetFormations(target.app, running, now());
  return evidence;
}

function requestsOf({ outside: { heroku, github } }: WatchContext, { app }: Target): Counts {
  return { heroku: heroku.requests(app), github: github.requests() };
}

function doneOf(context: WatchContext, { target, row, before }: Look, saw: boolean): LookDone {
  const after = requestsOf(context, target);
  const more = { heroku: after.heroku - before.heroku, github: after.github - before.github };
  const at = context.now();
  const { name, app } = target;
  return { target: name, app, revision: row.revision, at, saw, asked: countOn(row.asked, more, at) };
}

interface Counts {
  readonly heroku: number;
  readonly github: number;
}

function useOf(why: WhyLook, isNews: boolean, incident: Incident | null): Use {
  if (isNews) return 'incident';
  if (why === 'hint') return 'hint';
  return incident?.state === 'open' ? 'incident' : 'watch';
}

/** A cheap look saw the same as the last full one. If that one was healthy, so is this one. */
function afterCheapLook(memory: WatchMemory, at: Instant): WatchMemory {
  const isWell = memory.failing === null && memory.wellSince !== null;
  return {
    ...memory,
    cheapLooks: memory.cheapLooks + 1,
    lastWell: isWell ? at : memory.lastWell,
  };
}

const HOUR_MS = 3_600_000;

function countOn(
  { now: hourNow, before }: WatchRow['asked'],
  more: { readonly heroku: number; readonly github: number },
  at: Instant,
): WatchRow['asked'] {
  const hour = at - (at % HOUR_MS);
  const same: RequestCount = hourNow?.hour === hour ? hourNow : { hour, heroku: 0, github: 0 };
  return {
    now: { hour, heroku: same.heroku + more.heroku, github: same.github + more.github },
    before: hourNow && hourNow.hour !== hour ? hourNow : before,
  };
}

function oursOf(actions: readonly Action[], { releases }: Evidence) {
  return {
    release(version: number): boolean {
      const release = releases.ok ? releases.value.find((one) => one.version === version) : undefined;
      return release !== undefined && actions.some((action) => madeBy(action, release));
    },
    run: (id: number) => actions.some(({ kind, progress }) => kind === 'deploy' && progress.runId === id),
  };
}
