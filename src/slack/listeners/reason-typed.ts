/** The dialog in which a rejection is explained was submitted. */
import type { SlackDeps } from '../deps.ts';
import { withoutMentions } from '../views/help.ts';
import type { TypedVersion } from './version-typed.ts';

/** null: whoever asked is told, and the dialog closes; else what is shown in it. */
export async function onReasonTyped(
  { id, typed, user, from }: TypedVersion,
  deps: SlackDeps,
): Promise<string | null> {
  const known = await deps.recognise(user, from);
  if (!known.ok) return known.words;
  if (typed.trim() === '') return 'Nothing was typed. Nothing was done.';
  const explained = await deps.actionService.explain(id, known.person, typed);
  if (!explained.ok) return withoutMentions(explained.words);
  await deps.cards.draw(id).catch(() => undefined);
  return null;
}
