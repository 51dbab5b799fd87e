/** Edits a message in place. */
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Message } from './views/message.ts';

/** The message is gone, or cannot be edited any more: a fresh one is posted. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive']);

/** False: it is gone. Rejects when Slack did not take it. */
export async function editMessage(
  client: WebClient,
  { channel, ts }: { readonly channel: string; readonly ts: string },
  message: Message,
): Promise<boolean> {
  try {
    await client.chat.update({ channel, ts, ...message });
    return true;
  } catch (error) {
    if (error instanceof WebAPIPlatformError && GONE.has(error.data.error)) return false;
    throw error;
  }
}
