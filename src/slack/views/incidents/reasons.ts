/** Says why someone was paged for an incident, or will be. */

import { CONDITION_NAMES } from '../../../runbook/diagnosis/escalation.ts';
import { wakeWords } from '../../../runbook/incidents/page-words.ts';
import {
  type Incident,
  isAboutRunning,
  isHeardOnce,
  type OpenWake,
} from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { Facts } from '../../../runbook/model/runbook-config.ts';
import { bold, clip, line, type Part, plain, withTypedLinks } from '../parts/message.ts';
import { atParts, person, withLinks } from '../parts/moments.ts';

const MOST_REASONS = 4;

/**
 * Lists the conditions that are met, then those that are not due yet.
 * For a stopped app, leaves out those that need it to run.
 */
export function reasons(
  incident: Incident,
  { facts, now }: { readonly facts: Facts; readonly now: Instant },
) {
  return incident.wakes
    .filter(({ overAt, cause }) => overAt === null && !(incident.stopped && isAboutRunning(cause)))
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .slice(0, MOST_REASONS)
    .map((wake) => reasonLine(wake, incident, facts, now));
}

function reasonLine(wake: OpenWake, incident: Incident, facts: Facts, now: Instant) {
  const { cause, reason, dueAt } = wake;
  const isByHand = cause.kind === 'hand';
  const isCounting = dueAt > now;
  const named = isByHand
    ? callerParts(incident, wake)
    : [bold(isCounting ? 'Timer running: ' : 'Paged for: ')];
  const said = clip(isByHand ? reason : reasonWords(wake, incident, facts, now), 400);
  return line(
    ...named,
    ...(isByHand ? withTypedLinks(said) : withLinks(said)),
    ...(isCounting ? [plain('; pages'), ...atParts(dueAt, now)] : []),
  );
}

/** If the failure is this very run or Heroku incident, the heading already gives its reason. */
function reasonWords(wake: OpenWake, incident: Incident, facts: Facts, now: Instant): string {
  const { cause, since, dueAt } = wake;
  const { failure } = incident.worst;
  const isHeading =
    failure.kind === 'condition' &&
    cause.kind === 'condition' &&
    failure.condition === cause.condition &&
    failure.about === cause.about;
  if (isHeading && isHeardOnce(cause)) return CONDITION_NAMES[failure.condition];
  // The card is drawn on changes, not as time passes,
  // so it shows when the condition began rather than how long it has lasted.
  return wakeWords(wake, incident, facts, dueAt > now ? now : Math.max(dueAt, since));
}

/** One step writes the condition and its line in the timeline, so both have its time. */
function callerParts({ trail }: Incident, { since }: OpenWake): Part[] {
  const call = trail.find(({ byHand, at }) => byHand && at === since);
  return call === undefined ? [bold('Escalated: ')] : [bold('Escalated by '), person(call.who), bold(': ')];
}
