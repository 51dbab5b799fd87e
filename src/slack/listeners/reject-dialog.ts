/** The dialog in which a rejection is explained. */

import type { App, ViewSubmitAction } from '@slack/bolt';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { drawDecision } from '../actions/decide.ts';
import type { SlackContext } from '../context.ts';
import { identify } from '../people/identify.ts';
import { withoutMentions } from '../views/help.ts';
import { REJECT_REASON } from '../views/reject-reason.ts';
import { failureSentence } from './failure.ts';
import { isFirst, originOf, type Submission } from './request.ts';

export function listenToRejectDialog(app: App, context: SlackContext): void {
  app.view<ViewSubmitAction>(REJECT_REASON, async ({ ack, body, view }) => {
    if (!isFirst(context, body.trigger_id)) return ack();
    const id = fromOutside(view.private_metadata);
    const typed = fromOutside(view.state.values[REJECT_REASON]?.[REJECT_REASON]?.value ?? '');
    const submission = { id, typed, user: body.user.id, from: originOf(body) };
    const problem = await explainRejection(context, submission).catch((error: unknown) =>
      failureSentence(context, error),
    );
    if (problem === null) await ack();
    else await ack({ response_action: 'errors', errors: { [REJECT_REASON]: problem } });
  });
}

/** Returns what the dialog shows when the reason was not taken. Null when it was, and the dialog closes. */
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
