/** Common properties of Slack's requests: their origin, and whether they were sent before. */
import type { BlockAction, ViewSubmitAction } from '@slack/bolt';
import type { SlackContext } from '../context.ts';
import type { Origin } from '../people/identify.ts';

/** Each request has its own trigger. Slack sends the same trigger when it repeats a request. */
export function isFirst({ once }: SlackContext, trigger: string | undefined): boolean {
  return trigger === undefined || once.isFirst(trigger);
}

/** Returns the workspace in which the person acted and their own workspace. On Enterprise Grid they may differ. */
export function originOf(body: BlockAction | ViewSubmitAction): Origin {
  return { team: body.team?.id, home: body.user.team_id, app: body.api_app_id };
}

/** Slack sends the app's id, but some of Bolt's types lack it. */
export function appOf(body: object): string | undefined {
  return 'api_app_id' in body && typeof body.api_app_id === 'string' ? body.api_app_id : undefined;
}
