/** The dialog in which a rollback is approved by typing its version. */

import { isKind } from '../../runbook/model/action.ts';
import { isKnownApprover } from '../../runbook/people/permissions.ts';
import { withoutMentions } from '../../runbook/text/phrase.ts';
import { drawDecision } from '../actions/decide.ts';
import { manualCommandsOfAction } from '../actions/manual-command.ts';
import { recordRefused } from '../actions/refused.ts';
import type { SlackContext } from '../context.ts';
import { identify } from '../people/identify.ts';
import { TYPED_VERSION, versionToType } from '../views/actions/typed-version.ts';
import { byHandWords } from '../views/parts/answers.ts';
import type { Dialog, Submission } from './dialog.ts';

export const ROLLBACK_DIALOG: Dialog = {
  callbackId: TYPED_VERSION,
  submit: approveRollback,
  manualCommands: manualCommandsOfAction,
};

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
    recordRefused(context, id, person, named.words);
    return withoutMentions(named.words);
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
