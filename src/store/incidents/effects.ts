/** Adds the jobs that a step leads to to its transaction. */
import type { IncidentEffect, LineEffect } from '../../runbook/incidents/lifecycle.ts';
import type { TargetNotice } from '../../runbook/incidents/target-notices.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import type { JobScope } from '../queue.ts';

interface IncidentScope extends JobScope {
  readonly incident: Incident;
}

export async function performEffects(
  { sql, queue, incident: { id, target } }: IncidentScope,
  effects: readonly IncidentEffect[],
): Promise<void> {
  for (const effect of effects) {
    if (effect.kind === 'draw') await queue?.enqueue(sql, 'draw_incident', { incidentId: id }, target);
    else await queue?.enqueue(sql, 'page', { incidentId: id }, target, effect.at);
  }
}

/** `seq` is the audit's number for the line. */
export async function performLineEffects(
  { sql, queue, incident: { id, target } }: IncidentScope,
  seq: number,
  effects: readonly LineEffect[],
): Promise<void> {
  for (const effect of effects) {
    if (effect.kind === 'tell') await queue?.enqueue(sql, 'tell_incident', { incidentId: id, seq }, target);
    else await queue?.enqueue(sql, 'ping', { incidentId: id, seq, to: effect.to }, target);
  }
}

export async function performNotice(
  { sql, queue }: Pick<IncidentScope, 'sql' | 'queue'>,
  target: string,
  { words, who }: TargetNotice,
): Promise<void> {
  await queue?.enqueue(sql, 'notice', { words, who }, target);
}
