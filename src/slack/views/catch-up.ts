/** `/raxx catchup`: at most twelve lines for someone who just joined, with the title and the count of the rest. */

import type { CatchUp, CaughtUp } from '../../runbook/catchup/catch-up.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { formatSpan } from '../../runbook/text/duration.ts';
import { bold, code, escapeText, line, list, type Message, plain, richText } from './parts/message.ts';
import { momentOf, timedParts } from './parts/moments.ts';

/** A null `target` means all targets. */
export function catchUpView(
  { shown, more }: CatchUp,
  forMs: number,
  target: string | null,
  now: Instant,
): Message {
  const of = target === null ? '' : ` on ${target}`;
  const head = `Last ${formatSpan(forMs)}${of}`;
  if (shown.length === 0) {
    const words = `${head}: nothing happened. No incident, action, escalation, snooze, note or notice.`;
    return { text: escapeText(words), blocks: [richText(line(plain(words)))] };
  }
  const count = shown.length + more;
  const title = `${head}: ${count} ${count === 1 ? 'event' : 'events'}, oldest first`;
  return {
    text: escapeText(`${title}.`),
    blocks: [
      richText(
        line(bold(title)),
        list(
          'bullet',
          shown.map((one) => eventLine(one, now, target)),
        ),
        ...(more === 0 ? [] : [line(plain(`and ${more} more: `), code('/raxx history'))]),
      ),
    ],
  };
}

/** A catch-up of one target does not repeat its name. */
function eventLine({ at, target, words }: CaughtUp, now: Instant, of: string | null) {
  return line(
    momentOf(at, now),
    plain(of === null && target !== null ? ` ${target}: ` : ' '),
    ...timedParts(words),
  );
}
