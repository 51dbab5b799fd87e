/**
 * Collects every change that the evidence shows: releases, runs, manual changes, the bot's actions and Heroku's
 * incidents.
 */

import { isSameCommit } from '../actions/kinds/running-commit.ts';
import { incidentsOf } from '../heroku/platform-incident.ts';
import type { Action } from '../model/action.ts';
import { type ChangeEvent, type ChangeKind, CLOCKS_MS } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { LogLine } from '../model/heroku.ts';
import type { PlatformIncident } from '../model/probes.ts';
import type { RunbookContext } from '../model/terms.ts';
import { type RunReading, readRuns, runsSeen } from '../runs/reading.ts';
import { commitIn } from '../runs/release-of-run.ts';
import type { RunStage } from '../runs/stage.ts';
import { runName, whereItStands } from '../runs/words.ts';
import { decider, releaseEvents, runOf } from './releases.ts';

/** Returns the changes, oldest first. */
export function eventsOf(
  evidence: Evidence,
  context: RunbookContext,
  actions: readonly Action[],
): ChangeEvent[] {
  const seen = runsSeen(evidence);
  const runs = seen ? readRuns(seen, context).filter(({ target }) => target === 'this') : [];
  const releases = evidence.releases.ok ? evidence.releases.value : [];
  const released = releaseEvents(releases, actions, runs);
  const byUs = actionEvents(actions);
  const byHand = lineEvents(evidence, context).filter((one) => !isKnown(one, [...byUs, ...released]));
  const others = runs
    .filter((one) => !isReleased(one, evidence))
    .map((one) => runEvent(one, evidence, context));
  return [...released, ...byUs, ...byHand, ...others, ...platformEvents(evidence, context)].toSorted(
    (one, other) => one.at - other.at,
  );
}

const NOTHING_MORE = {
  isOurs: false,
  via: null,
  version: null,
  neverRan: null,
  removed: [],
  scaled: new Map<string, number>(),
  isActive: false,
  about: null,
} as const;

/** The bot's actions that do not create a release. */
const CHANGE_OF: Readonly<Partial<Record<Action['kind'], ChangeKind>>> = {
  stop: 'scale',
  restore: 'scale',
  resize: 'scale',
  restart: 'restart',
};

function actionEvents(actions: readonly Action[]): ChangeEvent[] {
  return actions.flatMap((action): ChangeEvent[] => {
    const kind = CHANGE_OF[action.kind];
    const { sentAt, params, plan } = action;
    if (kind === undefined || sentAt === null || wasNotTaken(action)) return [];
    const type = 'processType' in params ? params.processType : null;
    const scaled = kind === 'scale' && type !== null ? new Map([[type, quantityOf(action)]]) : new Map();
    return [
      { ...NOTHING_MORE, at: sentAt, kind, what: plan.title, who: decider(action), isOurs: true, scaled },
    ];
  });
}

/** Returns true for an action that was refused, or never sent: it changed nothing. */
function wasNotTaken({ state, progress }: Action): boolean {
  return state === 'failed' && progress.answered === undefined;
}

/** For a resize or a restore it only matters that the quantity is not 0. */
function quantityOf({ kind }: Action): number {
  return kind === 'stop' ? 0 : 1;
}

const BY = / by user (\S+)$/;

/** Reads what people changed through Heroku's API (logged as `app[api]`), and restarts of dynos. */
function lineEvents({ logs }: Evidence, { target }: RunbookContext): ChangeEvent[] {
  if (!logs.ok) return [];
  const events: ChangeEvent[] = [];
  for (const line of logs.value.lines) {
    const event = line.process === 'api' ? apiEvent(line) : restartEvent(line, target.processType);
    const before = events.at(-1);
    // Each dyno of a type logs its own restart, so restarts close together count as one.
    const isSame =
      event?.kind === 'restart' && before?.kind === 'restart' && event.at - before.at < CLOCKS_MS;
    if (event && !isSame) events.push(event);
  }
  return events;
}

function apiEvent({ at, text }: LogLine): ChangeEvent | null {
  if (at === null) return null;
  const who = BY.exec(text)?.[1] ?? null;
  const what = text.replace(BY, '');
  if (what.startsWith('Scaled to '))
    return { ...NOTHING_MORE, at, kind: 'scale', what, who, scaled: scaledIn(what) };
  if (/^Restart(?:ed|ing)?\b/i.test(what)) return { ...NOTHING_MORE, at, kind: 'restart', what, who };
  return /\bmaintenance\b/i.test(what) ? { ...NOTHING_MORE, at, kind: 'maintenance', what, who } : null;
}

/** Parses a line such as `Scaled to web@2:Standard-1X worker@1:Basic`. */
function scaledIn(words: string): Map<string, number> {
  return new Map(
    [...words.matchAll(/(\S+)@(\d+):\S+/g)].map(([, type = '', quantity]): [string, number] => [
      type,
      Number(quantity),
    ]),
  );
}

/** `Restarting` means that someone requested the restart; `Cycling` is Heroku's own daily restart. */
function restartEvent({ at, source, process: dyno, text }: LogLine, type: string): ChangeEvent | null {
  if (at === null || source !== 'heroku' || !dyno?.startsWith(`${type}.`)) return null;
  if (text === 'Restarting')
    return { ...NOTHING_MORE, at, kind: 'restart', what: `Restart of ${dyno}`, who: null };
  if (text !== 'Cycling') return null;
  return { ...NOTHING_MORE, at, kind: 'restart', what: `Daily restart of ${dyno}`, who: 'Heroku' };
}

/**
 * Returns true if another source already shows the change: a release restarts every dyno, and the bot's actions are
 * logged like a person's.
 */
function isKnown({ kind, at }: ChangeEvent, known: readonly ChangeEvent[]): boolean {
  return known.some((one) => {
    const isNear = Math.abs(one.at - at) <= CLOCKS_MS;
    if (one.version !== null) return isNear && kind === 'restart';
    if (one.kind === 'scale') return isNear && (kind === 'restart' || kind === 'scale');
    return isNear && one.kind === kind;
  });
}

/**
 * Returns true if a release represents the run: it has the run's commit, or was created while the run was in progress.
 */
function isReleased(reading: RunReading, { releases, slug }: Evidence): boolean {
  const { run } = reading;
  const running = slug.ok ? (slug.value?.commit ?? null) : null;
  if (running !== null && isSameCommit(running, run.sha)) return true;
  return (releases.ok ? releases.value : []).some((release) => {
    const commit = commitIn(release);
    return (commit !== null && isSameCommit(commit, run.sha)) || runOf(release, [reading]) !== null;
  });
}

/** Describes a run that released nothing, or whose release is not among those that were read. */
function runEvent(reading: RunReading, { releases }: Evidence, context: RunbookContext): ChangeEvent {
  const { run, stage, at } = reading;
  return {
    ...NOTHING_MORE,
    at: run.status === 'completed' ? at : run.startedAt,
    kind: 'run',
    what: `${runName(run)} ${run.title}`,
    who: run.actor,
    neverRan: whyNothingShipped(stage, releases.ok, whereItStands(reading, context)),
  };
}

/** A commit without a release is not deployed, even if its run succeeded. */
function whyNothingShipped(stage: RunStage, isRead: boolean, stageText: string): string | null {
  if (!MAY_HAVE_SHIPPED.has(stage)) return `never ran: it ${stageText}`;
  return stage === 'succeeded' && isRead ? 'never ran: the run made no release' : null;
}

/** In these stages a step past the gate may have changed something, even without a release. */
const MAY_HAVE_SHIPPED: ReadonlySet<RunStage> = new Set([
  'deploying',
  'deployed_going_on',
  'succeeded',
  'failed_after_gate',
  'failed_beside_deploy',
  'failed_unplaced',
  'cancelled_while_deploying',
  'cancelled_unplaced',
]);

function platformEvents({ platform }: Evidence, { facts }: RunbookContext): ChangeEvent[] {
  if (!platform.ok) return [];
  const event = (
    kind: ChangeKind,
    name: string,
    { id, createdAt, title }: PlatformIncident,
  ): ChangeEvent => ({
    ...NOTHING_MORE,
    at: createdAt,
    kind,
    what: `${name}: ${title}`,
    who: 'Heroku',
    // The status page holds only what is active.
    isActive: true,
    about: id,
  });
  const { region } = facts.heroku;
  const { maintenance = [] } = platform.value;
  return [
    ...incidentsOf(platform.value, region).map((one) => event('platform', 'Heroku incident', one)),
    ...incidentsOf({ systems: [], incidents: maintenance }, region).map((one) =>
      event('maintenance', 'Heroku maintenance', one),
    ),
  ];
}
