/** Every message of the local Slack, including ephemeral ones, and the listeners to changes. */
import { type Block, noneTwice } from './blocks/block.ts';

export interface Message {
  /** Seconds and microseconds, unique: `1777629600.000100`. */
  readonly ts: string;
  readonly channel: string;
  /** User id of the author. */
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** `ts` of the parent. Omitted if it is not in a thread. */
  readonly threadTs?: string;
  /** True for a reply that is also shown in the channel. */
  readonly broadcast?: true;
  /** The one person who sees it. Omitted if everyone in the channel does. */
  readonly onlyFor?: string;
  /** Milliseconds since 1970. */
  readonly editedAt?: number;
  readonly metadata?: unknown;
  /** A click that the app did not accept. Slack shows a warning beside the button. */
  readonly failedAction?: string | undefined;
}

export type NewMessage = Omit<Message, 'ts' | 'editedAt' | 'failedAction'>;
export type MessageChange = Partial<Pick<Message, 'text' | 'blocks' | 'metadata' | 'failedAction'>>;

export interface Messages {
  all(): readonly Message[];
  find(channel: string, ts: string): Message | undefined;
  post(message: NewMessage): Message;
  /** Returns undefined if the message is gone. */
  change(channel: string, ts: string, change: MessageChange): Message | undefined;
  remove(channel: string, ts: string): boolean;
  /** Empties every channel, for a new scenario. */
  clear(): void;
}

const KEPT = 1000;

export function createMessages(now: () => number, changed: () => void): Messages {
  let all: Message[] = [];
  let lastMicros = 0;

  const find = (channel: string, ts: string) => all.find((one) => one.channel === channel && one.ts === ts);
  return {
    all: () => all,
    find,
    post(message) {
      lastMicros = Math.max(lastMicros + 1, now() * 1000);
      const ts = `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
      const posted = { ...message, blocks: nameBlocks(message.blocks, ts), ts };
      all = [...all, posted].slice(-KEPT);
      changed();
      return posted;
    },
    change(channel, ts, change) {
      const before = find(channel, ts);
      if (!before) return undefined;
      const edited = change.text !== undefined || change.blocks !== undefined;
      const after = {
        ...before,
        ...change,
        blocks: nameBlocks(change.blocks ?? before.blocks, ts),
        ...(edited ? { editedAt: now() } : {}),
      };
      all = all.map((one) => (one === before ? after : one));
      changed();
      return after;
    },
    remove(channel, ts) {
      const kept = all.filter((one) => one.channel !== channel || one.ts !== ts);
      const removed = kept.length < all.length;
      all = kept;
      if (removed) changed();
      return removed;
    },
    clear() {
      all = [];
      changed();
    },
  };
}

/** Slack gives an id to every block and element that the app did not name. */
function nameBlocks(blocks: readonly Block[], ts: string): Block[] {
  const named = blocks.map((block, index): Block => {
    const block_id = block.block_id ?? `b${ts.slice(-4)}${index}`;
    if (block.type === 'actions') {
      const elements = block.elements.map((element, place) => ({
        ...element,
        action_id: element.action_id ?? `a${index}${place}`,
      }));
      return { ...block, block_id, elements };
    }
    if (block.type === 'section' && block.accessory && block.accessory.type !== 'image') {
      const accessory = { ...block.accessory, action_id: block.accessory.action_id ?? `a${index}` };
      return { ...block, block_id, accessory };
    }
    return { ...block, block_id };
  });
  if (!noneTwice(named.map((one) => one.block_id))) throw new Error('two blocks got one name');
  return named;
}
