/** Renders a channel's messages as HTML: author, time, content, thread, and who else can see it. */
import type { Message } from '../slack/messages.ts';
import type { Shortcut } from '../slack/workspace.ts';
import { formatDate } from './dates.ts';
import { escapeHtml } from './escape.ts';
import type { Reader } from './mentions.ts';
import { mrkdwnHtml, plainHtml } from './mrkdwn.ts';
import { renderBlocks } from './render.ts';

export interface Authors {
  readonly botUserId: string;
  /** The user id of Slack itself. */
  readonly slackbot: string;
  /** The entries in a message's menu. There are none if this is omitted. */
  readonly shortcuts?: readonly Shortcut[];
}

/**
 * Renders the messages of a channel that `reader` may see, oldest first, with replies below their parent. `folded`
 * holds the `ts` of closed threads.
 */
export function renderChannel(
  messages: readonly Message[],
  channel: string,
  reader: Reader,
  authors: Authors,
  folded: ReadonlySet<string> = new Set(),
): string {
  const seen = messages.filter(
    (one) => one.channel === channel && (one.onlyFor === undefined || one.onlyFor === reader.userId),
  );
  const isReply = (one: Message) =>
    one.threadTs !== undefined && one.threadTs !== one.ts && seen.some(({ ts }) => ts === one.threadTs);
  return seen
    .filter((one) => !isReply(one) || one.broadcast)
    .map((root) => {
      if (isReply(root)) return broadcastHtml(root, seen, reader, authors);
      const replies = seen.filter((one) => isReply(one) && one.threadTs === root.ts);
      const thread = threadHtml(root, replies, !folded.has(root.ts), reader, authors);
      return renderMessage(root, reader, authors) + thread;
    })
    .join('');
}

function threadHtml(
  root: Message,
  replies: readonly Message[],
  isOpen: boolean,
  reader: Reader,
  authors: Authors,
): string {
  const last = replies.at(-1);
  if (!last) return '';
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  const time = formatDate(Number(last.ts), '{time}', reader);
  const inner = replies.map((one) => renderMessage(one, reader, authors)).join('');
  return `<details class="thread" data-thread="${escapeHtml(root.ts)}"${isOpen ? ' open' : ''}><summary>${count} <small>last at ${escapeHtml(time)}</small></summary>${inner}</details>`;
}

/** Renders a reply that is also shown in the channel, with the thread that it belongs to. */
function broadcastHtml(reply: Message, seen: readonly Message[], reader: Reader, authors: Authors): string {
  const parent = seen.find(({ ts }) => ts === reply.threadTs);
  const about = parent ? `<p class="only">↪ replied to a thread: ${plainHtml(firstOf(parent.text))}</p>` : '';
  return renderMessage(reply, reader, authors, about);
}

const SHOWN = 90;

function firstOf(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** `about` is HTML above the author. */
export function renderMessage(message: Message, reader: Reader, authors: Authors, about = ''): string {
  const byBot = message.author === authors.botUserId;
  const person = reader.people.find((one) => one.id === message.author);
  const name = message.author === authors.slackbot ? 'Slackbot' : (person?.realName ?? message.author);
  const kind = byBot ? 'bot' : message.author === authors.slackbot ? 'slackbot' : 'person';
  const body =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, reader, message.failedAction)
      : `<div class="block">${mrkdwnHtml(message.text, reader)}</div>`;
  const edited = message.editedAt === undefined || message.blocks.length > 0 ? '' : '<small>(edited)</small>';
  const only = message.onlyFor === undefined ? '' : '<p class="only">👁 Only visible to you</p>';
  const time = formatDate(Number(message.ts), '{time}', reader);
  const full = formatDate(Number(message.ts), '{date_long} {time_secs}', reader);
  return [
    `<article class="message ${message.onlyFor === undefined ? '' : 'ephemeral'}" data-ts="${escapeHtml(message.ts)}" data-channel="${escapeHtml(message.channel)}" tabindex="-1" aria-label="${escapeHtml(message.text)}">`,
    `<span class="avatar ${kind}" aria-hidden="true">${escapeHtml([...name][0]?.toUpperCase() ?? '?')}</span>`,
    `<div class="content">${only}${about}`,
    `<p class="author"><b>${escapeHtml(name)}</b>${byBot ? '<span class="app">APP</span>' : ''}`,
    `<time title="${escapeHtml(full)}">${escapeHtml(time)}</time></p>`,
    `${body}${edited}</div>${menuHtml(message, authors)}</article>`,
  ].join('');
}

/** Slack offers no shortcuts on an ephemeral message. */
function menuHtml({ onlyFor }: Message, { shortcuts = [] }: Authors): string {
  if (onlyFor !== undefined || shortcuts.length === 0) return '';
  const items = shortcuts.map(
    ({ callbackId, name }) =>
      `<button type="button" class="button plain" data-shortcut="${escapeHtml(callbackId)}">${escapeHtml(name)}</button>`,
  );
  return `<details class="shortcuts"><summary aria-label="More actions" title="More actions">⋯</summary>${items.join('')}</details>`;
}
