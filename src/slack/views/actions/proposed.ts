/** Messages about a proposal besides its card: the reply to the asker, and the direct message to an approver. */

import type { Action } from '../../../runbook/model/action.ts';
import { formatClock, formatInstant, isClearWithoutDay } from '../../../runbook/text/time.ts';
import {
  boldLink,
  clip,
  escapeText,
  line,
  link,
  type Message,
  plain,
  richText,
  section,
} from '../parts/message.ts';

/** The direct message to an approver. */
export function waitsForYouView({ plan, app, reason }: Action, permalink: string | null): Message {
  const why = reason === null ? '' : ` (“${clip(reason, 300)}”)`;
  const said = `Waiting for your approval: ${plan.title}${why}.`;
  const card = permalink === null ? [] : [line(boldLink(permalink, 'See the card'))];
  return {
    text: escapeText(`${said} App: ${app}.`),
    blocks: [richText(line(plain(said)), ...card)],
  };
}

/** The location of a card. */
export type CardAt =
  | {
      readonly kind: 'shown';

      /** Null when Slack gives no link. */
      readonly permalink: string | null;
      readonly channel: string;
      /** True when it is in the channel where the action was requested. */
      readonly isHere: boolean;
      /** Full sentences that say why it is not in the team's channel. Null when it is. */
      readonly why: string | null;
    }
  /** Slack does not accept it now; the queue draws it later. */
  | { readonly kind: 'later' };

/** An action, and whether this request proposed it. */
export type Proposed =
  | { readonly action: Action; readonly isNew: true }
  | { readonly action: Action; readonly isNew: false; readonly passedOver: string | null };

/** Replies to the asker. If the card is not in the team's channel, the manual command is included. */
export function askedView(proposed: Proposed, at: CardAt): Message {
  const { action, passedOver } = proposed.isNew ? { ...proposed, passedOver: null } : proposed;
  const begin = proposed.isNew ? 'Proposed' : 'Already proposed';
  const { title, byHand } = action.plan;
  const seconds = Math.floor(action.expiresAt / 1000);
  const until = formatInstant(action.expiresAt);
  const spoken = formatClock(action.expiresAt, action.askedAt);
  const format = isClearWithoutDay(action.expiresAt, action.askedAt)
    ? '{time}'
    : '{date_short_pretty} {time}';
  const other = passedOver === null ? '' : ` To propose ${escapeText(passedOver)}, reject this one first.`;
  const said = `${begin}: ${escapeText(title)}.${other} Needs approval by`;
  const hand = at.kind === 'shown' && at.why !== null ? ` By hand: \`${escapeText(byHand)}\`` : '';
  return {
    text: `${said} ${spoken}.${at.kind === 'shown' && at.why !== null ? ` ${escapeText(at.why)}${hand}` : ''}`,
    blocks: [section(`${said} <!date^${seconds}^${format}|${until}>. ${cardWords(at)}${hand}`)],
  };
}

function cardWords(at: CardAt): string {
  if (at.kind === 'later') return "I'll post the card as soon as Slack accepts it.";
  const card = at.permalink === null ? 'The card' : link(at.permalink, 'See the card');
  const where = at.isHere
    ? 'here'
    : `in ${at.channel.startsWith('D') ? 'your direct messages with me' : `<#${at.channel}>`}`;
  if (at.why === null) return at.permalink === null ? `The card is ${where}.` : `${card}.`;
  return at.permalink === null
    ? `The card is ${where}: ${escapeText(at.why)}`
    : `${card} ${where}: ${escapeText(at.why)}`;
}
