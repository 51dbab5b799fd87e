/** One look at one target: a cheap one first, the whole when something is off, and what it changes written down at once. */
import type { Action } from '../runbook/action.ts';
import { seenRunning } from '../runbook/actions/seen-running.ts';
import { diagnose } from '../runbook/diagnose.ts';
import type { Context } from '../runbook/diagnosis.ts';
import type { Evidence, Instant } from '../runbook/evidence.ts';
import type { Facts, Target } from '../runbook/facts.ts';
import { madeBy } from '../runbook/outside-change.ts';
import type { Redactor } from '../runbook/redact.ts';
import { CHEAP_LOOKS, CHEAP_SOURCES, isQuiet, watchStep } from '../runbook/watch.ts';
import type { CollectDeps } from './collect.ts';
import type { Asked, IncidentBook, LookDone, WatchRow } from './incident-book.ts';
import type { Ledger } from './ledger.ts';
import { collectRedacted } from './redact-evidence.ts';

export interface WatchDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly book: IncidentBook;
  readonly ledger: Pick<Ledger, 'recent' | 'forgetFormations'>;
  /** Looks whether somebody is to be pinged for an incident. */
  page(incidentId: string): Promise<void>;
  /** Called after a look that saw what it needs; the last of a good round calls the dead man's switch. */
  sawWell(target: string): Promise<void>;
}

/** A crash that was told of so long ago is no proof of now. */
const CRASH_IS_NEWS_MS = 120_000;
/** Of these, some may explain what is new: more than a team does between two looks. */
const RECENT_ACTIONS = 30;

/** Looks at the target of that name; one that the runbook file does not name is not looked at. */
export function createWatch(deps: WatchDeps): (target: string) => Promise<void> {
  const { facts, book, now } = deps;

  return async (name) => {
    const target = facts.targets.find((one) => one.name === name);
    if (!target) return;
    const [row, incident] = await Promise.all([book.watchOf(name), book.newest(name)]);
    const crashTold = row.crashToldAt !== null && now() - row.crashToldAt < CRASH_IS_NEWS_MS;
    const { failing, blind, blindGitHub } = row.memory;
    const isWatched =
      incident?.state === 'open' || failing !== null || blind !== null || blindGitHub !== null;
    const isDue = row.lookedAt === null || row.memory.cheapLooks >= CHEAP_LOOKS;
    const before = asked(target);
    if (!crashTold && !isWatched && !isDue) {
      const evidence = await see(target, 'cheap');
      if (isQuiet(evidence, row.memory, { now: now(), target, facts })) {
        const done = doneOf(row, target, before, true);
        const kept = await book.keepQuiet(done, { ...row.memory, cheapLooks: row.memory.cheapLooks + 1 });
        if (kept) await deps.sawWell(name);
        return;
      }
    }
    await lookWhole(target, row, crashTold, before);
  };

  async function lookWhole(target: Target, row: WatchRow, crashTold: boolean, before: Counts): Promise<void> {
    const startedAt = now();
    const evidence = await see(target, 'whole');
    const context: Context = { now: now(), target, facts };
    const diagnosis = diagnose(evidence, context, {
      tookMs: context.now - startedAt,
      limits: [],
      // What is seen now for the first time begins now, not at a log line of before.
      firstSeen: { unreachable: context.now, crash: context.now, ...row.memory.firstSeen },
    });
    const { name } = target;
    const [incident, snooze, actions] = await Promise.all([
      book.newest(name),
      book.snoozeOf(name, now()),
      deps.ledger.recent(RECENT_ACTIONS, name),
    ]);
    const step = watchStep(
      { memory: row.memory, incident, snooze },
      {
        evidence,
        diagnosis,
        context,
        crashTold,
        stoppedHere: isStoppedHere(actions),
        isOurs: oursOf(actions, evidence),
      },
    );
    const saw = evidence.dynos.ok && evidence.formation.ok;
    const kept = await book.keep(doneOf(row, target, before, saw), step);
    if (!kept.ok) return;
    if (kept.incident?.state === 'open') await deps.page(kept.incident.id);
    if (saw) await deps.sawWell(name);
  }

  async function see(target: Target, how: 'cheap' | 'whole'): Promise<Evidence> {
    const startedAt = now();
    const only = how === 'cheap' ? CHEAP_SOURCES : undefined;
    const evidence = await collectRedacted(target, facts, deps, only);
    // Whoever has brought a stopped process type back: a later restore is not about that stop any more.
    const running = seenRunning(evidence, startedAt);
    if (running.length > 0) await deps.ledger.forgetFormations(target.app, running, now());
    return evidence;
  }

  interface Counts {
    readonly heroku: number;
    readonly github: number;
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

const HOUR_MS = 3_600_000;

function countOn(
  { now: hourNow, before }: WatchRow['asked'],
  more: { readonly heroku: number; readonly github: number },
  at: Instant,
): WatchRow['asked'] {
  const hour = at - (at % HOUR_MS);
  const same: Asked = hourNow?.hour === hour ? hourNow : { hour, heroku: 0, github: 0 };
  return {
    now: { hour, heroku: same.heroku + more.heroku, github: same.github + more.github },
    before: hourNow && hourNow.hour !== hour ? hourNow : before,
  };
}

/** Newest first: the last change of quantity that was sent from here. */
function isStoppedHere(actions: readonly Action[]): boolean {
  const scaled = actions
    .filter(
      ({ kind, sentAt, state }) =>
        sentAt !== null && state !== 'failed' && (kind === 'stop' || kind === 'restore'),
    )
    .toSorted((one, other) => (other.sentAt ?? 0) - (one.sentAt ?? 0));
  return scaled[0]?.kind === 'stop';
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
