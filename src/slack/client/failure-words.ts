/** Tells the asker about a failed reply: what broke, what was done, and what to do next. */
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { type SlackFault, slackFaultOf, whyAndFix } from './fault.ts';

/** `id` finds the error in the log. */
export function failureWords(error: unknown, id: string): string {
  if (error instanceof DatabaseFault) return `${databaseWords(error)} (${id})`;
  const fault = slackFaultOf(error);
  return `${fault ? slackWords(fault) : UNKNOWN} (${id}) ${SENT}`;
}

/** True for every command and click, because only the queue sends changes, and their cards show it. */
const SENT = 'Anything sent to Heroku or GitHub is shown on the card.';

const CHECK_FIRST =
  'Decisions made before this still count: check the card or `/raxx history` before you try again.';

const UNKNOWN =
  'Something broke on my side before I could reply. Check the card or `/raxx history` before you try again.';

function slackWords(fault: SlackFault): string {
  const { why, fix } = whyAndFix(fault);
  switch (fault.kind) {
    case 'trigger':
      return 'The dialog could not be opened: Slack allows that only within three seconds of the click. Nothing was done. Click again.';
    case 'wait':
      return `Slack did not accept my reply (${fault.code}). This is temporary. ${CHECK_FIRST}`;
    case 'token':
      return `Slack rejected my token (${fault.code}): someone has to renew SLACK_BOT_TOKEN. ${CHECK_FIRST}`;
    case 'scope':
      return `The Slack app lacks a permission (${fault.detail ?? fault.code}). Fix: ${fix}. ${CHECK_FIRST}`;
    default:
      return `Slack refused my reply: ${why}. Fix: ${fix}. ${CHECK_FIRST}`;
  }
}

function databaseWords({ kind, words }: DatabaseFault): string {
  if (kind === 'unsure')
    return `My database is unavailable (${words}): this may or may not have been recorded. Check the card before you do it by hand.`;
  return `My database is unavailable (${words}), so this was not recorded and nothing was sent. \`/raxx status\`, \`/raxx diagnose\` and \`/raxx logs\` work without it.`;
}
