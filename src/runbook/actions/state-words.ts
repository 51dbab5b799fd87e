/** Names each state of an action the same way in Slack, at the terminal and in documents (docs/glossary.md). */
import type { ActionState } from '../model/action.ts';

/** The names are in lower case, for use within a sentence. */
export const STATE_WORDS: Readonly<Record<ActionState, string>> = {
  proposed: 'proposed',
  approved: 'approved, not sent yet',
  executing: 'sent, waiting for confirmation',
  succeeded: 'done',
  failed: 'failed',
  unconfirmed: 'not confirmed',
  rejected: 'rejected',
  expired: 'expired',
  superseded: 'superseded',
};
