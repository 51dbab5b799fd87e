/** The dialog that asks the person who rejected a proposal for the reason. */
import type { ModalView } from '@slack/types';
import type { Action } from '../../../runbook/model/action.ts';
import { clip, escapeText, line, type Message, plain, richText } from '../parts/message.ts';

export const REJECT_REASON = 'reject_reason';
/** `action_id` of the button that opens the dialog. */
export const SAY_WHY = 'say_why';

/** Offered after the rejection, which does not wait for a reason. */
export function sayWhyView({ id, plan }: Pick<Action, 'id' | 'plan'>): Message {
  const said = `Rejected: ${plan.title}.`;
  return {
    text: escapeText(said),
    blocks: [
      richText(line(plain(`${said} I'll tell the proposer.`))),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: SAY_WHY,
            text: { type: 'plain_text', text: 'Say why' },
            value: id,
            accessibility_label: clip(`Say why it was rejected: ${plan.title}`, 75),
          },
        ],
      },
    ],
  };
}

export function rejectReasonView({ id, plan }: Pick<Action, 'id' | 'plan'>): ModalView {
  return {
    type: 'modal',
    callback_id: REJECT_REASON,
    private_metadata: id,
    title: { type: 'plain_text', text: 'Why did you reject it?' },
    submit: { type: 'plain_text', text: 'Tell them' },
    close: { type: 'plain_text', text: 'Not now' },
    blocks: [
      {
        type: 'input',
        block_id: REJECT_REASON,
        label: { type: 'plain_text', text: clip(plan.title, 2_000) },
        element: { type: 'plain_text_input', action_id: REJECT_REASON, max_length: 300 },
      },
    ],
  };
}
