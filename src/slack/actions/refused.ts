/** Records in the audit that somebody was refused. Not awaited; if the database fails, the log has it. */
import type { Detail } from '../../runbook/model/action.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import type { SlackContext } from '../context.ts';

/** `actionId` null: the refusal is about no existing action. */
export function recordRefused(
  { actionStore, log, now }: SlackContext,
  actionId: string | null,
  person: Person,
  detail: Detail,
): void {
  actionStore.note(actionId, 'refused', person.id, detail, now()).catch((error: unknown) => {
    log.error({ err: error, who: person.id, detail }, 'a refusal could not be recorded');
  });
}
