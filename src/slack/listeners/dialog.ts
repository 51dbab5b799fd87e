/** A dialog about an action, with one text field. The open dialog shows what is wrong with a submission. */

import type { App, ViewSubmitAction } from '@slack/bolt';
import { fromOutside } from '../../runbook/text/harmless.ts';
import type { SlackContext } from '../context.ts';
import type { Origin } from '../people/identify.ts';
import { failureSentence } from './failure.ts';
import { isFirst, originOf } from './request.ts';

export interface Submission {
  /** Id of the action. */
  readonly id: string;
  readonly typed: string;
  readonly user: string;
  readonly from: Origin;
}

export interface Dialog {
  /** The view's `callback_id`, and the id of its only field. */
  readonly callbackId: string;
  /** Returns a problem for the dialog to show, or null if there is none and the dialog may close. */
  submit(context: SlackContext, submission: Submission): Promise<string | null>;
  /** Shown if the database fails during the submission. */
  manualCommands(context: SlackContext, id: string): readonly string[];
}

export function listenToDialog(app: App, context: SlackContext, dialog: Dialog): void {
  const { callbackId, submit, manualCommands } = dialog;
  app.view<ViewSubmitAction>(callbackId, async ({ ack, body, view }) => {
    if (!isFirst(context, body.trigger_id)) return ack();
    const id = fromOutside(view.private_metadata);
    const typed = fromOutside(view.state.values[callbackId]?.[callbackId]?.value ?? '');
    const submission = { id, typed, user: body.user.id, from: originOf(body) };
    const problem = await submit(context, submission).catch((error: unknown) =>
      failureSentence(context, error, manualCommands(context, id)),
    );
    if (problem === null) await ack();
    else await ack({ response_action: 'errors', errors: { [callbackId]: problem } });
  });
}
