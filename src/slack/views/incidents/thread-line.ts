/** A line of an incident's timeline, posted in the thread of its card. */

import { BOT } from '../../../runbook/model/actor.ts';
import { type IncidentEvent, timelineWords } from '../../../runbook/model/timeline.ts';
import {
  bold,
  clip,
  escapeText,
  line,
  type Message,
  type Part,
  plain,
  richText,
  withTypedLinks,
} from '../parts/message.ts';
import { person, withLinks } from '../parts/moments.ts';

function noteView(words: string, who: string): Message {
  const said = clip(words, 2_800);
  return {
    text: escapeText(`Note: ${said}`),
    blocks: [richText(line(bold('Note: '), ...withTypedLinks(said), plain(' · '), person(who)))],
  };
}

export function incidentLineView(written: IncidentEvent): Message {
  const { event, words, who } = written;
  if (event === 'noted') return noteView(words ?? '', who);
  const said = event === 'counting' ? `Timer started: ${words}` : timelineWords(written);
  const by: Part[] = who === BOT ? [] : [plain(' · '), person(who)];
  return {
    text: escapeText(clip(said, 3_000)),
    blocks: [richText(line(...withLinks(clip(said, 3_000)), ...by))],
  };
}
