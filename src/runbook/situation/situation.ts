/**
 * Combines what is known about a target besides the current evidence: a change in progress, who stopped it, the open
 * incident.
 */

import type { Evidence } from '../model/evidence.ts';
import type { ExpectedChange, Remembered, Situation } from '../model/situation.ts';
import type { EscalationDue, RunbookContext } from '../model/terms.ts';
import { formatDuration } from '../text/time.ts';
import { changeWords, expectedChange } from './expected-change.ts';
import { stoppedHere } from './stopped-here.ts';

export function situationOf(
  evidence: Pick<Evidence, 'dynos' | 'releases' | 'formation' | 'logs'>,
  context: RunbookContext,
  { wasFailing, runningAt, crashedAt, actions, incident, snooze }: Remembered,
): Situation {
  const { processType } = context.target;
  const { formation } = evidence;
  const isAtZero =
    formation.ok && formation.value.some(({ type, quantity }) => type === processType && quantity === 0);
  const stop = isAtZero ? stoppedHere({ evidence, processType, actions, runningAt }) : null;
  const change = isAtZero ? null : expectedChange({ evidence, context, actions, wasFailing, crashedAt });
  return { change, stop, incident, snooze };
}

/** During a boot nobody is paged for what the boot explains. The page becomes due when the boot's time is up. */
export function whileChanging(
  due: EscalationDue,
  change: ExpectedChange | null,
  { now, facts }: RunbookContext,
): EscalationDue {
  if (change === null || due.condition !== 4 || due.dueAt >= change.until) return due;
  const { name } = facts.escalation.who;
  const left = formatDuration(Math.max(0, change.until - now));
  return {
    ...due,
    dueAt: change.until,
    reason: `No response while it is ${changeWords(change)}; paging ${name} in ${left} unless it is up`,
  };
}
