/**
 * The buttons that propose an action. The one or two that the runbook would press first are on the first screen, the
 * others below the evidence. Each is a separate button: a menu has a single action_id, which would hide the kind.
 */

import type { Button, KnownBlock } from '@slack/types';
import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import type { Rollback } from '../../../runbook/model/rollback.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { clip } from './message.ts';

export function button(action_id: string, text: string, value: string, label: string): Button {
  return {
    type: 'button',
    action_id,
    text: { type: 'plain_text', text },
    value,
    accessibility_label: clip(label, 75),
  };
}

const WORDS: Readonly<Record<ActionKind, string>> = {
  stop: 'Stop the app',
  restore: 'Restore the app',
  restart: 'Restart',
  rollback: 'Roll back',
  boot_timeout: 'Raise boot timeout to 120 s',
  resize: 'Move to a larger dyno',
  deploy: 'Deploy',
  unfreeze: 'Lift the freeze',
  create_gate: 'Create the gate',
};

/**
 * Labels a button, for example `Roll back to v41`.
 * The version is looked up again at the click, and the proposal shows it.
 */
function offerWords(kind: ActionKind, rollback: Rollback | null): string {
  return kind === 'rollback' && rollback !== null ? `${WORDS.rollback} to v${rollback.to}` : WORDS[kind];
}

/**
 * Returns ` Try Roll back to v41 or Restart.`, in the words of the buttons. A restore comes after what it needs.
 * Empty if there is nothing to press.
 */
export function tryWords({ first, rollback }: Offers): string {
  return first.length === 0
    ? ''
    : ` Try ${first.map((kind) => offerWords(kind, rollback)).join(first.includes('restore') ? ', then ' : ' or ')}.`;
}

/** Says which action comes first if both are offered. Returns null otherwise. */
export function rollBackFirst(first: readonly ActionKind[]): string | null {
  return first.includes('rollback') && first.includes('restore')
    ? 'roll back, then restore. Restoring alone starts the suspect release again.'
    : null;
}

/** The value is the target's name, looked up again at the click. */
export function proposeButtons(
  kinds: readonly ActionKind[],
  target: string,
  rollback: Rollback | null = null,
): Button[] {
  return kinds.map((kind) => {
    const words = offerWords(kind, rollback);
    return {
      type: 'button',
      action_id: `propose_${kind}`,
      text: { type: 'plain_text', text: words },
      value: target,
      accessibility_label: clip(`Propose: ${words}, ${target}`, 75),
    };
  });
}

/** Returns a row of buttons, or nothing if there are no buttons. */
export function buttonRow(...buttons: readonly Button[]): KnownBlock[] {
  return buttons.length === 0 ? [] : [{ type: 'actions', elements: [...buttons] }];
}
