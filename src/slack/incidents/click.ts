/** Handles the buttons of an incident: acknowledge, close, draft the postmortem. */
import { mayAcknowledge, type Person } from '../../runbook/people/permissions.ts';
import type { Click, SlackContext } from '../context.ts';
import { findContact } from '../people/escalation-contact.ts';
import { phraseView, sentenceView } from '../views/parts/answers.ts';
import { postPostmortem } from './card.ts';

/** The card, its thread, and the pages show it to everyone. The person gets an immediate reply. */
export async function acknowledgeByClick(
  context: SlackContext,
  { value: id, person, replyTo }: Click,
): Promise<void> {
  const { incidents, post } = context;
  const isContact = await isEscalationContact(context, person);
  const may = mayAcknowledge(person, isContact);
  if (!may.ok) return post.toAsker(replyTo, phraseView(may.words));
  const { words } = await incidents.acknowledge(id, person, isContact === true);
  await post.toAsker(replyTo, phraseView(words));
}

export async function closeByClick(
  { incidents, post }: SlackContext,
  { value: id, person, replyTo }: Click,
): Promise<void> {
  const { words } = await incidents.close(id, person);
  await post.toAsker(replyTo, phraseView(words));
}

export async function draftPostmortem(context: SlackContext, { value: id, replyTo }: Click): Promise<void> {
  const { incidents, post } = context;
  if (!(await incidents.find(id)))
    return post.toAsker(
      replyTo,
      sentenceView('There is no such incident. Nothing was done. `/raxx incidents` lists recent ones.'),
    );
  await postPostmortem(context, id);
  await post.toAsker(replyTo, sentenceView("The draft is in the thread of the incident's card."));
}

/** Returns false for operators and approvers, who need no lookup. Null if Slack does not show it now. */
async function isEscalationContact(
  context: SlackContext,
  { id, isOperator, isApprover }: Person,
): Promise<boolean | null> {
  if (isOperator || isApprover) return false;
  const contact = await findContact(context);
  if (!contact.ok) return contact.passes ? null : false;
  // A group can be mentioned even if Slack does not show its members.
  return contact.users.length === 0 ? null : contact.users.includes(id);
}
