/**
 * Records in the audit that someone was refused.
 * The write is not awaited; if the database fails, the log has the refusal.
 */
import type { Detail } from '../../runbook/model/action.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import { type Phrase, phraseText } from '../../runbook/text/phrase.ts';
import type { SlackContext } from '../context.ts';

/** `actionId` is null when the refusal is not about an existing action. */
export function recordRefused(
  { actionStore, log, now }: SlackContext,
  actionId: string | null,
  person: Person,
  words: Phrase,
  about: Detail = {},
): void {
  const detail = { ...about, words: phraseText(words) };
  actionStore.note(actionId, 'refused', person.id, detail, now()).catch((error: unknown) => {
    log.error({ err: error, who: person.id, detail }, 'a refusal could not be recorded');
  });
}
