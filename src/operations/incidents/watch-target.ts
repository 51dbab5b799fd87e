/** One look at one target: a cheap one first, the whole when something is off, and what it changes written down at once. */

import { diagnose } from '../../runbook/diagnosis/diagnose.ts';
import { CHEAP_SOURCES, isAsBefore, mayBeCheap } from '../../runbook/incidents/glance.ts';
import type { WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import { watchStep } from '../../runbook/incidents/watch-step.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Evidence, Instant } from '../../runbook/model/evidence.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { Context } from '../../runbook/model/terms.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import { madeBy } from '../../runbook/situation/outside-change.ts';
import { seenRunning } from '../../runbook/situation/seen-running.ts';
import type { CollectDeps, CollectOptions } from '../diagnosis/collect.ts';
import { collectRedacted } from '../diagnosis/redact-evidence.ts';
import { CRASH_IS_NEWS_MS, watchedOf } from '../diagnosis/remember.ts';
import type { ActionStore } from '../ports/action-store.ts';
import type { IncidentStore, LookDone, RequestCount, WatchRow } from '../ports/incident-store.ts';
import type { IncidentChanges } from './incident-changes.ts';

export interface WatchDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly incidentStore: IncidentStore;
  readonly actionStore: Pick<ActionStore, 'recent' | 'forgetFormations'>;
  /** Looks whether somebody is to be pinged for an incident. */
  page(incidentId: string): Promise<void>;
  /** What changed before an incident is looked for, and kept with it. */
  readonly changes: IncidentChanges;
  /** Called after a look that saw what it needs; the last of a good round calls the dead man's switch. */
  sawWell(target: string): Promise<void>;
}

/** Of these, some may explain what is new: more than a team does between two looks. */
const RECENT_ACTIONS = 30;
/** Requests to Heroku of a whole look. */
const WHOLE_LOOK = 6;

/** Its time has come, or a webhook told that something happened. */
export type WhyLook = 'round' | 'hint';

/** Looks at the target of that name; one that the runbook file does not name is not looked at. */
export function createWatch(deps: WatchDeps): (target: string, why?: WhyLook) => Promise<void> {
  const { facts, incidentStore, now } = deps;

  return async (name, why = 'round') => {
    const target = facts.targets.find((one) => one.name === name);
    if (!target) return;
    const [row, incident] = await Promise.all([incidentStore.watchOf(name), incidentStore.newest(name)]);
    const crashedAt =
      row.crashToldAt !== null && now() - row.crashToldAt < CRASH_IS_NEWS_MS ? row.crashToldAt : null;
    const before = asked(target);
    const isNews = crashedAt !== null && crashedAt > (row.lookedAt ?? 0);
    const use = useOf(why, isNews, incident);
    // The rounds come by themselves: what is left is theirs.
    const { heroku, github } = deps.outside;
    if (use === 'hint' && (heroku.usedUp(use, WHOLE_LOOK) || github.usedUp(use, WHOLE_LOOK))) return;
    if (!isNews && row.lookedAt !== null && mayBeCheap(row.memory, incident)) {
      const evidence = await see(target, { use, only: CHEAP_SOURCES });
      if (isAsBefore(evidence, row.memory, { now: now(), target, facts })) {
        const saw = evidence.dynos.ok && evidence.health.ok;
        const done = doneOf(row, target, before, saw);
        const kept = await incidentStore.keepQuiet(done, afterCheapLook(row.memory, now()));
        if (!kept) return;
        if (incident?.state === 'open') await deps.page(incident.id);
        if (saw) await deps.sawWell(name);
        return;
      }
    }
    await lookWhole(target, row, { crashedAt, before, use });
  };

  async function lookWhole(target: Target, row: WatchRow, { crashedAt, before, use }: Whole): Promise<void> {
    const startedAt = now();
    const evidence = await see(target, { use });
    const context: Context = { now: now(), target, facts };
    const { name } = target;
    const [incident, snooze, actions] = await Promise.all([
      incidentStore.newest(name),
      incidentStore.snoozeOf(name, now()),
      deps.actionStore.recent(RECENT_ACTIONS, name),
    ]);
    const { lastWell, firstFailing } = watchedOf(row.memory, incident);
    const watched = { lastWell, firstFailing: firstFailing ?? context.now };
    const diagnosis = diagnose(evidence, context, {
      tookMs: context.now - startedAt,
      limits: [],
      // What is seen now for the first time begins now, not at a log line of before.
      firstSeen: { unreachable: context.now, crash: context.now, ...row.memory.firstSeen },
      watched,
      actions,
    });
    const step = watchStep(
      { memory: row.memory, incident, snooze },
      {
        evidence,
        diagnosis,
        context,
        crashedAt,
        actions,
        isOurs: oursOf(actions, evidence),
      },
    );
    const saw = evidence.dynos.ok && evidence.formation.ok;
    const kept = await incidentStore.keep(doneOf(row, target, before, saw), step);
    if (!kept.ok) return;
    if (kept.incident?.state === 'open') {
      await deps.page(kept.incident.id);
      // Nobody who has to be woken waits for it.
      await deps.changes(kept.incident, { evidence, context, diagnosis, watched, actions, use: 'incident' });
    }
    if (saw) await deps.sawWell(name);
  }

  async function see(target: Target, wanted: CollectOptions): Promise<Evidence> {
    const startedAt = now();
    const evidence = await collectRedacted(target, facts, deps, wanted);
    // Whoever has brought a stopped process type back: a later restore is not about that stop any more.
    const running = seenRunning(evidence, startedAt);
    if (running.length > 0) await deps.actionStore.forgetFormations(target.app, running, now());
    return evidence;
  }

  function asked({ app }: Target): Counts {
    const { heroku, github } = deps.outside;
    return { heroku: heroku.requests(app), github: github.requests() };
  }

  function doneOf(row: WatchRow, target: Target, before: Counts, saw: boolean): LookDone {
    const after = asked(target);
    const more = { heroku: after.heroku - before.heroku, github: after.github - before.github };
    const at = now();
    return {
      target: target.name,
      app: target.app,
      revision: row.revision,
      at,
      saw,
      asked: countOn(row.asked, more, at),
    };
  }
}

interface Counts {
  readonly heroku: number;
  readonly github: number;
}

interface Whole {
  readonly crashedAt: Instant | null;
  readonly before: Counts;
  readonly use: Use;
}

function useOf(why: WhyLook, isNews: boolean, incident: Incident | null): Use {
  if (isNews) return 'incident';
  if (why === 'hint') return 'hint';
  return incident?.state === 'open' ? 'incident' : 'watch';
}

/** It saw what the last whole look saw: where that was well, so is this one. */
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
