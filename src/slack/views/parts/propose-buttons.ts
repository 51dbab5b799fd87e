/**
 * The buttons that propose an action. The one or two that the runbook would press first are on the first screen, the others
 * below the evidence. All are real buttons: a menu has a single action_id, which would hide the kind.
 */

import type { Button, KnownBlock } from '@slack/types';
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

const MOST_FIRST = 2;

export interface Offers {
  readonly first: readonly ActionKind[];
  readonly others: readonly ActionKind[];
}

/** Kinds that the bot can do, best fit first. A stop ends the service, so it is never among the first. */
export function sortOffers(kinds: readonly ActionKind[], canDo: ReadonlySet<ActionKind>): Offers {
  const able = kinds.filter((kind) => canDo.has(kind));
  const first: readonly ActionKind[] = able.filter((kind) => kind !== 'stop').slice(0, MOST_FIRST);
  return { first, others: able.filter((kind) => !first.includes(kind)) };
}

/** ` Try Restart or Roll back.`, in the words of the buttons. Empty where there is nothing to press. */
export function tryWords({ first }: Offers): string {
  return first.length === 0 ? '' : ` Try ${first.map((kind) => WORDS[kind]).join(' or ')}.`;
}

/** The value is the target's name, looked up again at the click. */
export function proposeButtons(kinds: readonly ActionKind[], target: string): Button[] {
  return kinds.map((kind) => ({
    type: 'button',
    action_id: `propose_${kind}`,
    text: { type: 'plain_text', text: WORDS[kind] },
    value: target,
    accessibility_label: clip(`Propose: ${WORDS[kind]}, ${target}`, 75),
  }));
}

/** A row of buttons, or nothing without buttons. */
export function buttonRow(...buttons: readonly Button[]): KnownBlock[] {
  return buttons.length === 0 ? [] : [{ type: 'actions', elements: [...buttons] }];
}
