/**
 * Decides what each step in the life of an action leads to: the new row, its audit line and its effects. A store only
 * applies the step and performs the effects.
 */

import {
  type Action,
  type Detail,
  type Draft,
  ENDED,
  isKind,
  type Outcome,
  outcomeOf,
  type SavedFormation,
} from '../model/action.ts';
import { actorName, actorOf, BOT } from '../model/actor.ts';
import type { Instant } from '../model/instant.ts';
import { actionSpec } from './kinds/index.ts';
import {
  type ActionStep,
  type ActionTransition,
  type ApprovalBy,
  TRANSITIONS,
  type TransitionName,
} from './transitions.ts';

/** The effects of a step; `at: null` means immediately. */
interface Effects {
  draw: { readonly at: Instant | null };
  /** Post the audit line to the card's thread. `everybody`: post it to the channel as well. */
  tell: { readonly everybody: boolean };
  run: { readonly job: ActionJob; readonly at: Instant | null };
  /** Save the formation that the action took away, in place of the one saved earlier. A restore brings it back. */
  keep_formation: { readonly formation: SavedFormation };
  /** Forget the saved formation of a process type that is running again. */
  forget_formation: { readonly processType: string };
}

export type EffectKind = keyof Effects;

export type Effect<Kind extends EffectKind = EffectKind> = {
  [K in Kind]: { readonly kind: K } & Effects[K];
}[Kind];

/** The queue's jobs for an action. compose/jobs.ts maps each to its function in operations/actions. */
export type ActionJob = 'execute' | 'verify' | 'care' | 'expire';

export interface AuditNote {
  readonly event: string;
  readonly who: string;
  readonly at: Instant;
  readonly detail: Detail;
}

export interface Applied {
  /** The action after the step. */
  readonly row: Action;
  readonly audit: AuditNote;
  readonly effects: readonly Effect[];
}

/** The changes that a step makes besides the state. Without `event`, the audit line is named after the new state. */
interface Consequences {
  readonly row?: Partial<Action>;
  readonly event?: string;
  readonly who?: string;
  readonly detail?: Detail;
  /** These come in addition to drawing the card, which every step does. */
  readonly effects?: readonly Effect[];
}

const IN_THREAD: Effect = { kind: 'tell', everybody: false };
const TO_EVERYBODY: Effect = { kind: 'tell', everybody: true };
const run = (job: ActionJob): Effect => ({ kind: 'run', job, at: null });

type Rules = { readonly [N in TransitionName]: (action: Action, step: ActionStep<N>) => Consequences };

const CONSEQUENCES: Rules = {
  count_approval: (_action, step) => ({ ...counted(step), event: 'approval' }),
  approve: (_action, step) => {
    const { row, ...rest } = counted(step);
    return { ...rest, row: { ...row, decidedAt: step.at }, effects: [run('execute')] };
  },
  // A decision made at the terminal is also sent from the terminal.
  begin: (_action, { who, at }) => ({
    row: { decidedAt: at },
    who,
    detail: { words: 'approvals not asked' },
  }),
  reject: ({ askedBy }, { outcome, who, at, rights }) => ({
    ...ends(outcome, who === askedBy ? outcome.words : `Rejected. ${outcome.words}`, rights),
    row: { outcome, decidedAt: at },
    who,
    effects: [IN_THREAD],
  }),
  explain: (_action, { outcome, who, at }) => ({
    ...ends(outcome, `Rejected: “${outcome.reason}”. ${outcome.words}`),
    row: { outcome, decidedAt: at },
    event: 'explained',
    who,
    effects: [IN_THREAD],
  }),
  expire: (_action, { outcome, at }) => ({
    ...ends(outcome),
    row: { outcome, decidedAt: at },
    effects: [IN_THREAD],
  }),
  withdraw: (_action, { outcome }) => ends(outcome),
  replace: (_action, { who, by: other }) => {
    const actor = actorOf(who);
    const by = actor.kind === 'terminal' ? actor.user : actorName(who);
    const words = `Not sent: being done from the terminal instead, by ${by}.`;
    return { row: { outcome: outcomeOf(words) }, who, detail: { by: other, words } };
  },
  overtake: (_action, { who, by }) => {
    const outcome = outcomeOf('Not sent: the app was stopped first. Propose it again.');
    return { row: { outcome }, who, detail: { by } };
  },
  supersede: (_action, { outcome }) => ({ ...ends(outcome), effects: [IN_THREAD] }),
  interrupt: (_action, { outcome, who }) => ({ ...ends(outcome), who }),
  send: (_action, { progress, at }) => ({ row: { progress, sentAt: at } }),
  // An accepted request counts as having taken effect. From here on, a restore brings back the earlier formation.
  accept: (action, { progress }) => ({
    row: { progress },
    event: 'sent',
    effects: [run('verify'), ...keepTaken(action)],
  }),
  miss_answer: (_action, { progress, words }) => ({
    row: { progress },
    event: 'no_answer',
    detail: { words },
    effects: [run('verify')],
  }),
  refuse: (_action, { outcome }) => ({ ...ends(outcome), effects: [IN_THREAD] }),
  hold_back: (_action, { outcome }) => ({ ...ends(outcome), effects: [IN_THREAD] }),
  advance: (_action, { stage, progress, holds }) => ({
    row: { progress, holds },
    event: stage,
    detail: { words: progress.words ?? stage },
    effects: [IN_THREAD],
  }),
  annotate: (_action, { event, progress, words }) => ({
    row: { progress },
    event,
    detail: { words },
    effects: [IN_THREAD],
  }),
  succeed: (action, { outcome, progress, watchUntil }) => ({
    ...ends(outcome),
    row: { outcome, progress, ...(watchUntil === null ? {} : { watchUntil }) },
    effects: [
      ...keepTaken(action),
      ...forgetRestored(action),
      ...(watchUntil === null ? [] : [run('care')]),
      IN_THREAD,
    ],
  }),
  fail: (action, { outcome }) => ({ ...ends(outcome), effects: [badEnd(action)] }),
  lose: (action, { outcome }) => ({
    ...ends(outcome, `Not confirmed. ${outcome.words}`),
    effects: [badEnd(action)],
  }),
  // The action may have taken effect after all, so a restore has to find what it took away.
  time_out: (action, { outcome }) => ({
    ...ends(outcome, `Not confirmed. ${outcome.words}`),
    effects: [...keepTaken(action), badEnd(action)],
  }),
  close_aftercare: (_action, { aftermath }) => ({
    row: { aftermath },
    event: aftermath.kind,
    detail: { words: aftermath.words },
    effects: aftermath.kind === 'turned_bad' ? [TO_EVERYBODY] : [],
  }),
};

/** Returns null, and changes nothing, when the action is in another state or has changed since it was read. */
export function applyStep<Name extends TransitionName>(
  action: Action,
  step: ActionStep<Name>,
): Applied | null {
  const { from, to }: ActionTransition = TRANSITIONS[step.name];
  if (!from.includes(action.state)) return null;
  if ('revision' in step && step.revision !== action.revision) return null;
  const { row, event = to, who = BOT, detail = {}, effects = [] } = CONSEQUENCES[step.name](action, step);
  const { at } = step;
  return {
    row: {
      ...action,
      ...row,
      state: to,
      endedAt: ENDED.has(to) ? (action.endedAt ?? at) : null,
      revision: action.revision + 1,
    },
    audit: { event, who, at, detail },
    effects: [{ kind: 'draw', at: null }, ...effects],
  };
}

/**
 * A proposal from Slack draws its card immediately; the queue draws the card only if that failed. Drawing both at once
 * would post the card twice.
 */
const DRAWN_WITHIN_MS = 3_000;

/**
 * Creates an action, which waits for its approvals until it expires. At the terminal, `begin` follows in the same
 * transaction, and the effects of the proposal are dropped.
 */
export function propose(id: string, draft: Draft): Applied {
  const { kind, app, params, reason, origin, askedBy, askedAt, expiresAt } = draft;
  return {
    row: {
      ...draft,
      id,
      state: 'proposed',
      approvals: [],
      decidedAt: null,
      sentAt: null,
      endedAt: null,
      progress: {},
      outcome: null,
      watchUntil: null,
      aftermath: null,
      revision: 0,
      card: null,
      trail: [],
    },
    audit: {
      event: 'proposed',
      who: askedBy,
      at: askedAt,
      detail: { kind, app, params, reason: reason ?? '' },
    },
    effects: [
      { kind: 'draw', at: origin === 'slack' ? askedAt + DRAWN_WITHIN_MS : null },
      { kind: 'run', job: 'expire', at: expiresAt },
    ],
  };
}

/**
 * Returns the step without its claim on the target, for when another change holds the target: the action continues
 * anyway. Returns null when the step claims nothing.
 */
export function withoutHold(step: ActionStep): ActionStep | null {
  return step.name === 'advance' && step.holds ? { ...step, holds: false } : null;
}

/** Returns the process type that is running again because this action succeeded, or null. */
export function restoredBy(action: Action): string | null {
  return isKind(action, 'restore') ? action.params.processType : null;
}

function counted({ who, isSelf, words, approvals, rule }: ApprovalBy): Consequences {
  const noted = words === null ? {} : { words };
  return {
    row: { approvals, approvalsNeeded: rule.approvals, selfApprove: rule.selfApprove },
    who,
    detail: { isSelf, given: approvals.length, needed: rule.approvals, ...noted },
  };
}

/** `words`: the text for the audit, whose lines are read without the state beside them. */
function ends(outcome: Outcome, words = outcome.words, rights: string | null = null): Consequences {
  const noted = rights === null ? {} : { rights };
  return { row: { outcome }, detail: { words, evidence: outcome.evidence, ...noted } };
}

/** If the request was accepted, the formation was saved then, so it is not saved again at the end. */
function keepTaken({ kind, params, progress }: Action): Effect[] {
  const formation = progress.answered === true ? undefined : actionSpec(kind).takesAway?.(params);
  return formation ? [{ kind: 'keep_formation', formation }] : [];
}

function forgetRestored(action: Action): Effect[] {
  const processType = restoredBy(action);
  return processType === null ? [] : [{ kind: 'forget_formation', processType }];
}

/** A failed deploy concerns more people than those who follow its thread. */
function badEnd({ kind }: Action): Effect {
  return kind === 'deploy' ? TO_EVERYBODY : IN_THREAD;
}
