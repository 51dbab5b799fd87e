/** What a diagnosis that takes its time waits for, for the one who asked. */
import type { Instant } from '../../runbook/model/evidence.ts';
import { formatInstant, formatLimit } from '../../runbook/text/time.ts';
import { clip, escapeText, line, type Message, plain, richText } from './message.ts';

/** `within`: how long it may take, milliseconds. */
export function waitingView(names: readonly string[], since: Instant, within: number): Message {
  const who = names.length === 0 ? 'the last answers' : clip(listed(names), 300);
  const said = `Waiting for ${who}, since `;
  const most = `; ${formatLimit(within)} at most.`;
  return {
    text: escapeText(`${said}${formatInstant(since)}${most}`),
    blocks: [
      richText(
        line(
          plain(said),
          {
            type: 'date',
            timestamp: Math.floor(since / 1000),
            format: '{time_secs}',
            fallback: formatInstant(since),
          },
          plain(most),
        ),
      ),
    ],
  };
}

/** `Heroku log, Health URL and Heroku status page` */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
