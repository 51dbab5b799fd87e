/**
 * Maps each job name to the function that does the job. A step of an action, or a look at a target, sends jobs by
 * name. The store registers the whole table in one loop.
 */
import type { ActionService } from '../operations/actions/context.ts';
import type { SlackApp } from '../slack/app.ts';
import type { JobHandlers } from '../store/queue-jobs.ts';

export interface JobDeps {
  readonly actionService: Pick<ActionService, 'execute' | 'verify' | 'expire' | 'care' | 'recover'>;
  readonly slack: Pick<SlackApp, 'actions'>;
  readonly incidents: SlackApp['incidents'];
  /** Looks at the target with that name. `hint` means that a webhook requested the look. */
  watch(target: string, why?: 'hint'): Promise<void>;
  /** Decides whether to page someone for an incident. */
  page(incidentId: string): Promise<void>;
}

export function createJobHandlers({ actionService, slack, incidents, watch, page }: JobDeps): JobHandlers {
  return {
    execute: ({ actionId }) => actionService.execute(actionId),
    verify: ({ actionId }) => actionService.verify(actionId),
    expire: ({ actionId }) => actionService.expire(actionId),
    care: ({ actionId }) => actionService.care(actionId),
    recover: ({ target }) => actionService.recover(target),
    draw: ({ actionId }) => slack.actions.draw(actionId),
    tell: ({ actionId, seq, everybody }) => slack.actions.postLine(actionId, seq, everybody),
    watch: ({ target, why }) => watch(target, why),
    page: ({ incidentId }) => page(incidentId),
    ping: ({ incidentId, seq, to }) => incidents.ping(incidentId, seq, to),
    draw_incident: ({ incidentId }) => incidents.draw(incidentId),
    tell_incident: ({ incidentId, seq }) => incidents.postLine(incidentId, seq),
    notice: ({ words, who }) => incidents.notice(words, who),
  };
}
