/** Shows the state of an action as an emoji and a word. */

import { STATE_WORDS } from '../../../runbook/actions/state-words.ts';
import type { Action, ActionState } from '../../../runbook/model/action.ts';
import { capitalize } from '../../../runbook/text/capitalize.ts';

const STATE_SIGNS: Readonly<Record<ActionState, string>> = {
  proposed: 'raised_hand',
  approved: 'hourglass_flowing_sand',
  executing: 'hourglass_flowing_sand',
  succeeded: 'white_check_mark',
  failed: 'x',
  unconfirmed: 'grey_question',
  rejected: 'no_entry_sign',
  expired: 'alarm_clock',
  superseded: 'fast_forward',
};

export function signOf({ kind, state, progress, aftermath }: Action): readonly [emoji: string, word: string] {
  if (aftermath?.kind === 'turned_bad') return ['warning', 'Done, then failed'];
  if (state === 'executing' && progress.stage === 'at_gate' && progress.unseenSince === undefined)
    return ['hourglass_flowing_sand', 'Waiting for approval on GitHub'];
  if (state === 'executing' && progress.words !== undefined && progress.answered !== false)
    return ['hourglass_flowing_sand', 'Under way'];
  // A stopped app is off, so a completed stop is not green.
  const sign = kind === 'stop' && state === 'succeeded' ? 'octagonal_sign' : STATE_SIGNS[state];
  return [sign, capitalize(STATE_WORDS[state])];
}
