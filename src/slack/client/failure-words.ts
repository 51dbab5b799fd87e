/** What somebody reads when an answer could not be given: each known cause in its own words, with what was done. */
import { placeWhy, type SlackFault, slackFaultOf } from './fault.ts';

/** `id` leads to the line in the log. */
export function failureWords(error: unknown, id: string): string {
  const fault = slackFaultOf(error);
  return `${fault ? slackWords(fault) : unknownWords(error)} (${id}) ${SENT}`;
}

/** A command or a click changes nothing by itself: what is sent is sent by the queue, and the card shows it. */
const SENT = 'Nothing was sent to Heroku or GitHub that the card does not show.';

const LOOK = 'What was decided before stands: look at the card or `/raxx history` before you try again.';

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

/** Ours for a database that could not be opened; PostgreSQL's for a connection that broke or was refused (classes 08, 53, 57). */
const DATABASE_CODE = /^(RAXX_DATABASE_GONE|08\w{3}|53\w{3}|57P\w{2}|55P03|57014)$/;

function unknownWords(error: unknown): string {
  if (DATABASE_CODE.test(String(Object(error).code)))
    return 'The database does not work, so nothing new was written down and nothing was sent. `/raxx status` and `/raxx diagnose` work without it.';
  return 'Something broke on my side before I could answer. Look at the card or the history before you try again.';
}
