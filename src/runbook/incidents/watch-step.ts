/**
 * Decides what one look changes, given what was known before. It is pure, so a test can run through a week in seconds.
 */

import { isUnanswered } from '../diagnosis/verdict.ts';
import { newestDeploy } from '../heroku/newest-deploy.ts';
import { withRequests } from '../logs/last-hour.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { type Incident, isUnheard, type Snooze, severityOf, type Wake } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import type { FirstSeen } from '../model/situation.ts';
import { outsideChanges } from '../situation/outside-change.ts';
import { absentConditions, conditionsOf, NOTHING_ABSENT } from './conditions.ts';
import { glanceOf } from './glance.ts';
import { isRunning, type LookResult, seenOf } from './seen.ts';
import { SIGHTINGS_APART_MS } from './sightings.ts';
import type { IncidentStep } from './transitions.ts';
import { type Blind, type BlindNotice, blindToGitHub, blindToHeroku } from './visibility.ts';
import type { FullLook, WatchMemory } from './watch-memory.ts';

/** A target that fails again this soon after it was resolved was not healthy, so flapping is one incident. */
const FLAPPING_MS = 15 * 60_000;

export interface Before {
  readonly memory: WatchMemory;
  /** The target's newest incident. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

/** The steps in the life of an incident that a look takes on its own. */
export type LookedStep = IncidentStep<'open' | 'reopen' | 'update' | 'recover' | 'stop' | 'resolve'>;

export interface WatchStep {
  readonly memory: WatchMemory;
  readonly incident: LookedStep | null;
  /** Notices for the channel that page nobody, whether or not there is an incident. */
  readonly notices: readonly string[];
  /** Notices that are posted once for all targets. */
  readonly sight: readonly BlindNotice[];
  /** Escalation conditions that hold, or whose timer is running. */
  readonly wakes: readonly Wake[];
  /** Keys of conditions that no longer hold. */
  readonly over: readonly string[];
  readonly endSnooze: boolean;
}

export function watchStep({ memory, incident, snooze }: Before, look: FullLook): WatchStep {
  const { evidence, diagnosis, context } = look;
  const { now } = context;
  const open = incident?.state === 'open' ? incident : null;
  const seen = seenOf(look, memory, open);
  const since = {
    failing: failingSince(memory, seen, now),
    well: wellSince(memory, seen, now),
    lastWell: seen.kind === 'well' ? now : memory.lastWell,
  };
  const firstSeen = remember(memory.firstSeen, look, seen);
  const changes = outsideChanges(memory.known, look);
  const step = incidentStep(look, seen, since, incident);
  const wakes =
    seen.kind === 'failing' && (step || open) ? conditionsOf(look, seen, since.failing, open) : [];
  const { absentSince, over } =
    step?.name === 'resolve' ? NOTHING_ABSENT : absentConditions(memory.absentSince, open, wakes, look, seen);
  const severity = severityNow(memory, diagnosis, seen);
  const heroku = blindToHeroku(memory.blind, evidence, context);
  const github = blindToGitHub(memory.blindGitHub, evidence, context);
  const next: WatchMemory = {
    cheapLooks: 0,
    failing: since.failing,
    ailing: isAiling(memory, look, seen, since.failing, open),
    wellSince: since.well,
    lastWell: since.lastWell,
    firstSeen,
    absentSince,
    known: changes.known,
    runningAt: isRunning(look) ? now : memory.runningAt,
    wasOff: seen.kind === 'off' || (seen.kind === 'unseen' && memory.wasOff),
    severity,
    blind: heroku.blind,
    blindGitHub: github.blind,
    glance: null,
    newestDeploy: newestDeploy(evidence, memory.newestDeploy),
  };
  return {
    memory: { ...next, glance: isSettled(next, seen, step, open) ? glanceOf(evidence, context) : null },
    incident: step,
    notices: changes.notices,
    sight: [...heroku.notices, ...github.notices],
    wakes,
    over,
    endSnooze: snooze !== null && seen.kind === 'failing' && severity > snooze.severity,
  };
}

function failingSince({ failing }: WatchMemory, { kind }: LookResult, now: Instant): WatchMemory['failing'] {
  if (kind === 'failing') return failing ?? { since: now };
  return kind === 'well' || kind === 'off' ? null : failing;
}

/** A look that saw nothing does not interrupt a streak of healthy looks; a look that saw a boot does. */
function wellSince({ wellSince: before }: WatchMemory, { kind }: LookResult, now: Instant): Instant | null {
  if (kind === 'well' || kind === 'recovering') return before ?? now;
  return kind === 'unseen' ? before : null;
}

/**
 * One sighting is not enough, because for a moment between the end of one dyno and the start of the next there is none.
 */
function isAiling(
  { ailing }: WatchMemory,
  look: FullLook,
  { kind }: LookResult,
  failing: WatchMemory['failing'],
  open: Incident | null,
): boolean {
  if (kind === 'well' || kind === 'off') return false;
  if (kind !== 'failing') return ailing;
  const { verdict, modes } = look.diagnosis;
  const isDown =
    verdict === 'down' || modes.some(({ id, confidence }) => id === 'B' && confidence === 'likely');
  return isDown && (open !== null || isProven(look, failing));
}

function severityNow({ severity }: WatchMemory, { verdict, modes }: Diagnosis, { kind }: LookResult): number {
  // An app that is booting, or that the look could not see, is neither better nor worse than before.
  if (kind === 'unseen' || kind === 'changing') return severity;
  const likely = modes.find(({ confidence }) => confidence === 'likely') ?? null;
  return severityOf(verdict, likely);
}

interface Since {
  readonly failing: WatchMemory['failing'];
  readonly well: Instant | null;
  /** The time of the last healthy look. */
  readonly lastWell: Instant | null;
}

function incidentStep(
  look: FullLook,
  seen: LookResult,
  since: Since,
  incident: Incident | null,
): LookedStep | null {
  const { now: at } = look.context;
  const open = incident?.state === 'open' ? incident : null;
  switch (seen.kind) {
    case 'failing': {
      const { picture, isOff } = seen;
      if (open) return { name: 'update', at, picture, isOff };
      if (!since.failing || !isProven(look, since.failing)) return null;
      const wasJustResolved = incident && at - (incident.resolvedAt ?? 0) < FLAPPING_MS;
      if (wasJustResolved) return { name: 'reopen', at, picture };
      const lastHour = withRequests(look.diagnosis.lastHour);
      return { name: 'open', at, since: since.failing.since, wellBefore: since.lastWell, picture, lastHour };
    }
    case 'recovering':
      return open && since.well !== null ? { name: 'recover', at, since: since.well } : null;
    case 'well': {
      if (!open || since.well === null) return null;
      const isSeenTwice = at - since.well >= SIGHTINGS_APART_MS;
      return isSeenTwice && !isUnheard(open)
        ? { name: 'resolve', at, wellSince: since.well }
        : { name: 'recover', at, since: since.well };
    }
    case 'off':
      return open && seen.stop ? { name: 'stop', at, stop: seen.stop } : null;
    case 'changing':
    case 'unseen':
      return null;
  }
}

function isProven(look: FullLook, failing: WatchMemory['failing']): boolean {
  if (!failing) return false;
  return look.context.now - failing.since >= SIGHTINGS_APART_MS || isProof(look);
}

/**
 * One sighting is proof when Heroku reports a crash and the app is down, when a run failed past the gate, or when
 * Heroku has an incident.
 */
function isProof({ evidence, diagnosis, context, crashedAt }: FullLook): boolean {
  const { dynos } = evidence;
  const { processType } = context.target;
  const crashed =
    dynos.ok && dynos.value.some(({ type, state }) => type === processType && state === 'crashed');
  if (diagnosis.verdict === 'down' && (crashed || crashedAt !== null)) return true;
  return diagnosis.escalations.some(
    ({ condition, dueAt }) => (condition === 1 || condition === 3) && dueAt <= context.now,
  );
}

/** First sightings are kept until the app has recovered. Neither a restart nor a look that saw nothing resets them. */
function remember(
  before: FirstSeen,
  { diagnosis, evidence, context }: FullLook,
  seen: LookResult,
): FirstSeen {
  if (seen.kind === 'well' || seen.kind === 'off') return {};
  if (seen.kind !== 'failing' || seen.isExplained) return before;
  const { now } = context;
  const crash = diagnosis.escalations.some(({ condition }) => condition === 2);
  return {
    ...before,
    ...(isUnanswered(evidence) && before.unreachable === undefined ? { unreachable: now } : {}),
    ...(crash && before.crash === undefined ? { crash: now } : {}),
  };
}

/** Returns true if nothing is waiting for a second look. */
function isSettled(
  { failing, blind, blindGitHub, absentSince }: WatchMemory,
  { kind }: LookResult,
  step: LookedStep | null,
  open: Incident | null,
): boolean {
  if (kind === 'changing' || kind === 'recovering') return false;
  const willBeOpen = step?.name === 'open' || step?.name === 'reopen' || (open && step?.name !== 'resolve');
  if (failing && !willBeOpen) return false;
  if (open && kind === 'well' && step?.name !== 'resolve') return false;
  const isUntold = (one: Blind | null) => one !== null && !one.told;
  return Object.keys(absentSince).length === 0 && !isUntold(blind) && !isUntold(blindGitHub);
}
