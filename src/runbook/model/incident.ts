/**
 * An incident: one failure of one target, from the first sighting to its end. The row is authoritative; the card only
 * shows it.
 */

import type { LastHour } from '../logs/last-hour.ts';
import type { ChangeReport } from './change.ts';
import type { Instant } from './instant.ts';
import type { ModeId } from './mode-id.ts';
import type { Rollback } from './rollback.ts';
import type { ActionKind, Verdict } from './terms.ts';
import type { IncidentEvent } from './timeline.ts';

/** Identifies what is wrong, so that one failure can be distinguished from another. */
export type Failure =
  | { readonly kind: 'mode'; readonly id: ModeId; readonly code: string | null }
  | { readonly kind: 'verdict'; readonly verdict: 'down' | 'degraded' | 'stopped' }
  | { readonly kind: 'condition'; readonly condition: ConditionNumber; readonly about: string | null }
  /** A person reported it. */
  | { readonly kind: 'hand' };

/** The runbook's "Wake the operator when", in its order. */
export type ConditionNumber = 1 | 2 | 3 | 4;

/** The failure, as one look saw it. */
export interface Picture {
  readonly at: Instant;
  readonly verdict: Verdict;
  readonly failure: Failure;
  /** One sentence: `Failure mode B (R14): Dyno crash loop`. */
  readonly title: string;
  /**
   * The failure without the name of the mode: `Dyno over its memory quota`, `HTTP 503`. Null when there is nothing to
   * add.
   */
  readonly cause: string | null;
  /** The app's own error: `ConnectionRefusedError: [Errno 111]`. Null when the app logged none. */
  readonly error: string | null;
  /** The failing check and how it fails: `health/http_503`. Null in a failure mode, and when no check fails. */
  readonly fault: string | null;
  /** True if the error ended the process before it ever came up. */
  readonly atBoot?: boolean;
  readonly evidence: readonly string[];
  /** Kinds of action that the diagnosis offers. */
  readonly actions: readonly ActionKind[];
  /** The effect of a rollback, if there is a release to roll back to. */
  readonly rollback?: Rollback;
  /** The step that a person has to take before any action can help. */
  readonly doFirst?: string;
}

/** Describes the failure in one clause. The app's own error says more than the title of the failure mode. */
export function pictureTitle({
  title,
  error,
  failure,
}: Pick<Picture, 'title' | 'error' | 'failure'>): string {
  if (error === null) return title;
  if (failure.kind !== 'mode') return `${title}: ${error}`;
  const code = failure.code === null ? '' : ` (${failure.code})`;
  return `Failure mode ${failure.id}${code}: ${error}`;
}

/** The reason for paging the operator. */
export type WakeCause =
  | { readonly kind: 'condition'; readonly condition: ConditionNumber; readonly about: string | null }
  /** The app is down, and the status page could not be read. */
  | { readonly kind: 'dark' }
  /** A person escalated. */
  | { readonly kind: 'hand'; readonly id: string };

export interface Wake {
  readonly cause: WakeCause;
  readonly reason: string;
  readonly dueAt: Instant;
}

export interface OpenWake extends Wake {
  readonly since: Instant;
  /** The time of the first page about the condition; null before that. */
  readonly toldAt: Instant | null;
  /** The time at which the condition stopped being met; null while it is met. */
  readonly overAt: Instant | null;
}

/** Returns the key of a cause in the database and in the watch's memory. It is only compared, never parsed. */
export function wakeKey(cause: WakeCause): string {
  switch (cause.kind) {
    case 'condition':
      return cause.about === null ? String(cause.condition) : `${cause.condition}:${cause.about}`;
    case 'dark':
      return 'unknown';
    case 'hand':
      return `hand:${cause.id}`;
  }
}

/** Returns null when a person escalated, or when the app is down with the platform's state unknown. */
export function conditionOf(cause: WakeCause): ConditionNumber | null {
  return cause.kind === 'condition' ? cause.condition : null;
}

/**
 * Returns true if only a running app can have this condition: a stop ends it, and a restart that has not proved itself
 * does not.
 */
export function isAboutRunning(cause: WakeCause): boolean {
  if (cause.kind === 'condition') return cause.condition === 2 || cause.condition === 4;
  return cause.kind === 'dark';
}

/** Returns true for a condition that still holds, or whose timer is running. */
export function isHolding({ overAt }: Pick<OpenWake, 'overAt'>): boolean {
  return overAt === null;
}

/** A workflow run or a Heroku incident pages the operator once, however often it is seen. */
export function isHeardOnce(cause: WakeCause): boolean {
  return (
    cause.kind === 'condition' && (cause.condition === 1 || cause.condition === 3) && cause.about !== null
  );
}

/** Returns true if someone called by hand, and nobody has acknowledged since. */
export function isUnheard({ wakes, acknowledged }: Pick<Incident, 'wakes' | 'acknowledged'>): boolean {
  return acknowledged === null && wakes.some((wake) => wake.cause.kind === 'hand' && isHolding(wake));
}

/** Returns when the failure began, as far as is known: the log may show it before the watch first saw it. */
export function beganAt({ since, changes }: Pick<Incident, 'since' | 'changes'>): Instant {
  return Math.min(since, changes?.onset?.firstFailing ?? since);
}

/** A stop of the app through the bot. */
export interface Stop {
  /** The actor, as the audit stores it. */
  readonly by: string;
  readonly at: Instant;
  /** The reason, in the proposer's words; null for none. */
  readonly reason: string | null;
}

export interface Incident {
  readonly id: string;
  readonly target: string;
  readonly app: string;
  readonly state: 'open' | 'resolved';
  /** The first sighting of the failure. */
  readonly since: Instant;
  /** The last healthy look before the failure; null when there was none. */
  readonly wellBefore: Instant | null;
  readonly openedAt: Instant;
  /** The start of the current streak of looks without a failure; null while the app fails. */
  readonly wellSince: Instant | null;
  readonly resolvedAt: Instant | null;
  /** The last sighting of the failure. */
  readonly picture: Picture;
  /** The worst sighting. */
  readonly worst: Picture;
  /** The changes around the onset; null until someone has looked for them. */
  readonly changes: ChangeReport | null;
  /**
   * The requests of the hour before the incident opened. Null when its log was not read or had no requests, and when a
   * person opened the incident.
   */
  readonly lastHour: LastHour | null;
  /** The number of times that the app began to fail, including the first. */
  readonly failures: number;
  /** Null when the app runs, or was not stopped through the bot. */
  readonly stopped: Stop | null;
  readonly wakes: readonly OpenWake[];
  /** The number of times that the operator was paged. */
  readonly pings: number;
  readonly lastPingAt: Instant | null;
  readonly acknowledged: { readonly by: string; readonly at: Instant } | null;
  /** Counts every change of the row. */
  readonly revision: number;
  readonly card: { readonly channel: string; readonly ts: string } | null;
  /** The incident's audit lines, oldest first. */
  readonly trail: readonly IncidentEvent[];
}

/** Nobody is paged until the snooze ends, unless the failure gets worse. */
export interface Snooze {
  readonly until: Instant;
  readonly by: string;
  readonly at: Instant;
  /** The severity when the snooze began. */
  readonly severity: number;
}

/** The longest snooze that may be requested. */
export const LONGEST_SNOOZE_MS = 24 * 3_600_000;

const VERDICTS: Readonly<Record<Verdict, number>> = {
  healthy: 0,
  unknown: 0,
  stopped: 1,
  degraded: 2,
  down: 3,
};

/** The modes are ranked by what users notice: a missing gate harms nobody now, but a killed dyno harms everybody. */
const MODES: Readonly<Record<ModeId, number>> = { C: 1, E: 1, D: 2, A: 3, B: 6 };
const CODES: Readonly<Record<string, number>> = { R14: 4, H12: 4, R15: 5 };

/** Higher is worse: first by verdict, then by failure mode. A timer that runs out does not make anything worse. */
export function severityOf(
  verdict: Verdict,
  mode: { readonly id: ModeId; readonly code: string | null } | null,
) {
  const rank = mode === null ? 0 : (CODES[mode.code ?? ''] ?? MODES[mode.id]);
  return VERDICTS[verdict] * 10 + rank;
}

/** Returns the worse of two pictures, or the later one if they are equal. */
export function worseOf(before: Picture, after: Picture): Picture {
  return strength(after) >= strength(before) ? after : before;
}

function strength({ verdict, failure, error, evidence }: Picture): number {
  const severity = severityOf(verdict, failure.kind === 'mode' ? failure : null);
  return severity * 10 + (error === null ? 0 : 2) + (evidence.length === 0 ? 0 : 1);
}

/** Matches figures that change by themselves: ages, waits, counts, times of day. */
const MEASURE =
  /\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?|\b\d+(?:\.\d+)?\s?(?:ms|s|min|h|d)\b|× \d+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g;

/** Returns true if two pictures say the same to a reader: a changed response time of the health URL is not news. */
export function isSameNews(before: Picture, after: Picture): boolean {
  return newsOf(before) === newsOf(after);
}

function newsOf(picture: Picture): string {
  const { verdict, failure, title, error, evidence, actions, rollback, doFirst } = picture;
  const said = [title, error ?? '', ...evidence].map((words) => words.replace(MEASURE, '#'));
  return JSON.stringify([verdict, failureKey(failure), said, actions, rollback?.to ?? null, doFirst ?? null]);
}

/** Returns a key that is equal for the same failure. */
export function failureKey(failure: Failure): string {
  switch (failure.kind) {
    case 'mode':
      return `mode ${failure.id}/${failure.code ?? ''}`;
    case 'verdict':
      return failure.verdict;
    case 'condition':
      return `${failure.condition}:${failure.about ?? ''}`;
    case 'hand':
      return 'hand';
  }
}

/** These actions are pointless once the app is up again. */
const BRING_UP: ReadonlySet<ActionKind> = new Set(['restore', 'restart']);

/**
 * Returns what an incident offers now: a restore for a stopped app, and nothing that would only start an app that is up
 * again.
 */
export function offeredActions({
  picture,
  stopped,
  wellSince,
}: Pick<Incident, 'picture' | 'stopped' | 'wellSince'>): readonly ActionKind[] {
  if (stopped) return ['restore'];
  return wellSince === null ? picture.actions : picture.actions.filter((kind) => !BRING_UP.has(kind));
}
