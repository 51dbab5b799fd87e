/** Says who is paged next and when, in the same words on every card and diagnosis. */

import { pageStep } from '../../../runbook/incidents/paging.ts';
import type { Incident, Snooze } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { Facts } from '../../../runbook/model/runbook-config.ts';
import { type Part, plain } from './message.ts';
import { atParts, dayAndTimeOf, person } from './moments.ts';

export function nextPageParts(incident: Incident, facts: Facts, snooze: Snooze | null, now: Instant): Part[] {
  const { name } = facts.escalation.who;
  const { acknowledged, pings, stopped } = incident;
  // A stopped app does not page anyone when its snooze ends, either.
  const awake = pageStep(incident, null, facts, now);
  if (stopped && awake.kind === 'wait' && awake.until === null) return [plain('paused while it is stopped')];
  if (snooze && now < snooze.until) {
    const by = [plain(' (snoozed by '), person(snooze.by), plain('), unless it gets worse')];
    return [plain('nobody until '), dayAndTimeOf(snooze.until), ...by];
  }
  const step = pageStep(incident, snooze, facts, now);
  if (step.kind === 'ping') return [plain(`${name}, now`)];
  if (step.until === null) return [plain('nobody (no escalation condition is met)')];
  const unless = pings > 0 && !acknowledged ? ' unless someone acknowledges' : ' unless it is resolved';
  const again = pings > 0 ? ' again' : '';
  return [plain(`${name}${again}`), ...atParts(step.until, now), plain(unless)];
}
