/** Decides who may decide what. Rights are checked when a decision is made, not when a button is shown. */

import type { Action, ActionState } from '../model/action.ts';
import { actorPart } from '../model/actor.ts';
import type { Instant } from '../model/instant.ts';
import type { Approval, Facts } from '../model/runbook-config.ts';
import { joinPhrases, type Mention, type Phrase, partsOf, phraseOf } from '../text/phrase.ts';
import { formatInstant } from '../text/time.ts';

/** A list entry that could not be read, which leaves the rights that depend on it unknown. */
export interface UnreadRight {
  readonly what: 'user_group' | 'email' | 'person';
  /** The entry's name in the runbook file, or the person's id. */
  readonly id: string;
  /** Slack's error code. */
  readonly code: string;
  /** A sentence that says who can fix it, and how. */
  readonly cure: string;
}

export interface Person {
  /** The person's id, as the audit stores it. */
  readonly id: string;
  readonly isOperator: boolean;
  readonly isApprover: boolean;
  /** Entries of the runbook file that could not be read and may name this person; absent when all were read. */
  readonly unread?: {
    readonly operators: readonly UnreadRight[];
    readonly approvers: readonly UnreadRight[];
  };
  /** Set when Slack did not respond: the rights are as of that time. */
  readonly seenAt?: Instant;
}

export type May =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** `unreadable`: Slack did not show whether this person has the right. */
      readonly why: 'not_named' | 'unreadable' | 'over' | 'own' | 'twice';
      readonly words: Phrase;
    };

type WhyNot = Extract<May, { ok: false }>['why'];

/** The people who may decide, according to the runbook file. */
export type People = Pick<Facts['people'], 'operators' | 'approvers'>;

/** The current rules of the runbook file. */
export interface Deciding {
  readonly people: People;
  readonly rule: Approval;
  /** People whose approval counts: they approved, and may still do so. */
  readonly counted: readonly string[];
}

/** `others`: people who have the right. */
const no = (why: WhyNot, words: Phrase, others: readonly string[] = []): May => ({
  ok: false,
  why,
  words: phraseOf([
    ...partsOf(words),
    ...(others.length === 0 ? [] : [' Who can: ', ...mentions(others), '.']),
    ' Nothing was done.',
  ]),
});

/** `role`: for example, `an operator`. */
function notSeen(role: string, unread: readonly UnreadRight[]): May {
  return no('unreadable', `I can't tell whether you are ${role}: ${unreadWords(unread)}`);
}

const WHAT: Readonly<Record<UnreadRight['what'], string>> = {
  user_group: 'who is in user group',
  email: 'who has the address',
  person: 'who is',
};

/** Example: `Slack won't tell me who is in user group S0ONCALL1 (no_such_subteam). A Slack admin can …`. */
export function unreadWords(unread: readonly UnreadRight[]): string {
  const what = unread.map((one) => `${WHAT[one.what]} ${one.id} (${one.code})`).join(', ');
  const cures = [...new Set(unread.map(({ cure }) => cure))].join(' ');
  return `Slack won't tell me ${what}. ${cures}`;
}

export function mayPropose({ isOperator, unread }: Person, { operators }: People): May {
  if (isOperator) return { ok: true };
  if (unread && unread.operators.length > 0) return notSeen('an operator', unread.operators);
  return no(
    'not_named',
    'You are not one of the operators in the runbook file (people.operators).',
    operators,
  );
}

/** When an API's hourly budget runs low, requests by people who work on incidents take precedence. */
export function readUse({ isOperator, isApprover }: Person): 'incident' | 'read' {
  return isOperator || isApprover ? 'incident' : 'read';
}

/** Decides whether this person may acknowledge, escalate or snooze. `what`: the verb. */
export function mayCare({ isOperator, isApprover, unread }: Person, what: string): May {
  if (isOperator || isApprover) return { ok: true };
  const missing = unread ? [...unread.operators, ...unread.approvers] : [];
  if (missing.length > 0) return notSeen('an operator or an approver', once(missing));
  return no('not_named', `Only operators and approvers can ${what}.`);
}

/**
 * The escalation contact may acknowledge too (contract). `isContact` is null when Slack did not show who the contact
 * is.
 */
export function mayAcknowledge(person: Person, isContact: boolean | null): May {
  const may = mayCare(person, 'acknowledge an incident');
  if (may.ok || isContact === true) return { ok: true };
  if (may.why === 'unreadable') return may;
  return isContact === null
    ? no(
        'unreadable',
        "I can't tell whether you are the escalation contact: Slack isn't responding. Try again in a minute.",
      )
    : no('not_named', 'Only operators, approvers and the escalation contact can acknowledge an incident.');
}

function once(unread: readonly UnreadRight[]): readonly UnreadRight[] {
  return unread.filter(({ id }, index) => unread.findIndex((one) => one.id === id) === index);
}

/** Returns a note for the audit that the rights are not current. Returns null when Slack responded. */
export function rightsWords({ seenAt }: Person): string | null {
  return seenAt === undefined ? null : `Slack didn't respond: rights as of ${formatInstant(seenAt)}`;
}

/** Decides whether this person is an approver at all, before it is known what there is to approve. */
export function isKnownApprover({ isApprover, unread }: Person, { approvers }: People): May {
  if (isApprover) return { ok: true };
  if (unread && unread.approvers.length > 0) return notSeen('an approver', unread.approvers);
  return no(
    'not_named',
    'You are not one of the approvers in the runbook file (people.approvers).',
    approvers,
  );
}

/** Applies the current rule, not the one at the time of the proposal. */
export function mayApprove(
  action: Action,
  person: Person,
  now: Instant,
  { people, rule, counted }: Deciding,
): May {
  const ended = isOver(action, now);
  if (ended) return no('over', ended);
  const named = isKnownApprover(person, people);
  if (!named.ok) return named;
  if (person.id === action.askedBy && !rule.selfApprove) {
    return no('own', [
      'You asked for this yourself, and the runbook file requires someone else to approve it (self_approve: false). Ask another approver: ',
      ...mentions(people.approvers),
      '.',
    ]);
  }
  // If the rule now needs fewer approvals, approving again completes the decision.
  if (counted.includes(person.id) && counted.length < rule.approvals)
    return no('twice', 'You have already approved this.');
  return { ok: true };
}

/** Approvers may reject, and the proposer may withdraw. */
export function mayReject(action: Action, person: Person, now: Instant, people: People): May {
  const ended = isOver(action, now);
  if (ended) return no('over', ended);
  if (person.isApprover || person.id === action.askedBy) return { ok: true };
  const named = isKnownApprover(person, people);
  if (!named.ok && named.why === 'unreadable') return named;
  return no(
    'not_named',
    'Only an approver, or the person who asked for it, may reject this.',
    people.approvers,
  );
}

function isOver({ state, expiresAt, trail }: Action, now: Instant): Phrase | null {
  if (state === 'proposed') return now >= expiresAt ? 'This has expired. Propose it again.' : null;
  if (state === 'expired') return 'This has expired. Propose it again.';
  const what = state === 'rejected' || state === 'superseded' ? state : 'approved';
  const last = trail.findLast(({ event }) => event === what);
  const by = last ? [' by ', actorPart(last.who)] : [];
  return [`Already ${what}`, ...by, SINCE[state]];
}

/** What became of it since it was approved. */
const SINCE: Readonly<Record<Exclude<ActionState, 'proposed' | 'expired'>, string>> = {
  approved: '.',
  executing: '; it is in progress.',
  succeeded: '; it is done.',
  failed: '; it failed.',
  unconfirmed: '; it could not be confirmed.',
  rejected: '.',
  superseded: '.',
};

/** Only the person who rejected the action may explain why. */
export function mayExplain({ state, trail }: Action, person: Person): May {
  const rejected = trail.findLast(({ event }) => event === 'rejected');
  if (state === 'rejected' && rejected?.who === person.id) return { ok: true };
  return no('over', 'Only the person who rejected this can say why.');
}

function mentions(named: readonly string[]): readonly (string | Mention)[] {
  return joinPhrases(
    named.map((one) => [actorPart(one)]),
    ', ',
  );
}
