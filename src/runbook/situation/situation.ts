/** What is known of a target beside the evidence of now: a change under way, who stopped it, the incident that is open. */

import type { FirstSeen } from '../diagnosis/escalation.ts';
import type { Action } from '../model/action.ts';
import type { Context, EscalationDue } from '../model/diagnosis.ts';
import type { Evidence, Instant } from '../model/evidence.ts';
import type { Incident, Snooze, Stop } from '../model/incident.ts';
import { formatDuration } from '../text/time.ts';
import { changeWords, type ExpectedChange, expectedChange } from './expected-change.ts';
import { stoppedHere } from './stopped-here.ts';

/** What the ledger has of a target. */
export interface Remembered {
  readonly firstSeen: FirstSeen;
  /** The app itself was failing at the last look of the watch. */
  readonly ailing: boolean;
  readonly runningAt: Instant | null;
  readonly crashedAt: Instant | null;
  /** Newest first. */
  readonly actions: readonly Action[];
  /** The one that is open. */
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

/** Without a ledger: the evidence alone has to do. */
export const NOTHING_REMEMBERED: Remembered = {
  firstSeen: {},
  ailing: false,
  runningAt: null,
  crashedAt: null,
  actions: [],
  incident: null,
  snooze: null,
};

export interface Situation {
  readonly change: ExpectedChange | null;
  /** Stopped through the bot, and still at 0. */
  readonly stop: Stop | null;
  readonly incident: Incident | null;
  readonly snooze: Snooze | null;
}

export const NO_SITUATION: Situation = { change: null, stop: null, incident: null, snooze: null };

export function situationOf(
  evidence: Pick<Evidence, 'dynos' | 'releases' | 'formation' | 'logs'>,
  context: Context,
  { ailing, runningAt, crashedAt, actions, incident, snooze }: Remembered,
): Situation {
  const { processType } = context.target;
  const { formation } = evidence;
  const isAtZero =
    formation.ok && formation.value.some(({ type, quantity }) => type === processType && quantity === 0);
  const stop = isAtZero ? stoppedHere({ evidence, processType, actions, runningAt }) : null;
  const change = isAtZero
    ? null
    : expectedChange({ evidence, context, actions, wasFailing: ailing, crashedAt });
  return { change, stop, incident, snooze };
}

/** While it boots nobody is woken for what the boot explains: that counts when its time is over. */
export function whileChanging(
  due: EscalationDue,
  change: ExpectedChange | null,
  { now, facts }: Context,
): EscalationDue {
  if (change === null || due.condition !== 4 || due.dueAt >= change.until) return due;
  const { name } = facts.escalation.who;
  const left = formatDuration(Math.max(0, change.until - now));
  return {
    ...due,
    dueAt: change.until,
    reason: `No answer while it is ${changeWords(change)}; paging ${name} in ${left} unless it is up`,
  };
}
