/** Says what a slow diagnosis is waiting for, and since when. */
import type { Instant } from '../../../runbook/model/instant.ts';
import { dashboardLink } from '../../../runbook/text/links.ts';
import { formatInstant, formatLimit } from '../../../runbook/text/time.ts';
import {
  bold,
  boldLink,
  clip,
  context,
  emoji,
  escapeText,
  line,
  type Message,
  plain,
  richText,
} from '../parts/message.ts';

export interface Waiting {
  readonly app: string;
  /** Sources that have not responded yet, for example `Heroku log`. */
  readonly names: readonly string[];
  readonly since: Instant;
  /** Time limit of the diagnosis, in milliseconds. */
  readonly within: number;
  /** Slack id of the asker. */
  readonly by: string;
}

const LIST = new Intl.ListFormat('en');
/** With more names than this, the list shows only their number, because it is read at a glance. */
const MOST_NAMED = 3;

export function waitingView({ app, names, since, within, by }: Waiting): Message {
  const sources = names.length === 0 ? 'the last responses' : clip(LIST.format(briefly(names)), 300);
  const limit = formatLimit(within);
  return {
    text: escapeText(`Diagnosing ${app}, ${limit} at most. Waiting for ${sources}.`),
    blocks: [
      richText(
        line(
          emoji('hourglass_flowing_sand'),
          bold(' Diagnosing '),
          boldLink(dashboardLink(app), app),
          plain(', started at '),
          {
            type: 'date',
            timestamp: Math.floor(since / 1000),
            format: '{time_secs}',
            fallback: formatInstant(since),
          },
        ),
        line(plain(`Waiting for ${sources}; ${limit} at most.`)),
      ),
      context(`run by <@${by}>`),
    ],
  };
}

function briefly(names: readonly string[]): readonly string[] {
  const more = names.length - MOST_NAMED;
  return more > 0 ? [...names.slice(0, MOST_NAMED), `${more} more`] : names;
}
