/** The dialog in which a rollback is approved by typing its version. */

import type { App, ViewSubmitAction } from '@slack/bolt';
import { isKind } from '../../runbook/model/action.ts';
import { isKnownApprover } from '../../runbook/people/permissions.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { drawDecision } from '../actions/decide.ts';
import { manualCommandsOfAction } from '../actions/manual-command.ts';
import { recordRefused } from '../actions/refused.ts';
import type { SlackContext } from '../context.ts';
import { identify } from '../people/identify.ts';
import { byHandWords, withoutMentions } from '../views/help.ts';
import { TYPED_VERSION, versionToType } from '../views/typed-version.ts';
import { failureSentence } from './failure.ts';
import { isFirst, originOf, type Submission } from './request.ts';

export function listenToRollbackDialog(app: App, context: SlackContext): void {
  // What is wrong is part of the acknowledgement, so that the dialog stays open and shows it.
  app.view<ViewSubmitAction>(TYPED_VERSION, async ({ ack, body, view }) => {
    if (!isFirst(context, body.trigger_id)) return ack();
    const id = fromOutside(view.private_metadata);
    const typed = fromOutside(view.state.values[TYPED_VERSION]?.[TYPED_VERSION]?.value ?? '');
    const submission = { id, typed, user: body.user.id, from: originOf(body) };
    const problem = await approveRollback(context, submission).catch((error: unknown) =>
      failureSentence(context, error, manualCommandsOfAction(context, id)),
    );
    if (problem === null) await ack();
    else await ack({ response_action: 'errors', errors: { [TYPED_VERSION]: problem } });
  });
}

/** Returns what the dialog shows when it was not approved. Null when it was, and the dialog closes. */
async function approveRollback(
  context: SlackContext,
  { id, typed, user, from }: Submission,
): Promise<string | null> {
  const { actionService, facts } = context;
  const known = await identify(context, user, from);
  if (!known.ok) return known.words;
  const { person } = known;
  const named = isKnownApprover(person, facts.people);
  if (!named.ok) {
    recordRefused(context, id, person, { words: named.words });
    return named.words;
  }
  const action = await actionService.find(id);
  if (!action || !isKind(action, 'rollback')) return 'There is no such proposal. Nothing was done.';
  const wanted = versionToType(action);
  if (typed.trim().toLowerCase().replace(/^v?/, 'v') !== wanted)
    return `That is not ${wanted}. Nothing was done. Type ${wanted} to approve it.`;
  const decision = await actionService.approve(id, person);
  if (!decision.ok) return `${withoutMentions(decision.words)}${byHandWords(decision.manualCommand)}`;
  await drawDecision(context, id);
  return null;
}
