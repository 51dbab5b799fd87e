/** Something is wrong with the bot itself that people have to put right. */
import { bold, clip, emoji, escapeText, line, type Message, plain, richText } from './message.ts';

export function alarmView(words: string): Message {
  const said = clip(words, 3_000);
  return { text: escapeText(said), blocks: [richText(line(emoji('warning'), plain(' '), bold(said)))] };
}
