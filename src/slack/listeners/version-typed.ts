/** The dialog of a rollback was submitted. */

import { isKind } from '../../runbook/model/action.ts';
import { isKnownApprover } from '../../runbook/people/permissions.ts';
import type { SlackDeps } from '../deps.ts';
import type { Origin } from '../people/identify.ts';
import { byHandWords, withoutMentions } from '../views/help.ts';
import { versionToType } from '../views/typed-version.ts';
import { drawOrTell } from './click.ts';

export interface TypedVersion {
  /** Id of the action. */
  readonly id: string;
  readonly typed: string;
  readonly user: string;
  readonly from: Origin;
}

/** null: it is approved, and the dialog closes; else what is shown in it. */
export async function onVersionTyped(
  { id, typed, user, from }: TypedVersion,
  deps: SlackDeps,
): Promise<string | null> {
  const known = await deps.recognise(user, from);
  if (!known.ok) return known.words;
  const named = isKnownApprover(known.person, deps.facts.people);
  if (!named.ok) {
    deps.noteRefused(id, known.person, { words: named.words });
    return named.words;
  }
  const action = await deps.actionService.find(id);
  if (!action || !isKind(action, 'rollback')) return 'There is no such proposal. Nothing was done.';
  const wanted = versionToType(action);
  if (typed.trim().toLowerCase().replace(/^v?/, 'v') !== wanted)
    return `That is not ${wanted}. Nothing was done.`;
  const decided = await deps.actionService.approve(id, known.person);
  if (!decided.ok) return `${withoutMentions(decided.words)}${byHandWords(decided.manualCommand)}`;
  await drawOrTell(decided.action, null, deps);
  return null;
}
