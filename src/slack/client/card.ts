/**
 * A card is one message that shows one row.
 * Any process can draw it at any time, and it is edited in place while Slack allows that.
 */
import type { WebClient } from '@slack/web-api';
import type { Message } from '../views/parts/message.ts';
import { isGone, type MessageRef, type Send } from './send.ts';

/** The row behind a card: an action or an incident. */
export interface CardRow {
  readonly id: string;
  readonly revision: number;
  /** Null until the card is posted. */
  readonly card: MessageRef | null;
}

export interface CardContext {
  readonly client: WebClient;
  readonly send: Pick<Send, 'edit'>;
  readonly memory: { readonly replacements: Set<string> };
}

/** Records the new location of a card if the old one is still `before`. Returns false if it is not. */
export type PlaceCard = (id: string, channel: string, ts: string, before: string | null) => Promise<boolean>;

const MOST_ROUNDS = 5;

/**
 * Draws a row until its newest state is shown, because it may change during the drawing.
 * Returns null if there is no row.
 */
export async function drawUntilCurrent<Row extends CardRow, Drawn>(
  find: () => Promise<Row | null>,
  drawOnce: (row: Row) => Promise<Drawn>,
): Promise<Drawn | null> {
  let revision = -1;
  let drawn: Drawn | null = null;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const row = await find();
    if (!row || row.revision === revision) return drawn;
    drawn = await drawOnce(row);
    revision = row.revision;
  }
  return drawn;
}

/**
 * Edits a card. `must_replace` means that a new card has to be posted. `must_reply` means that this card already
 * replaced another one and cannot be edited either. A third card would be too many, so the new state goes into its
 * thread.
 */
export async function editCard(
  { send, memory }: CardContext,
  card: MessageRef,
  message: Message,
): Promise<'edited' | 'must_replace' | 'must_reply'> {
  const edited = await send.edit(card, message);
  if (edited.kind === 'edited') return 'edited';
  return isGone(edited) || !memory.replacements.has(keyOf(card)) ? 'must_replace' : 'must_reply';
}

/**
 * Records a card that was just posted, by compare-and-set on the previous card. Returns false if another process was
 * faster. One card is enough, so this one is then deleted.
 */
export async function recordCard(
  { client, memory }: CardContext,
  row: CardRow,
  { channel, ts }: MessageRef,
  place: PlaceCard,
): Promise<boolean> {
  const isRecorded = await place(row.id, channel, ts, row.card?.ts ?? null);
  if (row.card) memory.replacements.add(keyOf({ channel, ts }));
  if (!isRecorded) await client.chat.delete({ channel, ts });
  return isRecorded;
}

/** Returns the permalink of a card, or null if there is no card or Slack gives no link. Never rejects. */
export async function permalinkOf(
  { client }: Pick<CardContext, 'client'>,
  card: MessageRef | null,
): Promise<string | null> {
  if (!card) return null;
  try {
    const { permalink } = await client.chat.getPermalink({ channel: card.channel, message_ts: card.ts });
    return permalink ?? null;
  } catch {
    return null;
  }
}

const keyOf = ({ channel, ts }: MessageRef) => `${channel}:${ts}`;
