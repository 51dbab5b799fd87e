/** A ping: a message of its own that mentions the operator, with what is wrong and one button. */
import type { KnownBlock } from '@slack/types';
import type { Facts } from '../../runbook/facts.ts';
import type { Incident } from '../../runbook/incident.ts';
import { acknowledgeButton } from './incident.ts';
import { bold, clip, emoji, escapeText, line, type Message, type Part, plain, richText } from './message.ts';

/** Who is to be woken; or why they cannot be reached, and what to do. */
export type Reached =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly words: string };

export interface PingViewOptions {
  readonly facts: Facts;
  readonly person: Reached;
}

/** `words`: why, as the audit has it. */
export function pingView(incident: Incident, words: string, { facts, person }: PingViewOptions): Message {
  const { name } = facts.escalation.who;
  const { app, picture } = incident;
  const who: Part[] = person.ok ? [{ type: 'user', user_id: person.user }] : [bold(name)];
  const lost = person.ok ? [] : [line(emoji('warning'), plain(` ${person.words}`))];
  const mention = person.ok ? `<@${person.user}>` : escapeText(name);
  return {
    text: `${mention}: ${escapeText(clip(`${app} needs you. ${words}`, 2_900))}`,
    blocks: [
      richText(
        line(emoji('rotating_light'), plain(' '), ...who, bold(` ${app} needs you`)),
        line(plain(picture.title)),
        line(plain(words)),
        ...lost,
      ),
      ...buttons(incident),
    ],
  };
}

function buttons(incident: Incident): KnownBlock[] {
  if (incident.state === 'resolved' || incident.acknowledged) return [];
  return [{ type: 'actions', elements: [acknowledgeButton(incident)] }];
}
