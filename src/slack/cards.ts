/** Cards of actions: drawn from the row, in the team's channel, edited in place. */
import { type ConversationsListResponse, WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Ledger } from '../operations/ledger.ts';
import type { Action } from '../runbook/action.ts';
import { unapprovable } from '../runbook/approval.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Post } from './post.ts';
import { actionView, toldView } from './views/action.ts';
import type { Message } from './views/message.ts';

export interface CardsDeps {
  readonly client: WebClient;
  readonly ledger: Ledger;
  readonly facts: Facts;
  readonly post: Pick<Post, 'prepare'>;
  readonly canDo: ReadonlySet<ActionKind>;
}

export interface Cards {
  /** Draws the card as the row is now. Rejects when Slack did not take it: whoever asked tries again. */
  draw(id: string): Promise<void>;
  /** Posts a line of the audit in the card's thread; `everybody`: in the channel as well. Rejects when Slack did not take it. */
  tell(id: string, seq: number, everybody: boolean): Promise<void>;
  /** Where the card can be read; null when it is not drawn yet. */
  permalink(id: string): Promise<string | null>;
}

/** The message is gone, or cannot be edited any more: a fresh one is posted. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive']);
const MOST_ROUNDS = 5;

export function createCards({ client, ledger, facts, post, canDo }: CardsDeps): Cards {
  let channelId: string | undefined;

  /** A name is looked up once; ids are taken as they are. */
  async function channel(): Promise<string> {
    const wanted = facts.slack.channel.replace(/^#/, '');
    if (/^[CG][A-Z0-9]{6,}$/.test(wanted)) return wanted;
    channelId ??= await findChannel(client, wanted.toLowerCase());
    return channelId;
  }

  /** While it is drawn the row may move on: then it is drawn again, so that the last state stands there. */
  async function draw(id: string): Promise<void> {
    let drawn = -1;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const action = await ledger.find(id);
      if (!action || action.revision === drawn) return;
      await drawOnce(action);
      drawn = action.revision;
    }
  }

  async function drawOnce(action: Action): Promise<void> {
    const message = post.prepare(actionView(action, { canDo, warning: warningOf(action, facts) }));
    if (action.card && (await update(action.card, message))) return;
    const posted = await client.chat.postMessage({
      channel: await channel(),
      ...message,
      unfurl_links: false,
      unfurl_media: false,
    });
    const [where, ts] = [posted.channel, posted.ts];
    if (!where || !ts) throw new Error('Slack posted a card and did not say where');
    const placed = await ledger.placeCard(action.id, where, ts, action.card?.ts ?? null);
    // Another process was faster: one card is enough.
    if (!placed) await client.chat.delete({ channel: where, ts });
  }

  /** False: the message is gone. */
  async function update(card: NonNullable<Action['card']>, message: Message): Promise<boolean> {
    try {
      await client.chat.update({ channel: card.channel, ts: card.ts, ...message });
      return true;
    } catch (error) {
      if (error instanceof WebAPIPlatformError && GONE.has(error.data.error)) return false;
      throw error;
    }
  }

  async function tell(id: string, seq: number, everybody: boolean): Promise<void> {
    const action = await ledger.find(id);
    const said = action?.trail.find((one) => one.seq === seq);
    if (!action || !said || said.words === '') return;
    if (!action.card) throw new Error('the card is not drawn yet');
    const { channel: where, ts } = action.card;
    const message = post.prepare(toldView(action, said));
    const thread = { channel: where, thread_ts: ts, ...message, unfurl_links: false, unfurl_media: false };
    await client.chat.postMessage(everybody ? { ...thread, reply_broadcast: true } : thread);
  }

  return {
    draw,
    tell,
    async permalink(id) {
      const card = (await ledger.find(id))?.card;
      if (!card) return null;
      const { permalink } = await client.chat.getPermalink({ channel: card.channel, message_ts: card.ts });
      return permalink ?? null;
    },
  };
}

async function findChannel(client: WebClient, name: string): Promise<string> {
  for await (const page of client.paginate('conversations.list', {
    types: 'public_channel,private_channel',
    exclude_archived: true,
    limit: 1000,
  })) {
    const { channels }: ConversationsListResponse = page;
    const found = channels?.find((one) => one.name === name);
    if (found?.id) return found.id;
  }
  throw new Error(
    `there is no channel #${name} that I can see: invite me, or check slack.channel in the runbook file`,
  );
}

/** Said before anybody waits for an approval that nobody can give. */
function warningOf({ kind, state }: Action, facts: Facts): string {
  if (state !== 'proposed') return '';
  const rule = kind === 'stop' || kind === 'restore' || kind === 'deploy' ? kind : 'fix';
  const said = unapprovable(facts).find((words) => words.startsWith(`approvals.${rule}:`));
  return said === undefined ? '' : said.replace(/^approvals\.\w+: /, '');
}
