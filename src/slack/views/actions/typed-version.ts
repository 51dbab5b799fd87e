/**
 * The dialog in which a rollback is approved by typing its version.
 * Typing is required because the rollback may cross a migration.
 */
import type { ModalView } from '@slack/types';
import type { Action } from '../../../runbook/model/action.ts';
import { clip, line, list, plain, richText } from '../parts/message.ts';

export const TYPED_VERSION = 'typed_version';

/** Returns the text to type, for example `v41`. */
export function versionToType({ params }: Action<'rollback'>): string {
  return `v${params.toVersion}`;
}

export function typedVersionView(action: Action<'rollback'>): ModalView {
  return {
    type: 'modal',
    callback_id: TYPED_VERSION,
    // Only an id, so that everything else is looked up again.
    private_metadata: action.id,
    title: { type: 'plain_text', text: 'Approve a rollback' },
    submit: { type: 'plain_text', text: 'Approve' },
    close: { type: 'plain_text', text: 'Not yet' },
    blocks: [
      richText(
        line(plain(action.plan.title)),
        list(
          'bullet',
          [...(action.plan.warnings ?? []), ...action.plan.expect].map((words) => line(plain(words))),
        ),
      ),
      {
        type: 'input',
        block_id: TYPED_VERSION,
        label: { type: 'plain_text', text: clip(`Type ${versionToType(action)} to approve it`, 150) },
        element: { type: 'plain_text_input', action_id: TYPED_VERSION },
      },
    ],
  };
}
