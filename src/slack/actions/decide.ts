/**
 * Approving and rejecting by button. The card shows everyone the outcome;
 * only a refusal is shown to the person alone.
 */
import type { DecisionResult } from '../../operations/actions/context.ts';
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { type Action, isKind } from '../../runbook/model/action.ts';
import { isKnownApprover } from '../../runbook/people/permissions.ts';
import { slackFaultOf } from '../client/fault.ts';
import type { ReplyTo } from '../client/post.ts';
import type { Click, SlackContext } from '../context.ts';
import { rejectReasonView, sayWhyView } from '../views/actions/reject-reason.ts';
import { typedVersionView } from '../views/actions/typed-version.ts';
import { notDoneView, phraseView, sentenceView } from '../views/parts/answers.ts';
import { drawActionCard, rememberManualCommand } from './card.ts';
import { recordRefused } from './refused.ts';

/**
 * A rollback is approved by typing its version in a dialog.
 * Anyone who is not a named approver is refused without a database query.
 */
export async function approveByClick(context: SlackContext, click: Click): Promise<void> {
  const { value: id, person, replyTo } = click;
  const { actionService, post, facts } = context;
  const named = isKnownApprover(person, facts.people);
  if (!named.ok) {
    recordRefused(context, id, person, named.words);
    return post.toAsker(replyTo, phraseView(named.words));
  }
  const action = await actionService.find(id);
  if (action) rememberManualCommand(context, action);
  if (action?.state === 'proposed' && isKind(action, 'rollback'))
    return click.openDialog(typedVersionView(action));
  await showDecision(context, await actionService.approve(id, person), replyTo);
}

/** Rejects the action immediately. The person may add a reason later, unless they withdrew their own proposal. */
export async function rejectByClick(
  context: SlackContext,
  { value: id, person, replyTo }: Click,
): Promise<void> {
  const rejected = await showDecision(context, await context.actionService.reject(id, person), replyTo);
  if (rejected && rejected.askedBy !== person.id) await context.post.toAsker(replyTo, sayWhyView(rejected));
}

/** Opens the dialog that asks for the reason of a rejection. */
export async function askWhyRejected(context: SlackContext, { value: id, openDialog }: Click): Promise<void> {
  const rejected = await context.actionService.find(id);
  if (rejected) await openDialog(rejectReasonView(rejected));
}

/** Returns the decided action, or null if the decision was refused. */
async function showDecision(
  context: SlackContext,
  decision: DecisionResult,
  replyTo: ReplyTo,
): Promise<Action | null> {
  if (!decision.ok) {
    await context.post.toAsker(replyTo, notDoneView(decision));
    return null;
  }
  const { action } = decision;
  const why = await drawDecision(context, action.id);
  if (why !== null) {
    const words = `${DECIDED[action.state] ?? 'Decided'}: ${action.plan.title}. ${why}`;
    await context.post.toAsker(replyTo, sentenceView(words)).catch((error: unknown) => {
      context.log.warn({ err: error, action: action.id }, 'a decision could not be confirmed to the person');
    });
  }
  return action;
}

const DECIDED: Readonly<Partial<Record<Action['state'], string>>> = {
  approved: 'Approved',
  proposed: 'Approval recorded',
  rejected: 'Rejected',
};

/** Draws the card after a decision. Returns why it is not drawn yet, or null if it is. The queue redraws it anyway. */
export async function drawDecision(context: SlackContext, id: string): Promise<string | null> {
  try {
    const drawn = await drawActionCard(context, id);
    return drawn?.ok === false ? context.delivery.teamWords(drawn.fault) : null;
  } catch (error) {
    if (error instanceof DatabaseFault)
      return `My database stopped responding (${error.words}); I'll update the card once it is back.`;
    if (slackFaultOf(error) !== null)
      return "Slack isn't accepting the card right now; I'll update it as soon as Slack does.";
    context.log.error({ err: error, action: id }, 'the card could not be drawn after a decision');
    return null;
  }
}
