/** Cards of actions: drawn from the row, in the team's channel or as near to it as Slack allows, edited in place. */
import type { WebClient } from '@slack/web-api';
import type { ActionStore } from '../../operations/ports/action-store.ts';
import { unapprovableRules } from '../../runbook/actions/approval-rules.ts';
import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { ruledNow } from '../../runbook/actions/ruled-now.ts';
import type { Action, ManualCommand } from '../../runbook/model/action.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { Person } from '../../runbook/people/permissions.ts';
import type { SlackFault } from '../client/fault.ts';
import { createInTurn } from '../client/keyed-mutex.ts';
import { isGone, type MessagePlace, type Posted, type Send } from '../client/send.ts';
import type { Approvers } from '../people/approvers.ts';
import type { ApproversSee } from '../people/approvers-see.ts';
import { isPerson } from '../people/directory.ts';
import type { Contact } from '../people/escalation-contact.ts';
import type { Places } from '../places/places.ts';
import { type Approver, actionView, mayStillApprove, toldView, waitsForYouView } from '../views/action.ts';
import { sentenceView } from '../views/help.ts';
import type { Message } from '../views/message.ts';

export interface CardsDeps {
  readonly client: WebClient;
  readonly actionStore: ActionStore;
  readonly facts: Facts;
  readonly send: Pick<Send, 'post' | 'edit'>;
  readonly places: Pick<Places, 'toTeam' | 'toPerson' | 'teamFault'>;
  readonly approversSee: ApproversSee;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly approvers: Approvers;
  readonly contact: Contact;
}

/** Where somebody asked for an action: its card may stand there, when the team's channel refuses it. */
export interface AskedAt {
  readonly channel: string;
  readonly by: Person;
}

export type Drawn =
  /** `instead`: why it does not stand in the team's channel; null: it does. */
  | { readonly ok: true; readonly card: MessagePlace; readonly instead: SlackFault | null }
  /** Slack takes it nowhere where somebody who can approve would see it. */
  | { readonly ok: false; readonly fault: SlackFault };

export interface Cards {
  /** Draws the card as the row is now; null: there is no such action. Rejects for what passes by itself: whoever asked tries again. */
  draw(id: string, askedAt?: AskedAt): Promise<Drawn | null>;
  /** Posts a line of the audit in the card's thread; `everybody`: in the channel as well. Rejects for what passes. */
  tell(id: string, seq: number, everybody: boolean): Promise<void>;
  /** A proposal that was read: how it is done by hand is known when the database is gone. */
  remember(action: Action): void;
  /** The command that does it by hand; undefined: nothing is known of it. */
  byHandOf(id: string): ManualCommand | undefined;
  /** Where the card can be read; null: Slack does not tell. Never rejects. */
  permalink(card: MessagePlace): Promise<string | null>;
}

const MOST_ROUNDS = 5;
/** Actions of which something is remembered. */
const MOST_KEPT = 200;

function keepNewest<T>(kept: Map<string, T>, id: string, value: T): void {
  kept.set(id, value);
  for (const oldest of [...kept.keys()].slice(0, kept.size - MOST_KEPT)) kept.delete(oldest);
}

export function createCards(deps: CardsDeps): Cards {
  const { client, actionStore, facts, send, places, approversSee, canDo, approvers, contact } = deps;
  const { notify } = facts.approvals;
  const inTurn = createInTurn();
  const asked = new Map<string, AskedAt>();
  /** Cards that were posted because an earlier one could not be edited. */
  const replacements = new Set<string>();

  const byHand = new Map<string, ManualCommand>();

  function remember({ id, plan }: Action): void {
    keepNewest(byHand, id, plan.byHand);
  }

  /** The asker's command and the queue draw a new proposal at the same moment, and two cards would flash up. */
  async function draw(id: string, askedAt?: AskedAt): Promise<Drawn | null> {
    if (askedAt) keepNewest(asked, id, askedAt);
    let drawn: Drawn | null = null;
    await inTurn(id, async () => {
      drawn = await drawNow(id);
    });
    return drawn;
  }

  /** While it is drawn the row may move on: then it is drawn again, so that the last state stands there. */
  async function drawNow(id: string): Promise<Drawn | null> {
    let revision = -1;
    let drawn: Drawn | null = null;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const action = await actionStore.find(id);
      if (!action || action.revision === revision) return drawn;
      remember(action);
      drawn = await drawOnce(action);
      revision = action.revision;
    }
    return drawn;
  }

  async function drawOnce(row: Action): Promise<Drawn> {
    const action = ruledNow(row, facts);
    const waiting = action.state === 'proposed' ? await approvers() : [];
    const message = actionView(action, {
      canDo,
      warning: warningOf(action, facts),
      approvers: waiting,
      mentions: notify === 'mention',
    });
    if (!action.card) {
      const drawn = await place(action, message);
      if (drawn.ok && notify === 'dm') await tellApprovers(action, waiting, drawn.card);
      return drawn;
    }
    const edited = await send.edit(action.card, message);
    if (edited.kind === 'edited') return { ok: true, card: action.card, instead: null };
    if (isGone(edited) || !replacements.has(keyOf(action.card))) return place(action, message);
    // Slack lets us edit neither: a third card would be one too many, and its thread has room.
    const said = await send.post(action.card.channel, message, {
      ts: action.card.ts,
      everybody: isOver(action),
    });
    return said.ok ? { ok: true, card: action.card, instead: null } : said;
  }

  /** The team's channel, else where it was asked for, else the asker alone: the first that takes it and that an approver sees. */
  async function place(action: Action, message: Message): Promise<Drawn> {
    const inTeam = await places.toTeam(message);
    if (inTeam.ok) return keep(action, inTeam, null);
    const { fault } = inTeam;
    for (const post of others(action, message)) {
      const posted = await post();
      if (posted?.ok) return keep(action, posted, fault);
    }
    return { ok: false, fault };
  }

  /** Each null, or refused: the next is tried. */
  function others(action: Action, message: Message): readonly (() => Promise<Posted | null>)[] {
    const at = asked.get(action.id);
    if (action.state !== 'proposed') return tellDecided(action, at, message);
    if (!at) return [];
    const asker = { id: at.by.id, mayApproveOwn: at.by.isApprover && action.selfApprove };
    return [
      async () => ((await approversSee(at.channel, asker)) ? send.post(at.channel, message) : null),
      async () => (asker.mayApproveOwn ? places.toPerson(asker.id, message) : null),
    ];
  }

  /** Nobody has to approve it any more: whoever asked, or decided, has to hear how it goes on. */
  function tellDecided({ askedBy, approvals }: Action, at: AskedAt | undefined, message: Message) {
    const people = [askedBy, ...approvals.map(({ person }) => person)].filter(isPerson);
    return [
      async () => (at ? send.post(at.channel, message) : null),
      ...people.map((user) => () => places.toPerson(user, message)),
    ];
  }

  async function keep(
    action: Action,
    { channel, ts }: MessagePlace,
    instead: SlackFault | null,
  ): Promise<Drawn> {
    const placed = await actionStore.placeCard(action.id, channel, ts, action.card?.ts ?? null);
    if (action.card) replacements.add(keyOf({ channel, ts }));
    if (placed) return { ok: true, card: { channel, ts }, instead };
    // Another process was faster: one card is enough.
    await client.chat.delete({ channel, ts });
    const { card } = (await actionStore.find(action.id)) ?? action;
    return { ok: true, card: card ?? { channel, ts }, instead };
  }

  /** Who cannot be reached there is named in the card's thread, so that somebody else tells them. */
  async function tellApprovers(
    action: Action,
    waiting: readonly Approver[],
    card: MessagePlace,
  ): Promise<void> {
    const people = waiting.filter((one) => one.kind !== 'user' || one.id !== action.askedBy);
    const link = await permalink(card);
    const lost: string[] = [];
    for (const one of people.filter((each) => mayStillApprove(action, each))) {
      if (one.kind !== 'user') lost.push(one.kind === 'group' ? `the group ${one.id}` : one.named);
      else {
        const posted = await places.toPerson(one.id, waitsForYouView(action, link)).catch(() => null);
        if (!posted?.ok) lost.push(one.name);
      }
    }
    if (lost.length === 0) return;
    const words = `No direct message reached ${lost.join(', ')}.`;
    await send.post(card.channel, sentenceView(words), { ts: card.ts, everybody: false });
  }

  /** The reviewers of the gate whom Slack knows: the runbook file names one person's account here, that of the contact. */
  async function reviewersOf({ words, event }: Action['trail'][number]): Promise<readonly string[]> {
    const { name } = facts.escalation.who;
    if (event !== 'at_gate' || !words.includes(name)) return [];
    const reached = await contact();
    return reached.ok ? reached.users : [];
  }

  async function permalink({ channel, ts }: MessagePlace): Promise<string | null> {
    try {
      return (await client.chat.getPermalink({ channel, message_ts: ts })).permalink ?? null;
    } catch {
      return null;
    }
  }

  async function tell(id: string, seq: number, everybody: boolean): Promise<void> {
    const action = await actionStore.find(id);
    const said = action?.trail.find((one) => one.seq === seq);
    if (!action || !said || said.words === '') return;
    if (!action.card) {
      // There is no card, and there will be none until somebody mends the channel: nothing to tell it under.
      if (places.teamFault()) return;
      throw new Error('the card is not drawn yet');
    }
    const { channel: where, ts } = action.card;
    await send.post(where, toldView(action, said, everybody, await reviewersOf(said)), { ts, everybody });
  }

  return {
    draw,
    tell,
    permalink,
    remember,
    byHandOf: (id) => byHand.get(id),
  };
}

const keyOf = ({ channel, ts }: MessagePlace) => `${channel}:${ts}`;

const isOver = ({ endedAt }: Action) => endedAt !== null;

/** Said before anybody waits for an approval that nobody can give. */
function warningOf({ kind, state }: Action, facts: Facts): string {
  if (state !== 'proposed') return '';
  const { rule } = actionSpec(kind);
  return unapprovableRules(facts).find((one) => one.rule === rule)?.words ?? '';
}
