/** Cards of actions: drawn from the row, in the team's channel, edited in place. */
import type { WebClient } from '@slack/web-api';
import type { Ledger } from '../operations/ledger.ts';
import type { Action } from '../runbook/action.ts';
import { unapprovable } from '../runbook/approval.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Approvers } from './approvers.ts';
import type { Contact } from './contact.ts';
import { editMessage } from './edit-message.ts';
import { createInTurn } from './in-turn.ts';
import type { Post } from './post.ts';
import { createTeamChannel } from './team-channel.ts';
import { type Approver, actionView, mayStillApprove, toldView, waitsForYouView } from './views/action.ts';
import { sentenceView } from './views/help.ts';

export interface CardsDeps {
  readonly client: WebClient;
  readonly ledger: Ledger;
  readonly facts: Facts;
  readonly post: Pick<Post, 'prepare'>;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly approvers: Approvers;
  readonly contact: Contact;
}

export interface Cards {
  /** Draws the card as the row is now. Rejects when Slack did not take it: whoever asked tries again. */
  draw(id: string): Promise<void>;
  /** Posts a line of the audit in the card's thread; `everybody`: in the channel as well. Rejects when Slack did not take it. */
  tell(id: string, seq: number, everybody: boolean): Promise<void>;
  /** Where the card can be read; null when it is not drawn yet. */
  permalink(id: string): Promise<string | null>;
}

const MOST_ROUNDS = 5;

export function createCards({ client, ledger, facts, post, canDo, approvers, contact }: CardsDeps): Cards {
  const { notify } = facts.approvals;
  const channel = createTeamChannel(client, facts);
  const inTurn = createInTurn();

  /** The asker's command and the queue draw a new proposal at the same moment, and two cards would flash up. */
  const draw = (id: string) => inTurn(id, () => drawNow(id));

  /** While it is drawn the row may move on: then it is drawn again, so that the last state stands there. */
  async function drawNow(id: string): Promise<void> {
    let drawn = -1;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const action = await ledger.find(id);
      if (!action || action.revision === drawn) return;
      await drawOnce(action);
      drawn = action.revision;
    }
  }

  async function drawOnce(action: Action): Promise<void> {
    const waiting = action.state === 'proposed' ? await approvers() : [];
    const options = {
      canDo,
      warning: warningOf(action, facts),
      approvers: waiting,
      mentions: notify === 'mention',
    };
    const message = post.prepare(actionView(action, options));
    if (action.card && (await editMessage(client, action.card, message))) return;
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
    else if (notify === 'dm' && !action.card) await tellApprovers(action, waiting, { channel: where, ts });
  }

  /** Who cannot be reached there is named in the card's thread, so that somebody else tells them. */
  async function tellApprovers(
    action: Action,
    waiting: readonly Approver[],
    { channel: where, ts }: { readonly channel: string; readonly ts: string },
  ): Promise<void> {
    const people = waiting.filter((one) => one.kind !== 'user' || one.id !== action.askedBy);
    const { permalink } = await client.chat.getPermalink({ channel: where, message_ts: ts });
    const lost: string[] = [];
    for (const one of people.filter((each) => mayStillApprove(action, each))) {
      if (one.kind !== 'user') {
        lost.push(one.kind === 'group' ? `the group ${one.id}` : one.named);
        continue;
      }
      const message = post.prepare(waitsForYouView(action, permalink ?? null));
      await client.chat
        .postMessage({ channel: one.id, ...message, unfurl_links: false, unfurl_media: false })
        .catch(() => lost.push(one.name));
    }
    if (lost.length === 0) return;
    const words = `No direct message reached ${lost.join(', ')}.`;
    await client.chat.postMessage({ channel: where, thread_ts: ts, ...post.prepare(sentenceView(words)) });
  }

  /** The reviewers of the gate whom Slack knows: the runbook file names one person's account here, that of the contact. */
  async function reviewersOf({ words, event }: Action['trail'][number]): Promise<readonly string[]> {
    const { name } = facts.escalation.who;
    if (event !== 'at_gate' || !words.includes(name)) return [];
    const reached = await contact();
    return reached.ok ? [reached.user] : [];
  }

  async function tell(id: string, seq: number, everybody: boolean): Promise<void> {
    const action = await ledger.find(id);
    const said = action?.trail.find((one) => one.seq === seq);
    if (!action || !said || said.words === '') return;
    if (!action.card) throw new Error('the card is not drawn yet');
    const { channel: where, ts } = action.card;
    const message = post.prepare(toldView(action, said, everybody, await reviewersOf(said)));
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

/** Said before anybody waits for an approval that nobody can give. */
function warningOf({ kind, state }: Action, facts: Facts): string {
  if (state !== 'proposed') return '';
  const rule = kind === 'stop' || kind === 'restore' || kind === 'deploy' ? kind : 'fix';
  const said = unapprovable(facts).find((words) => words.startsWith(`approvals.${rule}:`));
  return said === undefined ? '' : said.replace(/^approvals\.\w+: /, '');
}
