/** Web API methods: how they read their arguments and refuse. */

import { type Block, withChildren } from './blocks/block.ts';
import { type CheckedBlocks, checkBlocks } from './blocks/check.ts';
import type { Slack } from './slack.ts';
import { type Channel, findChannel, openDirectMessage, type Workspace } from './workspace.ts';

/** Every argument as text, as Slack receives it. Objects are JSON. */
export type Arguments = Readonly<Record<string, string>>;

export interface Method {
  /** The token needs one of these scopes. Any token will do if this is omitted. */
  readonly scopes?: readonly string[];
  /** Returns the fields that accompany `ok: true`. Throws a `Refusal` for `ok: false`. */
  run(given: Arguments, slack: Slack, scopes: ReadonlySet<string>): Record<string, unknown>;
}

/** A response `{ ok: false, error }`. */
export class Refusal extends Error {
  readonly more: Record<string, unknown>;

  constructor(error: string, more: Record<string, unknown> = {}) {
    super(error);
    this.more = more;
  }
}

/** Returns a required argument. */
export function need(given: Arguments, name: string): string {
  const value = given[name];
  if (!value) {
    throw new Refusal('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
    });
  }
  return value;
}

/** Returns a JSON argument, or undefined if it is absent. */
export function readJson(given: Arguments, name: string, error: string): unknown {
  const text = given[name];
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(error);
  }
}

/** Returns the value. Throws a refusal with Slack's own messages if it is not accepted. */
export function accept<T>(checked: CheckedBlocks<T>, error: string): T {
  if (checked.ok) return checked.value;
  throw new Refusal(error, {
    errors: checked.messages.map((message) => message.replace(/^\[ERROR\] /, '')),
    response_metadata: { messages: checked.messages },
  });
}

/** Returns the blocks of a message, or undefined if the argument is absent. */
export function readBlocks(given: Arguments, { refusedBlocks }: Workspace): Block[] | undefined {
  const value = readJson(given, 'blocks', 'invalid_blocks_format');
  if (value === undefined) return undefined;
  const blocks = accept(checkBlocks(value), 'invalid_blocks');
  const messages = blocks.flatMap((block, index) =>
    typesIn(block)
      .filter((type) => refusedBlocks.has(type))
      .map((type) => `[ERROR] unsupported type: ${type} [json-pointer:/blocks/${index}/type]`),
  );
  return accept(
    messages.length === 0 ? { ok: true, value: blocks } : { ok: false, messages },
    'invalid_blocks',
  );
}

/** Returns the types of a block and of the blocks inside it. */
function typesIn(block: Block): readonly string[] {
  if (block.type === 'plan') return [block.type, ...block.tasks.map(({ type }) => type)];
  return withChildren([block]).map(({ type }) => type);
}

/** Throws if the app may not post there, with Slack's reason. */
export function refuseUnwritable({ isArchived, kind }: Channel, { messagesTab }: Workspace): void {
  if (isArchived) throw new Refusal('is_archived');
  if (kind === 'im' && messagesTab === 'closed') throw new Refusal('messages_tab_disabled');
}

/** Returns the channel that `channel` names: by an id, a name, or a person's id for the direct message with them. */
export function readChannel(given: Arguments, slack: Slack): Channel {
  const wanted = need(given, 'channel');
  const { workspace } = slack;
  if (workspace.people.some((one) => one.id === wanted && one.kind !== 'bot')) {
    return openDirectMessage(workspace, wanted);
  }
  const name = wanted.replace(/^#/, '');
  const channel =
    findChannel(workspace, wanted) ?? workspace.channels.find((one) => one.name !== '' && one.name === name);
  // The bot cannot see a private channel that it is not in.
  const hidden = channel?.kind === 'private' && !channel.members.includes(workspace.botUserId);
  if (!channel || hidden) throw new Refusal('channel_not_found');
  return channel;
}

/** Returns one page of a list and the cursor of the next one, as Slack does. */
export function page<T>(all: readonly T[], given: Arguments): { items: readonly T[]; next_cursor: string } {
  const from = given.cursor ? Number(Buffer.from(given.cursor, 'base64').toString()) : 0;
  if (!Number.isInteger(from)) throw new Refusal('invalid_cursor');
  const limit = Number(given.limit || 100);
  if (!(limit > 0 && limit <= 1000)) throw new Refusal('invalid_limit');
  const next = from + limit;
  const next_cursor = next < all.length ? Buffer.from(String(next)).toString('base64') : '';
  return { items: all.slice(from, next), next_cursor };
}
