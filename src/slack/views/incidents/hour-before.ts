/** The requests of the hour before an incident opened, posted once in the thread of its card. */

import type { LastHour } from '../../../runbook/logs/last-hour.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatClock } from '../../../runbook/text/time.ts';
import { failedWords, NO_FURTHER, requestBlocks, shortReach } from '../diagnosis/last-hour.ts';
import { bold, line, type Message, plain, richText } from '../parts/message.ts';
import { momentOf } from '../parts/moments.ts';

/** Null if the log has no requests. */
export function hourBeforeView(hour: LastHour, now: Instant): Message | null {
  const openedAt = hour.bins.at(-1)?.to;
  if (openedAt === undefined) return null;
  const blocks = requestBlocks(hour, {
    at: openedAt,
    column: 'min before',
    axis: 'Minutes before it opened',
  });
  if (blocks.length === 0) return null;
  const reach = shortReach(hour);
  const before = `The ${reach ?? 'hour'} before `;
  const said = `, when the incident opened${reach === null ? '' : ` (${NO_FURTHER})`}: ${failedWords(hour)}.`;
  return {
    text: `${before}${formatClock(openedAt, now)}${said}`,
    blocks: [richText(line(bold(before), momentOf(openedAt, now), plain(said))), ...blocks],
  };
}
