/** Handles the event that someone opened the bot's Home tab. */

import type { App } from '@slack/bolt';
import type { SlackContext } from '../context.ts';
import type { Origin } from '../people/identify.ts';

export function listenToHome(app: App, context: SlackContext): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home' || !context.once.isFirst(body.event_id)) return;
    const from: Origin = { team: body.team_id, home: undefined, app: body.api_app_id };
    await context.homeTabs.opened(event.user, from).catch((error: unknown) => {
      context.log.error({ err: error }, 'a Home tab could not be drawn');
    });
  });
}
