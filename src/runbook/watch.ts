/** What one look makes of what was known before: pure, so that a week goes by in a test within seconds. */
import { formatDuration } from './age.ts';
import { type Blind, blindToGitHub, blindToHeroku } from './blind.ts';
import type { Context, Diagnosis } from './diagnosis.ts';
import type { FirstSeen } from './escalation.ts';
import type { Evidence, Instant, SourceName } from './evidence.ts';
import { concerns, failureOf, needsToClose } from './failure.ts';
import { type Incident, type Picture, type Snooze, severityOf, type Wake } from './incident.ts';
import { type Known, outsideChanges, statesOf } from './outside-change.ts';
import { isUnanswered, nothingAnswers } from './verdict.ts';

/** What is kept between two looks at one target. */
export interface WatchMemory {
  /** Cheap looks since the last whole one. */
  readonly cheapLooks: number;
  /** Failing looks in a row, and when they began; null: the last look was none. */
  readonly failing: { readonly since: Instant; readonly looks: number } | null;
  /** Looks in a row that saw it well. */
  readonly well: number;
  readonly firstSeen: FirstSeen;
  /** How many looks in a row did not see a condition that is open, by its key. */
  readonly absent: Readonly<Record<string, number>>;
  readonly known: Known;
  /** How bad it was at the last whole look. */
  readonly severity: number;
  /** It could not see Heroku. */
  readonly blind: Blind | null;
  /** It could not see GitHub. */
  readonly blindGitHub: Blind | null;
}

export const NOTHING_KNOWN: WatchMemory = {
  cheapLooks: 0,
  failing: null,
  well: 0,
  firstSeen: {},
  absent: {},
  known: { release: null, attemptAt: null, shownRuns: null, maintenance: null },
  severity: 0,
  blind: null,
  blindGitHub: null,
};

/** Seen twice in a row it is true (a hard proof needs no second look); gone twice in a row it is over. */
export const TWICE = 2;
/** Who fails again so soon after it was resolved has not been well: flapping is one incident. */
export const FLAPPING_MS = 15 * 60_000;

export interface WholeLook {
  readonly evidence: Evidence;
  readonly diagnosis: Diagnosis;
  readonly context: Context;
  /** The last change of quantity by this bot was a stop. */
  readonly stoppedHere: boolean;
  /** Releases and runs that were approved here. */
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
  /** Somebody told of a crash just now: with that, one sighting is proof. */
  readonly crashTold: boolean;
}

export interface Before {
  readonly memory: WatchMemory;
  /** The newest of the target. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

export type IncidentStep =
  | { readonly kind: 'open'; readonly since: Instant; readonly picture: Picture }
  | { readonly kind: 'reopen' | 'update'; readonly picture: Picture }
  | { readonly kind: 'resolve'; readonly words: string };

export interface WatchStep {
  readonly memory: WatchMemory;
  readonly incident: IncidentStep | null;
  /** Lines of the incident's timeline. */
  readonly lines: readonly { readonly event: string; readonly words: string }[];
  /** Told in the channel, quietly, incident or not. */
  readonly notices: readonly string[];
  /** Conditions that hold, or count. */
  readonly wakes: readonly Wake[];
  /** Keys of conditions that do not hold any more. */
  readonly over: readonly string[];
  readonly endSnooze: boolean;
}

export type Seen = 'failing' | 'well' | 'stopped' | 'untold';

export function watchStep({ memory, incident, snooze }: Before, look: WholeLook): WatchStep {
  const { evidence, diagnosis, context } = look;
  const { now } = context;
  const open = incident?.state === 'open' ? incident : null;
  const seen = seenOf(look, open);
  const failing =
    seen === 'failing'
      ? { since: memory.failing?.since ?? now, looks: (memory.failing?.looks ?? 0) + 1 }
      : seen === 'well'
        ? null
        : memory.failing;
  const well = seen === 'well' ? memory.well + 1 : 0;
  const firstSeen = remember(memory.firstSeen, look, seen);
  const changes = outsideChanges(memory.known, look);
  const step = incidentStep(look, seen, failing, well, incident);
  const wakes = step || open ? wakesOf(look, failing, open) : [];
  const { absent, over } = missing(memory.absent, open, wakes, look, step?.kind === 'resolve');
  const lines = open && step?.kind === 'update' ? changeOf(open.picture, step.picture) : [];
  const severity = severityOf(diagnosis.verdict, wakes.filter(({ dueAt }) => dueAt <= now).length);
  const heroku = blindToHeroku(memory.blind, evidence, context);
  const github = blindToGitHub(memory.blindGitHub, evidence, context);
  return {
    memory: {
      cheapLooks: 0,
      failing,
      well,
      firstSeen,
      absent,
      known: changes.known,
      severity,
      blind: heroku.blind,
      blindGitHub: github.blind,
    },
    incident: step,
    lines,
    notices: [...changes.notices, ...heroku.notices, ...github.notices],
    wakes,
    over,
    endSnooze: snooze !== null && severity > snooze.severity,
  };
}

/** Of an app that is stopped here, or in maintenance, nothing is failing; what could not be seen is neither good nor bad. */
function seenOf(look: WholeLook, open: Incident | null): Seen {
  const { evidence, diagnosis, context, stoppedHere } = look;
  if (diagnosis.verdict === 'unknown') return 'untold';
  if (diagnosis.verdict === 'stopped') {
    const inMaintenance = evidence.app.ok && evidence.app.value.maintenance;
    return stoppedHere || inMaintenance ? 'stopped' : 'failing';
  }
  if (failureOf(diagnosis, context) !== null) return 'failing';
  const needs: readonly SourceName[] = needsToClose(open?.picture.failure ?? null);
  return needs.every((source) => evidence[source].ok) ? 'well' : 'untold';
}

function incidentStep(
  look: WholeLook,
  seen: Seen,
  failing: WatchMemory['failing'],
  well: number,
  incident: Incident | null,
): IncidentStep | null {
  const { diagnosis, context } = look;
  const { now } = context;
  const isOpen = incident?.state === 'open';
  // Whoever was called by hand has to have heard it first.
  const unheard = incident?.wakes.some(({ key, overAt }) => key.startsWith('hand:') && overAt === null);
  if (isOpen && well >= TWICE && !(unheard && incident.acknowledged === null)) {
    const lasted = formatDuration(now - incident.since);
    return { kind: 'resolve', words: `Resolved: seen well ${TWICE} times in a row. It lasted ${lasted}.` };
  }
  if (seen !== 'failing' || !failing) return null;
  const picture = pictureOf(look);
  if (!picture) return null;
  if (isOpen) return { kind: 'update', picture };
  if (failing.looks < TWICE && !isProof(look)) return null;
  const justResolved = incident && now - (incident.resolvedAt ?? 0) < FLAPPING_MS;
  return justResolved ? { kind: 'reopen', picture } : { kind: 'open', since: failing.since, picture };

  function pictureOf({ diagnosis: { verdict, actions } }: WholeLook): Picture | null {
    const failure = failureOf(diagnosis, context);
    return failure && { at: now, verdict, actions, ...failure };
  }
}

/** Once is enough: Heroku says that it crashed, and it is down; or a run failed after the gate; or Heroku has an incident. */
function isProof({ evidence, diagnosis, context, crashTold }: WholeLook): boolean {
  const { dynos } = evidence;
  const { processType } = context.target;
  const crashed =
    dynos.ok && dynos.value.some(({ type, state }) => type === processType && state === 'crashed');
  if (diagnosis.verdict === 'down' && (crashed || crashTold)) return true;
  return diagnosis.escalations.some(
    ({ condition, dueAt }) => (condition === 1 || condition === 3) && dueAt <= context.now,
  );
}

/** First sightings stay until it is seen well: neither a look that saw nothing nor a restart begins them anew. */
function remember(before: FirstSeen, { diagnosis, evidence, context }: WholeLook, seen: Seen): FirstSeen {
  if (seen === 'well') return {};
  const { now } = context;
  const crash = diagnosis.escalations.some(({ condition }) => condition === 2);
  return {
    ...before,
    ...(isUnanswered(evidence) && before.unreachable === undefined ? { unreachable: now } : {}),
    ...(crash && before.crash === undefined ? { crash: now } : {}),
  };
}

function wakesOf(look: WholeLook, failing: WatchMemory['failing'], open: Incident | null): Wake[] {
  const { diagnosis, context } = look;
  const wakes = diagnosis.escalations
    .filter(({ condition }) => concerns(condition, context))
    .map(
      ({ condition, reason, dueAt, about }): Wake => ({
        key: about === '' ? String(condition) : `${condition}:${about}`,
        condition,
        reason,
        dueAt,
      }),
    );
  const known = open?.wakes.some(({ key, overAt }) => key === '4' && overAt === null) ?? false;
  return known || !isDark(look, failing) ? wakes : [...wakes, darkness(look)];
}

/** Down, and an unread status page is not green: seen twice it is worth a ping of its own name. */
function isDark({ evidence, diagnosis }: WholeLook, failing: WatchMemory['failing']): boolean {
  if (evidence.platform.ok || diagnosis.verdict !== 'down' || (failing?.looks ?? 0) < TWICE) return false;
  if (!isUnanswered(evidence) || nothingAnswers(evidence)) return false;
  return !diagnosis.modes.some(({ id, confidence }) => id === 'A' && confidence === 'likely');
}

function darkness({ evidence: { platform }, context }: WholeLook): Wake {
  const why = platform.ok ? '' : ` (${platform.detail})`;
  return {
    key: 'unknown',
    condition: null,
    reason: `Down, platform state unknown${why}`,
    dueAt: context.now,
  };
}

/** A condition that was not there twice in a row, at looks that could have seen it, is over. */
function missing(
  before: WatchMemory['absent'],
  open: Incident | null,
  wakes: readonly Wake[],
  { evidence }: WholeLook,
  isResolved: boolean,
): { readonly absent: WatchMemory['absent']; readonly over: readonly string[] } {
  const holding = (open?.wakes ?? []).filter(({ overAt }) => overAt === null).map(({ key }) => key);
  if (isResolved) return { absent: {}, over: holding };
  const absent: Record<string, number> = {};
  const over: string[] = [];
  for (const key of holding) {
    if (key.startsWith('hand:') || wakes.some((one) => one.key === key)) continue;
    const looks = (before[key] ?? 0) + (SEES[key[0] ?? '']?.every((source) => evidence[source].ok) ? 1 : 0);
    if (looks >= TWICE) over.push(key);
    else absent[key] = looks;
  }
  return { absent, over };
}

/** What has to be seen to say that a condition does not hold, by the first letter of its key. */
const SEES: Readonly<Record<string, readonly SourceName[]>> = {
  1: ['runs', 'runDetails', 'olderRuns'],
  2: ['logs'],
  3: ['platform'],
  4: ['health', 'platform'],
  u: ['health'],
};

function changeOf(before: Picture, after: Picture): { event: string; words: string }[] {
  return before.failure === after.failure ? [] : [{ event: 'changed', words: `Now: ${after.title}` }];
}

/** What a cheap look asks: one request to Heroku, and a free 304 of GitHub most of the time. */
export const CHEAP_SOURCES: ReadonlySet<SourceName> = new Set(['dynos', 'runs', 'platform', 'health']);
/** Every tenth look is a whole one. */
export const CHEAP_LOOKS = 9;

/** Whether a cheap look found nothing that wants a whole one. What it could not see, it does not call quiet. */
export function isQuiet(
  { dynos, health, platform, runs }: Evidence,
  { known }: WatchMemory,
  { target }: Context,
): boolean {
  if (!dynos.ok || !health.ok || !platform.ok || !runs.ok) return false;
  const own = dynos.value.filter(({ type }) => type === target.processType);
  const allUp = own.length > 0 && own.every(({ state }) => state === 'up' || state === 'idle');
  const sameRelease = own.every(
    ({ releaseVersion }) => releaseVersion === null || releaseVersion === known.release,
  );
  const answers = health.value.kind === 'http' && health.value.status < 500;
  const sameRuns = statesOf(runs.value) === known.shownRuns;
  return allUp && sameRelease && answers && sameRuns && platform.value.incidents.length === 0;
}
