/** Chooses a failure mode's words: the built-in ones, or the team's own if the runbook file has them. */
import type { Mode } from '../model/check.ts';
import type { Facts } from '../model/runbook-config.ts';
import type { ModeWords } from '../model/terms.ts';

/** Returns the words with their placeholders (`<app>`) not filled in yet. */
export function wordsOf({ id, words }: Pick<Mode, 'id' | 'words'>, { document }: Facts): ModeWords {
  const { status = words.status, symptom = words.symptom, cause = words.cause } = document?.modes?.[id] ?? {};
  return { ...words, symptom, cause, ...(status === undefined ? {} : { status }) };
}
