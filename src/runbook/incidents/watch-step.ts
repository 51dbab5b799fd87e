/** What one look makes of what was known before: pure, so that a week goes by in a test within seconds. */

import { isUnanswered, nothingAnswers } from '../diagnosis/verdict.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Instant, SourceName } from '../model/evidence.ts';
import {
  failureKey,
  type Incident,
  isAboutRunning,
  type Picture,
  type Snooze,
  type Stop,
  severityOf,
  type Wake,
  type WakeCause,
  wakeKey,
} from '../model/incident.ts';
import type { FirstSeen } from '../model/situation.ts';
import { outsideChanges } from '../situation/outside-change.ts';
import { formatSpan } from '../text/duration.ts';
import { CONDITION_NEEDS, concerns } from './failure.ts';
import { glanceOf } from './glance.ts';
import { isRunning, type LookResult, seenOf } from './seen.ts';
import { SIGHTINGS_APART_MS } from './sightings.ts';
import { type Blind, type BlindNotice, blindToGitHub, blindToHeroku } from './visibility.ts';
import type { WatchMemory, WholeLook } from './watch-memory.ts';

/** Who fails again so soon after it was resolved has not been well: flapping is one incident. */
export const FLAPPING_MS = 15 * 60_000;

export interface Before {
  readonly memory: WatchMemory;
  /** The newest of the target. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

export type IncidentStep =
  | {
      readonly kind: 'open';
      readonly since: Instant;
      readonly wellBefore: Instant | null;
      readonly picture: Picture;
    }
  | { readonly kind: 'reopen'; readonly picture: Picture }
  /** `isOff`: the app is at 0 or in maintenance, and something else is wrong. */
  | { readonly kind: 'update'; readonly picture: Picture; readonly isOff: boolean }
  /** It does not fail now, and has not held long enough to be called well. */
  | { readonly kind: 'recovering'; readonly since: Instant }
  /** Stopped through the bot: it stays open, and quiet. */
  | { readonly kind: 'stopped'; readonly stop: Stop }
  | { readonly kind: 'resolve'; readonly wellSince: Instant; readonly words: string };

export interface WatchStep {
  readonly memory: WatchMemory;
  readonly incident: IncidentStep | null;
  /** Lines of the incident's timeline. */
  readonly lines: readonly { readonly event: string; readonly words: string }[];
  /** Told in the channel, quietly, incident or not. */
  readonly notices: readonly string[];
  /** Told once for all targets. */
  readonly sight: readonly BlindNotice[];
  /** Conditions that hold, or count. */
  readonly wakes: readonly Wake[];
  /** Keys of conditions that do not hold any more. */
  readonly over: readonly string[];
  readonly endSnooze: boolean;
}

export function watchStep({ memory, incident, snooze }: Before, look: WholeLook): WatchStep {
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
  const wakes = seen.kind === 'failing' && (step || open) ? wakesOf(look, seen, since.failing, open) : [];
  const { absentSince, over } = missing(memory.absentSince, open, wakes, look, seen, step);
  const lines = open && step?.kind === 'update' ? changeOf(open.picture, step.picture) : [];
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
  };
  return {
    memory: { ...next, glance: isSettled(next, seen, step, open) ? glanceOf(evidence, context) : null },
    incident: step,
    lines,
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

/** A look that saw nothing ends no row; one that saw a boot does. */
function wellSince({ wellSince: before }: WatchMemory, { kind }: LookResult, now: Instant): Instant | null {
  if (kind === 'well' || kind === 'recovering') return before ?? now;
  return kind === 'unseen' ? before : null;
}

/** Proven, not seen once: between the end of one dyno and the start of the next nothing is there for a moment. */
function isAiling(
  { ailing }: WatchMemory,
  look: WholeLook,
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
  // What could not be seen, or only boots, is no better and no worse than before.
  if (kind === 'unseen' || kind === 'changing') return severity;
  const likely = modes.find(({ confidence }) => confidence === 'likely') ?? null;
  return severityOf(verdict, likely);
}

interface Since {
  readonly failing: WatchMemory['failing'];
  readonly well: Instant | null;
  /** The last look that was well. */
  readonly lastWell: Instant | null;
}

function incidentStep(
  look: WholeLook,
  seen: LookResult,
  since: Since,
  incident: Incident | null,
): IncidentStep | null {
  const { now } = look.context;
  const isOpen = incident?.state === 'open';
  switch (seen.kind) {
    case 'failing': {
      const { picture, isOff } = seen;
      if (isOpen) return { kind: 'update', picture, isOff };
      if (!since.failing || !isProven(look, since.failing)) return null;
      const justResolved = incident && now - (incident.resolvedAt ?? 0) < FLAPPING_MS;
      return justResolved
        ? { kind: 'reopen', picture }
        : { kind: 'open', since: since.failing.since, wellBefore: since.lastWell, picture };
    }
    case 'recovering':
      return isOpen && since.well !== null ? { kind: 'recovering', since: since.well } : null;
    case 'well': {
      if (!isOpen || since.well === null) return null;
      // Whoever was called by hand has to have heard it first.
      const unheard = incident.wakes.some(({ cause, overAt }) => cause.kind === 'hand' && overAt === null);
      if (now - since.well < SIGHTINGS_APART_MS || (unheard && incident.acknowledged === null))
        return { kind: 'recovering', since: since.well };
      return { kind: 'resolve', wellSince: since.well, words: resolvedWords(incident, since.well) };
    }
    case 'off':
      return isOpen && seen.stop ? { kind: 'stopped', stop: seen.stop } : null;
    case 'changing':
    case 'unseen':
      return null;
  }
}

function resolvedWords({ since, failures }: Incident, wellSince: Instant): string {
  const often = failures > 1 ? ` It went down ${failures} times.` : '';
  return `Resolved: healthy on two checks. Outage: ${formatSpan(Math.max(0, wellSince - since))}.${often}`;
}

function isProven(look: WholeLook, failing: WatchMemory['failing']): boolean {
  if (!failing) return false;
  return look.context.now - failing.since >= SIGHTINGS_APART_MS || isProof(look);
}

/** Once is enough: Heroku says that it crashed, and it is down; or a run failed after the gate; or Heroku has an incident. */
function isProof({ evidence, diagnosis, context, crashedAt }: WholeLook): boolean {
  const { dynos } = evidence;
  const { processType } = context.target;
  const crashed =
    dynos.ok && dynos.value.some(({ type, state }) => type === processType && state === 'crashed');
  if (diagnosis.verdict === 'down' && (crashed || crashedAt !== null)) return true;
  return diagnosis.escalations.some(
    ({ condition, dueAt }) => (condition === 1 || condition === 3) && dueAt <= context.now,
  );
}

/** First sightings stay until it has recovered: neither a look that saw nothing nor a restart begins them anew. */
function remember(
  before: FirstSeen,
  { diagnosis, evidence, context }: WholeLook,
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

function wakesOf(
  look: WholeLook,
  { isExplained }: Extract<LookResult, { kind: 'failing' }>,
  failing: WatchMemory['failing'],
  open: Incident | null,
): Wake[] {
  const { diagnosis, context } = look;
  const wakes = diagnosis.escalations
    .filter(({ condition }) => concerns(condition, context))
    .map(
      ({ condition, reason, dueAt, about }): Wake => ({
        cause: { kind: 'condition', condition, about },
        reason,
        dueAt,
      }),
    )
    .filter(({ cause }) => !(isExplained && isAboutRunning(cause)));
  if (isExplained) return wakes;
  const known = open?.wakes.some(({ cause, overAt }) => overAt === null && isUnreachable(cause)) ?? false;
  return known || !isDark(look, failing) ? wakes : [...wakes, darkness(look)];
}

function isUnreachable(cause: WakeCause): boolean {
  return cause.kind === 'condition' && cause.condition === 4;
}

/** Down, and an unread status page is not green: seen twice it is worth a ping of its own name. */
function isDark({ evidence, diagnosis, context }: WholeLook, failing: WatchMemory['failing']): boolean {
  if (evidence.platform.ok || diagnosis.verdict !== 'down' || !failing) return false;
  if (context.now - failing.since < SIGHTINGS_APART_MS) return false;
  if (!isUnanswered(evidence) || nothingAnswers(evidence)) return false;
  return !diagnosis.modes.some(({ id, confidence }) => id === 'A' && confidence === 'likely');
}

function darkness({ evidence: { platform }, context }: WholeLook): Wake {
  const why = platform.ok ? '' : ` (${platform.detail})`;
  return { cause: { kind: 'dark' }, reason: `Down, platform state unknown${why}`, dueAt: context.now };
}

/** A condition that was not there at two looks, which could have seen it, is over. */
function missing(
  before: WatchMemory['absentSince'],
  open: Incident | null,
  wakes: readonly Wake[],
  { evidence, context: { now } }: WholeLook,
  seen: LookResult,
  step: IncidentStep | null,
): { readonly absentSince: WatchMemory['absentSince']; readonly over: readonly string[] } {
  const holding = (open?.wakes ?? []).filter(({ overAt }) => overAt === null);
  if (step?.kind === 'resolve') return { absentSince: {}, over: holding.map(({ cause }) => wakeKey(cause)) };
  const absentSince: Record<string, Instant> = {};
  const over: string[] = [];
  const present = new Set(wakes.map(({ cause }) => wakeKey(cause)));
  for (const { cause } of holding) {
    const key = wakeKey(cause);
    if (cause.kind === 'hand' || present.has(key)) continue;
    if (isAboutRunning(cause)) {
      // Nothing that a running app can be holds of one that is off; up again is not over before it has held.
      if (seen.kind === 'off') over.push(key);
      const isTold = seen.kind === 'well' || (seen.kind === 'failing' && !seen.isExplained);
      if (!isTold) continue;
    }
    const since = before[key] ?? (seesOf(cause).every((source) => evidence[source].ok) ? now : null);
    if (since === null) continue;
    if (now - since >= SIGHTINGS_APART_MS) over.push(key);
    else absentSince[key] = since;
  }
  return { absentSince, over };
}

/** What has to be seen to say that a condition does not hold. */
function seesOf(cause: WakeCause): readonly SourceName[] {
  return cause.kind === 'condition' ? CONDITION_NEEDS[cause.condition] : ['health'];
}

function changeOf(before: Picture, after: Picture): { event: string; words: string }[] {
  return failureKey(before.failure) === failureKey(after.failure)
    ? []
    : [{ event: 'changed', words: `Now: ${after.title}` }];
}

/** Nothing waits for a second look. */
function isSettled(
  { failing, blind, blindGitHub, absentSince }: WatchMemory,
  { kind }: LookResult,
  step: IncidentStep | null,
  open: Incident | null,
): boolean {
  if (kind === 'changing' || kind === 'recovering') return false;
  const willBeOpen = step?.kind === 'open' || step?.kind === 'reopen' || (open && step?.kind !== 'resolve');
  if (failing && !willBeOpen) return false;
  if (open && kind === 'well' && step?.kind !== 'resolve') return false;
  const isUntold = (one: Blind | null) => one !== null && !one.told;
  return Object.keys(absentSince).length === 0 && !isUntold(blind) && !isUntold(blindGitHub);
}
