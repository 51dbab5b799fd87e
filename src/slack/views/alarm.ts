/** A message about a problem with the bot itself that people have to fix. */
import { type Phrase, partsOf, phraseText } from '../../runbook/text/phrase.ts';
import {
  clip,
  emoji,
  escapeText,
  line,
  type Message,
  phraseParts,
  plain,
  richText,
} from './parts/message.ts';

export function alarmView(words: Phrase): Message {
  const said = partsOf(words).map((part) => (typeof part === 'string' ? clip(part, 3_000) : part));
  const parts = phraseParts(said).map((part) =>
    part.type === 'text' ? { ...part, style: { bold: true } } : part,
  );
  return { text: textOf(said), blocks: [richText(line(emoji('warning'), plain(' '), ...parts))] };
}

/** Escapes the phrase and writes mentions in the form that `text` accepts. */
function textOf(phrase: Phrase): string {
  const escaped = partsOf(phrase).map((part) => (typeof part === 'string' ? escapeText(part) : part));
  return phraseText(escaped, (mention) => {
    if ('who' in mention) return `<@${mention.who}>`;
    return 'group' in mention ? `<!subteam^${mention.group}>` : `<#${mention.channel}>`;
  });
}
