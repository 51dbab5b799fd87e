/** Adds details to the event names in an incident's timeline. */
import { CONDITION_NAMES } from '../diagnosis/escalation.ts';
import { beganAt, failureKey, type Incident, type Picture, type WakeCause } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { formatSpan } from '../text/duration.ts';
import { formatInstant } from '../text/time.ts';

export const STAYS_STOPPED = 'the app stays stopped.';

/** Returns null when the app fails in the same way as before. */
export function changedWords(before: Picture, after: Picture): string | null {
  return failureKey(before.failure) === failureKey(after.failure) ? null : `Now: ${after.title}`;
}

export function endedWords(cause: WakeCause): string {
  switch (cause.kind) {
    case 'condition':
      return `No longer met: condition ${cause.condition}, ${CONDITION_NAMES[cause.condition]}.`;
    case 'dark':
      return "Heroku's status can be read again, or the app is back up.";
    case 'hand':
      return 'Manual escalation ended.';
  }
}

export function reopenedWords({ title }: Picture): string {
  return `Failing again: ${title}`;
}

export function resolvedWords(incident: Incident, wellSince: Instant): string {
  const { failures } = incident;
  const often = failures > 1 ? ` It went down ${failures} times.` : '';
  return `healthy on two checks. Outage: ${formatSpan(Math.max(0, wellSince - beganAt(incident)))}.${often}`;
}

export function snoozedWords(until: Instant): string {
  return `until ${formatInstant(until)}.`;
}
