/** The dialog that asks for the reason of a rejection. */

import { withoutMentions } from '../../runbook/text/phrase.ts';
import { drawDecision } from '../actions/decide.ts';
import type { SlackContext } from '../context.ts';
import { identify } from '../people/identify.ts';
import { REJECT_REASON } from '../views/actions/reject-reason.ts';
import type { Dialog, Submission } from './dialog.ts';

export const REJECT_DIALOG: Dialog = {
  callbackId: REJECT_REASON,
  submit: explainRejection,
  manualCommands: () => [],
};

async function explainRejection(
  context: SlackContext,
  { id, typed, user, from }: Submission,
): Promise<string | null> {
  const known = await identify(context, user, from);
  if (!known.ok) return known.words;
  if (typed.trim() === '') return 'The reason is empty. Nothing was done. Type one, or close the dialog.';
  const explained = await context.actionService.explain(id, known.person, typed);
  if (!explained.ok) return withoutMentions(explained.words);
  await drawDecision(context, id);
  return null;
}
