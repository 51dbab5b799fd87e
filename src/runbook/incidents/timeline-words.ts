/** The sentences of an incident's timeline. */
import { CONDITION_NAMES } from '../diagnosis/escalation.ts';
import type { Instant } from '../model/evidence.ts';
import { failureKey, type Incident, type Picture, type Stop, type WakeCause } from '../model/incident.ts';
import { formatSpan } from '../text/duration.ts';
import { formatInstant } from '../text/time.ts';

export const ACKNOWLEDGED = 'Acknowledged.';
export const CLOSED = 'Closed: the app stays stopped.';

/** Null when it fails in the same way as before. */
export function changedWords(before: Picture, after: Picture): string | null {
  return failureKey(before.failure) === failureKey(after.failure) ? null : `Now: ${after.title}`;
}

export function endedWords(cause: WakeCause): string {
  switch (cause.kind) {
    case 'condition':
      return `No longer met: condition ${cause.condition}, ${CONDITION_NAMES[cause.condition]}.`;
    case 'dark':
      return "No longer down with Heroku's state unknown.";
    case 'hand':
      return 'The call by hand has ended.';
  }
}

export function reopenedWords({ title }: Picture): string {
  return `Failing again: ${title}`;
}

export function resolvedWords({ since, failures }: Incident, wellSince: Instant): string {
  const often = failures > 1 ? ` It went down ${failures} times.` : '';
  return `Resolved: healthy on two checks. Outage: ${formatSpan(Math.max(0, wellSince - since))}.${often}`;
}

export function snoozedWords(until: Instant): string {
  return `Snoozed until ${formatInstant(until)}.`;
}

export function stoppedWords({ reason }: Stop): string {
  return `Stopped${reason === '' ? '' : `: ${reason}`}. Nobody is paged while it is stopped.`;
}
