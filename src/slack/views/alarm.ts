/** A problem with the bot itself that people have to fix. */
import { clip, emoji, escapeText, line, type Message, plain, richText, withMentions } from './message.ts';

/** In `words`, `<@U…>` is a person and `<#C…>` a channel. */
export function alarmView(words: string): Message {
  const said = clip(words, 3_000);
  const parts = withMentions(said).map((part) =>
    part.type === 'text' ? { ...part, style: { bold: true } } : part,
  );
  return { text: withMentionSigns(said), blocks: [richText(line(emoji('warning'), plain(' '), ...parts))] };
}

/** Escaped except for the mentions, which `text` shows as names. */
function withMentionSigns(words: string): string {
  return escapeText(words).replaceAll(/&lt;([@#][UWCG][A-Z0-9]+)&gt;/g, '<$1>');
}
