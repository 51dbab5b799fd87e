/** The card of an action, always drawn from its row: what it will do, then how far it is, then how it ended. */

import type { Button, ConfirmationDialog, KnownBlock } from '@slack/types';
import { STATE_WORDS } from '../../runbook/actions/state-words.ts';
import { type Action, type ActionState, ENDED, outcomeWords, type Plan } from '../../runbook/model/action.ts';
import { isSlackUser } from '../../runbook/model/actor.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { capitalize } from '../../runbook/text/capitalize.ts';
import { dashboardLink } from '../../runbook/text/links.ts';
import { formatClock, formatInstant } from '../../runbook/text/time.ts';
import { byHandLines, byHandWords } from './help.ts';
import { person, timeOf, withLinks } from './incident-words.ts';
import {
  bold,
  boldLink,
  clip,
  code,
  context,
  emoji,
  escapeText,
  line,
  link,
  list,
  type Message,
  type Part,
  plain,
  preformatted,
  richText,
  section,
  withTypedLinks,
} from './message.ts';
import { buttonRow, proposeButtons, sortOffers } from './propose-buttons.ts';
import { runPlan } from './run-plan.ts';

const STATE_SIGNS: Readonly<Record<ActionState, string>> = {
  proposed: 'raised_hand',
  approved: 'hourglass_flowing_sand',
  executing: 'hourglass_flowing_sand',
  succeeded: 'white_check_mark',
  failed: 'x',
  unconfirmed: 'grey_question',
  rejected: 'no_entry_sign',
  expired: 'alarm_clock',
  superseded: 'fast_forward',
};

export interface ActionViewOptions {
  /** Kinds that the bot can do. Only these become buttons. */
  readonly canDo: ReadonlySet<ActionKind>;
  /** Shown where nobody else could approve it; empty otherwise. */
  readonly warning: string;
  /** Who may approve it, and whether they are mentioned, which makes Slack notify them. */
  readonly approvers: readonly Approver[];
  readonly mentions: boolean;
}

/** Someone who may approve, as far as Slack can identify them. */
export type Approver =
  | { readonly kind: 'user'; readonly id: string; readonly name: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'unknown'; readonly named: string };

export function actionView(action: Action, options: ActionViewOptions): Message {
  const [, word] = signOf(action);
  const { title } = action.plan;
  return {
    text: escapeText(clip(`${word}: ${title}.${sentenceOf(action)}`, 3_000)),
    blocks: [
      ...firstScreen(action, options),
      ...details(action),
      ...(action.state === 'proposed' ? [] : [asked(action)]),
      ...trailBlocks(action),
    ],
  };
}

function headline(action: Action): KnownBlock {
  const [sign, word] = signOf(action);
  return richText(line(emoji(sign), plain(' '), bold(`${word}: `), bold(action.plan.title)));
}

export function signOf({ state, progress, aftermath }: Action): readonly [emoji: string, word: string] {
  if (aftermath?.kind === 'turned_bad') return ['warning', 'Done, then it turned bad'];
  if (state === 'executing' && progress.words !== undefined && progress.answered !== false)
    return ['hourglass_flowing_sand', 'Under way'];
  return [STATE_SIGNS[state], capitalize(STATE_WORDS[state])];
}

/** What a screen reader reads after the title. */
function sentenceOf({ state, outcome, aftermath, progress }: Action): string {
  if (aftermath) return ` ${aftermath.words}`;
  if (outcome) return ` ${outcomeWords(outcome)}${byHandWords(outcome.manualCommand)}`;
  if (state === 'proposed') return ' Waiting for approval.';
  return progress.words === undefined ? '' : ` ${progress.words}`;
}

/** What it is, how far it is, whom it waits for, and what to press. */
function firstScreen(action: Action, options: ActionViewOptions): KnownBlock[] {
  const { outcome, state } = action;
  if (outcome)
    return [
      headline(action),
      richText(...seenLines(action, outcomeWords(outcome))),
      ...nextButtons(action, options),
    ];
  if (state === 'executing') return [headline(action), ...progressBlocks(action)];
  if (state !== 'proposed') return [headline(action)];
  return [
    headline(action),
    ...parts(['What will be done', action.plan.will]),
    asked(action),
    ...approverBlocks(action, options),
    ...(options.warning === '' ? [] : [context(`${escapeText(capitalize(options.warning))}.`)]),
    ...buttonRow(approveButton(action), rejectButton(action)),
  ];
}

function details(action: Action): KnownBlock[] {
  const { outcome, state, plan } = action;
  if (outcome) return outcomeBlocks(action);
  return state === 'proposed' ? restOfPlan(plan) : briefBlocks(action);
}

/** What the action waits for and since when, where to go, and each job of a run with its steps. */
function progressBlocks({ progress, sentAt, trail }: Action): KnownBlock[] {
  const { words = '', link: to, notice } = progress;
  const noticed = notice === undefined ? [] : [line(bold(notice))];
  const since = trail.findLast(({ event }) => event !== 'approval')?.at ?? sentAt;
  const waiting =
    since === null ? [] : [plain(words === '' ? 'Waiting since ' : ' Since '), timeOf(since), plain('.')];
  const said = [...noticed, line(plain(words), ...waiting), ...(to ? [line(boldLink(to.url, to.text))] : [])];
  return [richText(...said), ...runPlan(progress)];
}

/** What the action would do, shown only to the person who asked. */
export function planView({ plan, app }: Pick<Action, 'plan' | 'app'>, command: string): Message {
  const said = `Only a plan, nothing is proposed: ${plan.title}.`;
  return {
    text: escapeText(`${said} To propose it: ${command}`),
    blocks: [
      richText(line(bold(said)), line(plain(`App: ${app}`))),
      ...planBlocks({ plan }),
      richText(line(bold('To propose it: '), code(command)), ...byHandLines(plan.byHand)),
    ],
  };
}

/** What the action does, without the evidence that helped to decide. */
function briefBlocks({ plan, state }: Action): KnownBlock[] {
  return parts([BRIEFLY[state] ?? 'What was proposed', plan.will]);
}

const BRIEFLY: Readonly<Partial<Record<ActionState, string>>> = {
  approved: 'What will be done',
  executing: 'What is being done',
};

const MOST_LINES = 40;

function clipLines(lines: readonly string[]): readonly string[] {
  const shown =
    lines.length <= MOST_LINES ? lines : [`… ${lines.length - MOST_LINES} more`, ...lines.slice(-MOST_LINES)];
  return shown.map((words) => clip(words, 200));
}

function planBlocks({ plan }: Pick<Action, 'plan'>): KnownBlock[] {
  return [...parts(['What will be done', plan.will]), ...restOfPlan(plan)];
}

function restOfPlan({ expect, evidence, undo }: Plan): KnownBlock[] {
  return [
    ...parts(['What to expect', expect], ['Based on', evidence]),
    richText(line(bold('Undo: '), plain(undo))),
  ];
}

/** A heading and its lines for each; headings without lines are left out. */
function parts(...named: readonly (readonly [name: string, lines: readonly string[]])[]): KnownBlock[] {
  const shown = named.filter(([, lines]) => lines.length > 0);
  if (shown.length === 0) return [];
  const bullets = (lines: readonly string[]) =>
    list(
      'bullet',
      lines.map((words) => line(plain(words))),
    );
  return [richText(...shown.flatMap(([name, lines]) => [line(bold(name)), bullets(lines)]))];
}

function outcomeBlocks(action: Action): KnownBlock[] {
  const { outcome, plan, state, progress } = action;
  if (!outcome) return [];
  const { words, manualCommand } = outcome;
  // Evidence that the sentence or the link already shows is not repeated.
  const more = outcome.evidence.filter((one) => !words.includes(one) && one !== progress.link?.url);
  const evidence = more.length === 0 ? [] : [preformatted(clipLines(more))];
  const to = progress.link ? [line(boldLink(progress.link.url, 'The run on GitHub'))] : [];
  const undo = state === 'succeeded' ? [line(bold('Undo: '), plain(outcome.undo ?? plan.undo))] : [];
  const hand = byHandLines(manualCommand);
  const all = [...evidence, ...to, ...watchLines(action), ...undo, ...hand];
  return all.length === 0 ? [] : [richText(...all)];
}

/** The current state comes first: what was seen right after the action may no longer hold. */
function seenLines({ aftermath }: Action, words: string) {
  return aftermath?.kind === 'turned_bad'
    ? [line(bold(aftermath.words)), line(bold('Before that: '), plain(words))]
    : [line(...withLinks(words))];
}

function watchLines({ aftermath, watchUntil }: Action) {
  if (aftermath?.kind === 'turned_bad') return [];
  if (aftermath) return [line(bold('Afterwards: '), plain(aftermath.words))];
  if (watchUntil === null) return [];
  return [line(bold('Watching until '), timeOf(watchUntil), plain(' for restarts.'))];
}

function asked({ askedBy, reason, expiresAt, state, approvals, approvalsNeeded, app }: Action): KnownBlock {
  const parts: Part[] = [plain('Asked by '), person(askedBy)];
  if (reason !== null) parts.push(...withTypedLinks(`: “${clip(reason, 300)}”`));
  if (state === 'proposed') {
    if (approvalsNeeded > 1) parts.push(plain(` · ${approvals.length} of ${approvalsNeeded} approvals`));
    parts.push(plain(' · expires '), timeOf(expiresAt));
  }
  parts.push(plain(' · '), { type: 'link', url: dashboardLink(app), text: app });
  return richText(line(...parts));
}

/** Whom it waits for. The asker is left out where they may not approve their own request. */
function approverBlocks(action: Action, { approvers, mentions }: ActionViewOptions): KnownBlock[] {
  if (action.state !== 'proposed') return [];
  const waiting = approvers.filter((one) => mayStillApprove(action, one));
  if (waiting.length === 0) return [];
  const named = waiting.flatMap((one, index) => [
    ...(index === 0 ? [] : [plain(', ')]),
    approverPart(one, mentions),
  ]);
  return [richText(line(plain('Can approve: '), ...named))];
}

export function mayStillApprove({ askedBy, selfApprove, approvals }: Action, approver: Approver): boolean {
  if (approver.kind !== 'user') return true;
  if (approver.id === askedBy && !selfApprove) return false;
  return !approvals.some(({ person }) => person === approver.id);
}

function approverPart(approver: Approver, mentions: boolean): Part {
  switch (approver.kind) {
    case 'user':
      return mentions ? { type: 'user', user_id: approver.id } : plain(approver.name);
    case 'group':
      return mentions ? { type: 'usergroup', usergroup_id: approver.id } : plain(`group ${approver.id}`);
    case 'unknown':
      return plain(approver.named);
  }
}

/** What the trail says of an event. `names`: the person who did it is named. */
const EVENTS: Readonly<Record<string, { readonly words: string; readonly names?: 'approver' | 'person' }>> = {
  proposed: { words: 'asked' },
  approval: { words: 'approved by', names: 'approver' },
  approved: { words: 'approved by', names: 'approver' },
  rejected: { words: 'rejected by', names: 'person' },
  explained: { words: 'reason given by', names: 'person' },
  executing: { words: 'sending' },
  sent: { words: 'accepted' },
  no_answer: { words: 'no clear answer' },
  succeeded: { words: 'verified' },
  failed: { words: 'failed' },
  unconfirmed: { words: 'stopped checking' },
  superseded: { words: 'superseded' },
  expired: { words: 'expired' },
  held: { words: 'held' },
  turned_bad: { words: 'turned bad' },
  unwatched: { words: 'no longer watched' },
};

/** When each state began, and the hash of the last audit line, which anchors the audit outside the database. */
function trailBlocks({ trail, approvals }: Action): KnownBlock[] {
  const shown = trail.filter(({ event }) => event in EVENTS);
  if (shown.length < 2) return [];
  const steps = shown.slice(1).map(({ event, who: by, at, words }) => {
    const { words: what = '', names } = EVENTS[event] ?? {};
    const isOwn = names === 'approver' && approvals.some(({ person, isSelf }) => person === by && isSelf);
    const own = isOwn ? ' (self-approved)' : '';
    // At the terminal, typing the app's name replaces the approval.
    const instead = event === 'approved' && words !== '' ? ` (${words})` : '';
    const named = names === undefined ? '' : ` ${mention(by)}${own}${instead}`;
    return `${mrkdwnDate(at)} ${what}${named}`;
  });
  return [context(clip(`${steps.join(' · ')} · audit \`${trail.at(-1)?.hash ?? ''}\``, 2_900))];
}

function mention(id: string): string {
  return isSlackUser(id) ? `<@${id}>` : escapeText(id);
}

function mrkdwnDate(at: Instant): string {
  return `<!date^${Math.floor(at / 1000)}^{time_secs}|${formatInstant(at)}>`;
}

/** What makes sense next, now that the action has ended. */
function nextButtons({ outcome, aftermath, target }: Action, { canDo }: ActionViewOptions): KnownBlock[] {
  const { first, others } = sortOffers(
    [...new Set([...(outcome?.next ?? []), ...(aftermath?.next ?? [])])],
    canDo,
  );
  return buttonRow(...proposeButtons([...first, ...others], target));
}

function approveButton({ id, plan, app }: Action): Button {
  const confirm: ConfirmationDialog = {
    title: { type: 'plain_text', text: clip(`${app}: are you sure?`, 100) },
    text: { type: 'plain_text', text: clip(`${plan.title}. ${plan.expect[0] ?? ''}`, 300) },
    confirm: { type: 'plain_text', text: 'Approve' },
    deny: { type: 'plain_text', text: 'Not yet' },
    ...(plan.danger ? { style: 'danger' } : {}),
  };
  return {
    type: 'button',
    action_id: 'approve',
    text: { type: 'plain_text', text: 'Approve' },
    style: plan.danger ? 'danger' : 'primary',
    value: id,
    confirm,
    accessibility_label: clip(`Approve: ${plan.title}`, 75),
  };
}

function rejectButton({ id, plan }: Action): Button {
  return {
    type: 'button',
    action_id: 'reject',
    text: { type: 'plain_text', text: 'Reject' },
    value: id,
    accessibility_label: clip(`Reject: ${plan.title}`, 75),
  };
}

/** Events that the asker is notified of. */
const ENDS: ReadonlySet<string> = new Set([...ENDED, 'explained']);

/** An audit line, posted in the card's thread. With `everybody` it names the action and its asker. */
export function toldView(
  action: Action,
  { event, who: by, words }: Action['trail'][number],
  everybody: boolean,
  reviewers: readonly string[] = [],
): Message {
  const { title } = action.plan;
  // The line that ended it is named as the state.
  const manualCommand = event === action.state ? (action.outcome?.manualCommand ?? null) : null;
  const isForAsker = everybody || (ENDS.has(event) && by !== action.askedBy && isSlackUser(action.askedBy));
  const mentioned = [...(isForAsker ? [action.askedBy] : []), ...reviewers];
  const said = line(
    ...(everybody ? [bold(`${title}: `)] : []),
    ...withLinks(words),
    ...mentioned.flatMap((id) => [plain(' '), person(id)]),
  );
  return {
    text: escapeText(clip(`${title}: ${words}${byHandWords(manualCommand)}`, 3_000)),
    blocks: [richText(said, ...byHandLines(manualCommand))],
  };
}

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

/** Where a card is. */
export type CardAt =
  | {
      readonly kind: 'shown';
      /** Null when Slack gives no link. */
      readonly permalink: string | null;
      readonly channel: string;
      /** It is in the channel where the action was requested. */
      readonly isHere: boolean;
      /** Why it is not in the team's channel, as full sentences. Null when it is. */
      readonly why: string | null;
    }
  /** Slack does not accept it now; the queue draws it later. */
  | { readonly kind: 'later' };

/** For the asker. Where the card is not in the team's channel, the manual command is included. */
export function askedView(action: Action, at: CardAt, isNew: boolean): Message {
  const begin = isNew ? 'Proposed' : 'This is proposed already';
  const { title, byHand } = action.plan;
  const seconds = Math.floor(action.expiresAt / 1000);
  const until = formatInstant(action.expiresAt);
  const spoken = formatClock(action.expiresAt, action.askedAt);
  const said = `${begin}: ${escapeText(title)}. It needs an approval by`;
  const hand =
    at.kind === 'shown' && at.why !== null && byHand !== '' ? ` By hand: \`${escapeText(byHand)}\`` : '';
  return {
    text: `${said} ${spoken}.${at.kind === 'shown' && at.why !== null ? ` ${escapeText(at.why)}${hand}` : ''}`,
    blocks: [section(`${said} <!date^${seconds}^{time}|${until}>. ${cardWords(at)}${hand}`)],
  };
}

function cardWords(at: CardAt): string {
  if (at.kind === 'later') return 'The card follows as soon as Slack accepts it.';
  const card = at.permalink === null ? 'The card' : link(at.permalink, 'See the card');
  const where = at.isHere
    ? 'here'
    : `in ${at.channel.startsWith('D') ? 'your direct messages with me' : `<#${at.channel}>`}`;
  if (at.why === null) return at.permalink === null ? `The card is ${where}.` : `${card}.`;
  return at.permalink === null
    ? `The card is ${where}: ${escapeText(at.why)}`
    : `${card} ${where}: ${escapeText(at.why)}`;
}
