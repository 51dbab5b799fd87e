/** Lines of a card as text: what a notification shows and a screen reader reads, so that it has the card's own facts. */
import type { RichTextElement, RichTextSection } from '@slack/types';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatAgo, formatClock } from '../../../runbook/text/time.ts';
import { escapeText } from './message.ts';
import { AGO } from './moments.ts';

/** One sentence a line, escaped for `text`. Times are in UTC, because nothing converts them there. */
export function spoken(lines: readonly RichTextSection[], now: Instant): string {
  return lines
    .map(({ elements }) =>
      elements
        .map((part) => wordsOf(part, now))
        .join('')
        .trim(),
    )
    .map((words) => (words.endsWith('.') ? words : `${words}.`))
    .join(' ');
}

function wordsOf(part: RichTextElement, now: Instant): string {
  switch (part.type) {
    case 'text':
      return escapeText(part.text);
    case 'link':
      return escapeText(part.text ?? part.url);
    case 'date': {
      const at = part.timestamp * 1_000;
      return part.format === AGO ? formatAgo(at, now) : formatClock(at, now);
    }
    case 'user':
      return `<@${part.user_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'channel':
      return `<#${part.channel_id}>`;
    case 'broadcast':
      return `<!${part.range}>`;
    // An emoji is never alone: the words beside it say the same.
    case 'emoji':
    case 'color':
    case 'team':
      return '';
  }
}
