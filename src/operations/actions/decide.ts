/** The decision: who may is checked here, and the row says who was first. */

import type { Action, ManualCommand } from '../../runbook/model/action.ts';
import {
  type May,
  mayApprove,
  mayExplain,
  mayReject,
  type Person,
  rightsWords,
} from '../../runbook/people/permissions.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import type { Acting, Acts, Decided } from './context.ts';

const NO_SUCH = {
  ok: false,
  words: 'There is no such proposal. Nothing was done.',
  manualCommand: null,
} as const;
const FASTER = {
  ok: false,
  why: 'over',
  words: 'Already decided by somebody else. Nothing was done.',
} as const;

export function createDecide({
  ledger,
  facts: { people },
  redactor,
  now,
}: Acting): Pick<Acts, 'find' | 'approve' | 'reject' | 'explain'> {
  const find = async (id: string): Promise<Action | null> => (isId(id) ? ledger.find(id) : null);

  /** Every refusal is written down: who tried, and why not. */
  async function refuse(
    id: string,
    person: Person,
    may: Extract<May, { ok: false }>,
    manualCommand: ManualCommand = null,
  ): Promise<Decided> {
    await ledger.note(id, 'refused', person.id, { words: may.words }, now());
    return { ...may, manualCommand };
  }

  async function approve(id: string, person: Person): Promise<Decided> {
    const action = await find(id);
    if (!action) return NO_SUCH;
    const may = mayApprove(action, person, now(), people);
    if (!may.ok) return refuse(id, person, may);
    const approved = await ledger.approve(
      id,
      person.id,
      person.id === action.askedBy,
      now(),
      rightsWords(person),
    );
    if (approved.ok) return approved;
    if (approved.why === 'busy') {
      const words = busyWords(approved.other);
      return refuse(id, person, { ok: false, why: 'over', words }, action.plan.byHand);
    }
    return refuse(id, person, { ok: false, why: 'over', words: tooLate(approved.action, person) });
  }

  /** Between our look at the row and the compare-and-set somebody was faster. */
  function tooLate(action: Action, person: Person): string {
    const may = mayApprove(action, person, now(), people);
    return may.ok ? FASTER.words : may.words;
  }

  async function reject(id: string, person: Person): Promise<Decided> {
    const action = await find(id);
    if (!action) return NO_SUCH;
    const may = mayReject(action, person, now(), people);
    if (!may.ok) return refuse(id, person, may);
    const words = person.id === action.askedBy ? 'Withdrawn by the one who asked.' : 'Rejected.';
    const rights = rightsWords(person);
    const moved = await ledger.move(id, {
      from: ['proposed'],
      to: 'rejected',
      who: person.id,
      at: now(),
      outcome: { words: `${words} Nothing was done.`, evidence: [], next: [], manualCommand: null },
      tell: 'thread',
      ...(rights === '' ? {} : { detail: { rights } }),
    });
    if (moved) return { ok: true, action: moved, complete: true };
    const late = mayReject((await ledger.find(id)) ?? action, person, now(), people);
    return refuse(id, person, late.ok ? FASTER : late);
  }

  /** The rejection waits for no reason: it may be given afterwards, and whoever asked is told. */
  async function explain(id: string, person: Person, reason: string): Promise<Decided> {
    const action = await find(id);
    if (!action) return NO_SUCH;
    const may = mayExplain(action, person);
    if (!may.ok) return refuse(id, person, may);
    const words = `Rejected: “${redactor.text(reason.trim())}”`;
    const moved = await ledger.move(id, {
      from: ['rejected'],
      to: 'rejected',
      event: 'explained',
      who: person.id,
      at: now(),
      outcome: { words: `${words}. Nothing was done.`, evidence: [], next: [], manualCommand: null },
      tell: 'thread',
    });
    return moved ? { ok: true, action: moved, complete: true } : NO_SUCH;
  }

  return { find, approve, reject, explain };
}

/** Names the other change and how far it is: its card has the rest. */
export function busyWords({ kind, state, app, plan, progress, sentAt }: Action): string {
  const at = sentAt === null ? '' : ` since ${formatInstant(sentAt)}`;
  const seen = progress.words === undefined ? '' : ` ${progress.words}`;
  return `Another change of ${app} is under way: ${kind} is ${state}${at} (${plan.title}).${seen} Nothing was done. Try again when it has ended.`;
}

/** The ledger's ids are UUIDs: a forged value never reaches the database. */
function isId(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
