/** One word for each state of an action, in every face (docs/glossary.md). */
import type { ActionState } from '../model/action.ts';

/** In lower case, as within a sentence. */
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
