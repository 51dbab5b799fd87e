/** Converts lines of a card to text for notifications and screen readers, so that they get the card's own facts. */
import type { RichTextElement, RichTextSection } from '@slack/types';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatAgo, formatClock } from '../../../runbook/text/time.ts';
import { escapeText } from './message.ts';
import { AGO, AT } from './moments.ts';

/** Returns one sentence per line, escaped for `text`. Times are in UTC, because nothing converts them there. */
export function spoken(lines: readonly RichTextSection[], now: Instant): string {
  return lines
    .map(({ elements }) =>
      elements
        .map((part) => wordsOf(part, now))
        .join('')
        .trim(),
    )
    .map((words) => (/[.!?…]$/.test(words) ? words : `${words}.`))
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
      if (part.format === AGO) return formatAgo(at, now);
      return part.format === AT ? `at ${formatClock(at, now)}` : formatClock(at, now);
    }
    case 'user':
      return `<@${part.user_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'channel':
      return `<#${part.channel_id}>`;
    case 'broadcast':
      return `<!${part.range}>`;
    // Drop emoji, because the words beside it always say the same.
    case 'emoji':
    case 'color':
    case 'team':
      return '';
  }
}
