/** Registers the bot's listeners with Bolt: what Slack sends, and the code that handles it. */

import type { App } from '@slack/bolt';
import type { SlackContext } from '../context.ts';
import { listenToButtons } from './button.ts';
import { listenToCommand } from './command.ts';
import { listenToDialog } from './dialog.ts';
import { listenToHome } from './home.ts';
import { listenToMention } from './mention.ts';
import { REJECT_DIALOG } from './reject-dialog.ts';
import { ROLLBACK_DIALOG } from './rollback-dialog.ts';
import { listenToShortcut } from './shortcut.ts';

export function listen(app: App, context: SlackContext): void {
  listenToCommand(app, context);
  listenToMention(app, context);
  listenToButtons(app, context);
  listenToDialog(app, context, ROLLBACK_DIALOG);
  listenToDialog(app, context, REJECT_DIALOG);
  listenToShortcut(app, context);
  listenToHome(app, context);
}
