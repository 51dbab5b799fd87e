/**
 * Notifies the watch immediately of an action that ended: a stop ends an alarm, and a deploy that failed past the gate
 * starts one.
 */
import type { Action } from '../../runbook/model/action.ts';
import type { Picture, Wake } from '../../runbook/model/incident.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { EscalationDue } from '../../runbook/model/terms.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface ActionEndedDeps {
  readonly incidentStore: Pick<IncidentStore, 'wakeOnce' | 'askForLook'>;
  page(incidentId: string): Promise<void>;
  /** Drops what was read of the target before the action ended. */
  forget(target: string): void;
  now(): Instant;
  onError(error: unknown): void;
}

export interface Ended {
  readonly action: Action;
  /** An escalation condition that the action meets, or null. */
  readonly due: EscalationDue | null;
  /** The evidence for that condition. */
  readonly evidence: readonly string[];
}

/** Never rejects: the action has ended anyway, and the next look of the watch finds whatever is lost here. */
export type ActionEnded = (ended: Ended) => Promise<void>;

export function createActionEnded(deps: ActionEndedDeps): ActionEnded {
  const { incidentStore, page, now, onError } = deps;
  return async ({ action: { target, app }, due, evidence }) => {
    deps.forget(target);
    try {
      if (due) {
        const { condition, about, reason, dueAt } = due;
        const wake: Wake = { cause: { kind: 'condition', condition, about }, reason, dueAt };
        const at = now();
        const incident = await incidentStore.wakeOnce(target, app, wake, pictureOf(due, evidence, at), at);
        if (incident) await page(incident.id);
      }
      await incidentStore.askForLook(target);
    } catch (error) {
      onError(error);
    }
  };
}

/** The verdict is unknown here. The look that follows determines the state of the app itself. */
function pictureOf(
  { condition, about, reason }: EscalationDue,
  evidence: readonly string[],
  at: Instant,
): Picture {
  return {
    at,
    verdict: 'unknown',
    failure: { kind: 'condition', condition, about },
    title: reason,
    cause: null,
    error: null,
    fault: null,
    evidence,
    actions: [],
  };
}
