/** What somebody reads when an answer could not be given: each known cause in its own words, with what was done. */
import { DatabaseFault } from '../../operations/ports/database-fault.ts';
import { placeWhy, type SlackFault, slackFaultOf } from './fault.ts';

/** `id` leads to the line in the log. */
export function failureWords(error: unknown, id: string): string {
  if (error instanceof DatabaseFault) return `${databaseWords(error)} (${id})`;
  const fault = slackFaultOf(error);
  return `${fault ? slackWords(fault) : UNKNOWN} (${id}) ${SENT}`;
}

/** A command or a click changes nothing by itself: what is sent is sent by the queue, and the card shows it. */
const SENT = 'Nothing was sent to Heroku or GitHub that the card does not show.';

const LOOK = 'What was decided before stands: look at the card or `/raxx history` before you try again.';

const UNKNOWN =
  'Something broke on my side before I could answer. Look at the card or the history before you try again.';

function slackWords(fault: SlackFault): string {
  const { why, cure } = placeWhy(fault);
  switch (fault.kind) {
    case 'trigger':
      return 'The dialog came too late: Slack lets one be opened only within three seconds of the click. Nothing was done. Click again.';
    case 'wait':
      return `Slack did not take it (${fault.code}), which passes by itself. ${LOOK}`;
    case 'token':
      return `Slack refuses my token (${fault.code}): somebody has to renew SLACK_BOT_TOKEN. ${LOOK}`;
    case 'scope':
      return `The Slack app lacks a permission (${fault.detail || fault.code}). Fix: ${cure}. ${LOOK}`;
    default:
      return `Slack refused the answer: ${why}. Fix: ${cure}. ${LOOK}`;
  }
}

function databaseWords({ kind, words }: DatabaseFault): string {
  if (kind === 'unsure')
    return `My database doesn't work (${words}): this may be written down, or not. Look at the card before you do it by hand.`;
  return `My database doesn't work (${words}), so this was not written down and nothing was sent. \`/raxx status\`, \`/raxx diagnose\` and \`/raxx logs\` work without it.`;
}
