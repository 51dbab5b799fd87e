/** A quiet notice in the channel. */
import { BOT } from '../../runbook/model/actor.ts';
import { clip, escapeText, line, type Message, type Part, plain, richText } from './parts/message.ts';
import { person, withLinks } from './parts/moments.ts';

/** `who` is the person responsible. Nobody is named if it is omitted or the bot. */
export function noticeView(words: string, who = BOT): Message {
  const said = clip(words, 3_000);
  const by: Part[] = who === BOT ? [] : [plain(' · '), person(who)];
  return { text: escapeText(said), blocks: [richText(line(...withLinks(said), ...by))] };
}
