/**
 * The buttons that propose an action. The first screen has the one or two that the runbook would press first, and a
 * menu of the others. The others are buttons again at the end of the card, for a reader who has come to the end of the
 * evidence.
 */

import type { Button, KnownBlock, Overflow } from '@slack/types';
import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import type { Rollback } from '../../../runbook/model/rollback.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { settingsLink } from '../../../runbook/text/links.ts';
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
 * Returns `Try Roll back to v41 or Restart`, in the words of the buttons. A restore comes after what it needs.
 * Null if there is nothing to press first.
 */
export function tryWords({ first, rollback }: Offers): string | null {
  return first.length === 0
    ? null
    : `Try ${first.map((kind) => offerWords(kind, rollback)).join(first.includes('restore') ? ', then ' : ' or ')}`;
}

/** Says which action comes first if both are offered. Returns null otherwise. */
export function rollBackFirst(first: readonly ActionKind[]): string | null {
  return first.includes('rollback') && first.includes('restore')
    ? 'roll back, then restore (restoring alone starts the suspect release again)'
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
    return button(`propose_${kind}`, words, target, `Propose: ${words}, ${target}`);
  });
}

/** Slack's limits for an overflow menu: the number of its options, and the length of an option's value. */
const MOST_OPTIONS = 5;
const LONGEST_VALUE = 75;

/**
 * Returns the menu of the other actions, or nothing if there are none. An option does what its button does. An action
 * that does not fit has only its button at the end of the card.
 */
function otherActions({ others, rollback }: Offers, target: string): Overflow[] {
  const options = others
    .map((kind) => ({
      text: { type: 'plain_text' as const, text: offerWords(kind, rollback) },
      value: optionValue({ id: `propose_${kind}`, value: target }),
    }))
    .filter(({ value }) => value.length <= LONGEST_VALUE)
    .slice(0, MOST_OPTIONS);
  return options.length === 0 ? [] : [{ type: 'overflow', action_id: OTHER_ACTIONS, options }];
}

export const OTHER_ACTIONS = 'other_actions';

/** The `action_id` and value of a button. */
export interface Pressed {
  readonly id: string;
  readonly value: string;
}

/** An option has no `action_id`, so its value holds both: `propose_stop prod`. */
function optionValue({ id, value }: Pressed): string {
  return `${id} ${value}`;
}

/** Reads what `optionValue` wrote. */
export function pressedOption(chosen: string): Pressed {
  const [id = '', ...value] = chosen.split(' ');
  return { id, value: value.join(' ') };
}

/** Where a person sets the config var that is missing. The value is a secret, so it never passes through Slack. */
export function settingsButton(app: string): Button {
  return {
    type: 'button',
    action_id: OPEN_SETTINGS,
    text: { type: 'plain_text', text: 'Open config vars' },
    url: settingsLink(app),
    accessibility_label: clip(`Open the config vars of ${app} on Heroku`, 75),
  };
}

export const OPEN_SETTINGS = 'open_settings';

/** Returns the buttons of the first screen with the menu of the other actions beside them. */
export function firstRow(buttons: readonly Button[], offers: Offers, target: string): KnownBlock[] {
  return buttons.length === 0
    ? []
    : [{ type: 'actions', elements: [...buttons, ...otherActions(offers, target)] }];
}

/** Returns a row of buttons, or nothing if there are none. */
export function buttonRow(...buttons: readonly Button[]): KnownBlock[] {
  return buttons.length === 0 ? [] : [{ type: 'actions', elements: [...buttons] }];
}
