/** `raxx incident --json`: an incident for scripts, with times in ISO 8601. */

import { type Action, outcomeWords } from '../runbook/model/action.ts';
import { conditionOf, type Incident } from '../runbook/model/incident.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { timelineWords } from '../runbook/model/timeline.ts';

export function incidentJson(incident: Incident, tried: readonly Action[]) {
  const { id, target, app, state, since, openedAt, resolvedAt, wellSince } = incident;
  const { picture, worst, failures, stopped, acknowledged, pings } = incident;
  return {
    id,
    target,
    app,
    state,
    since: iso(since),
    opened_at: iso(openedAt),
    resolved_at: isoOrNull(resolvedAt),
    healthy_since: isoOrNull(wellSince),
    failures,
    verdict: worst.verdict,
    title: worst.title,
    error: worst.error,
    evidence: worst.evidence,
    last_seen: { at: iso(picture.at), verdict: picture.verdict, title: picture.title },
    stopped: stopped && { by: stopped.by, at: iso(stopped.at), reason: stopped.reason ?? '' },
    pings,
    acknowledged: acknowledged && { by: acknowledged.by, at: iso(acknowledged.at) },
    conditions: incident.wakes.map((wake) => ({
      condition: conditionOf(wake.cause),
      reason: wake.reason,
      due_at: iso(wake.dueAt),
      over_at: isoOrNull(wake.overAt),
    })),
    timeline: incident.trail.map(({ seq, event, who, at, words, byHand, hash }) => ({
      seq,
      at: iso(at),
      event,
      who,
      words: timelineWords({ event, words, byHand }),
      hash,
    })),
    actions: tried.map(({ id: actionId, kind, state: ended, plan, askedBy, askedAt, outcome, trail }) => ({
      id: actionId,
      kind,
      state: ended,
      title: plan.title,
      asked_by: askedBy,
      asked_at: iso(askedAt),
      outcome: outcome === null ? null : outcomeWords(outcome),
      audit: trail.map(({ event, hash }) => ({ event, hash })),
    })),
  };
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}
