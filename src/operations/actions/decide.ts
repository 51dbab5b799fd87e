/** Decides on a proposal: this file checks who may do it, and the row decides who was first. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { type Action, type ManualCommand, outcomeOf } from '../../runbook/model/action.ts';
import { refusal, ruleOf } from '../../runbook/model/action-spec.ts';
import {
  type Deciding,
  type May,
  mayApprove,
  mayExplain,
  mayReject,
  type Person,
  rightsWords,
} from '../../runbook/people/permissions.ts';
import { type Phrase, phraseText } from '../../runbook/text/phrase.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import type { ActionContext, DecisionResult } from './context.ts';
import { findSubject } from './subject.ts';

const NOTHING_DONE = 'Nothing was done.';
const NO_SUCH = refusal('There is no such proposal. Nothing was done.');
const UNKNOWN_TARGET =
  'This bot’s runbook file does not name this target, so I can’t tell its approval rules. Nothing was done.';
const ALREADY_DECIDED = {
  ok: false,
  why: 'over',
  words: 'Already decided by someone else. Nothing was done.',
} as const;

/** Returns null when there is no such action, or the id is malformed. */
export async function find(
  { actionStore }: Pick<ActionContext, 'actionStore'>,
  id: string,
): Promise<Action | null> {
  return isId(id) ? actionStore.find(id) : null;
}

/** The audit records every refusal: who tried, and why it was refused. */
async function refuse(
  { actionStore, now }: ActionContext,
  id: string,
  person: Person,
  may: Extract<May, { ok: false }>,
  manualCommand: ManualCommand = null,
): Promise<DecisionResult> {
  await actionStore.note(id, 'refused', person.id, { words: phraseText(may.words) }, now());
  return { ...may, manualCommand };
}

/**
 * Reads the rules of the current runbook file. Earlier approvers are checked again, because they may have approved
 * under an older file.
 */
async function decidingNow(
  { facts, isApprover }: ActionContext,
  { kind, approvals }: Action,
): Promise<Deciding & { without: readonly string[] }> {
  const rule = ruleOf(actionSpec(kind), facts);
  const counts = await Promise.all(
    approvals.map(async ({ person, isSelf }) => (rule.selfApprove || !isSelf) && isApprover(person)),
  );
  const counted = approvals.filter((_, index) => counts[index]).map(({ person }) => person);
  const without = approvals.map(({ person }) => person).filter((person) => !counted.includes(person));
  return { people: facts.people, rule, counted, without };
}

export async function approve(context: ActionContext, id: string, person: Person): Promise<DecisionResult> {
  const { actionStore, facts, now } = context;
  const action = await find(context, id);
  if (!action) return NO_SUCH;
  // The file no longer names the target, so its approval rules are unknown and cannot be met.
  if (!findSubject(action, facts))
    return refuse(context, id, person, { ok: false, why: 'over', words: UNKNOWN_TARGET });
  const deciding = await decidingNow(context, action);
  const may = mayApprove(action, person, now(), deciding);
  if (!may.ok) return refuse(context, id, person, may);
  const isSelf = person.id === action.askedBy;
  const { rule, without } = deciding;
  const noted = [rightsWords(person), withoutWords(without)].filter((one) => one !== null);
  const words = noted.length === 0 ? null : noted.join('; ');
  const approved = await actionStore.approve(id, person.id, isSelf, now(), words, { ...rule, without });
  if (approved.ok) return approved;
  if (approved.why === 'busy') {
    const words = busyWords(approved.other);
    return refuse(context, id, person, { ok: false, why: 'over', words }, action.plan.byHand);
  }
  return refuse(context, id, person, {
    ok: false,
    why: 'over',
    words: tooLate(context, approved.action, person, deciding),
  });
}

/** Someone else decided between our read of the row and the compare-and-set. */
function tooLate({ now }: ActionContext, action: Action, person: Person, deciding: Deciding): Phrase {
  const may = mayApprove(action, person, now(), deciding);
  return may.ok ? ALREADY_DECIDED.words : may.words;
}

export async function reject(context: ActionContext, id: string, person: Person): Promise<DecisionResult> {
  const { actionStore, facts, now } = context;
  const action = await find(context, id);
  if (!action) return NO_SUCH;
  const may = mayReject(action, person, now(), facts.people);
  if (!may.ok) return refuse(context, id, person, may);
  const words =
    person.id === action.askedBy ? `Withdrawn by the person who asked. ${NOTHING_DONE}` : NOTHING_DONE;
  const rights = rightsWords(person);
  const outcome = outcomeOf(words);
  const moved = await actionStore.move(id, { name: 'reject', at: now(), who: person.id, outcome, rights });
  if (moved) return { ok: true, action: moved, complete: true };
  const late = mayReject((await actionStore.find(id)) ?? action, person, now(), facts.people);
  return refuse(context, id, person, late.ok ? ALREADY_DECIDED : late);
}

/**
 * A rejection takes effect without a reason. The reason may be added afterwards, and is posted so that the proposer
 * sees it.
 */
export async function explain(
  context: ActionContext,
  id: string,
  person: Person,
  reason: string,
): Promise<DecisionResult> {
  const { actionStore, redactor, now } = context;
  const action = await find(context, id);
  if (!action) return NO_SUCH;
  const may = mayExplain(action, person);
  if (!may.ok) return refuse(context, id, person, may);
  const outcome = { ...outcomeOf(NOTHING_DONE), reason: redactor.text(reason.trim()) };
  const moved = await actionStore.move(id, { name: 'explain', at: now(), who: person.id, outcome });
  return moved ? { ok: true, action: moved, complete: true } : NO_SUCH;
}

/** Returns a note for the audit about approvals that were not counted. Returns null when all were. */
function withoutWords(without: readonly string[]): string | null {
  return without.length === 0 ? null : `not counted under the current rules: ${without.join(', ')}`;
}

/** Names the other change and how far it has come. Its card has the rest. */
export function busyWords({ app, plan, progress, sentAt }: Action): string {
  const at = sentAt === null ? 'not sent yet' : `sent at ${formatInstant(sentAt)}`;
  const seen = progress.words === undefined ? '' : ` ${progress.words}`;
  return `Another change to ${app} is in progress: ${plan.title}, ${at}.${seen} Nothing was done. Try again once it finishes.`;
}

/** The ledger's ids are UUIDs, so a forged value never reaches the database. */
function isId(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
