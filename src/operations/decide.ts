/** The decision: who may is checked here, and the row says who was first. */
import type { Action } from '../runbook/action.ts';
import { type May, mayApprove, mayReject, type Person, rightsWords } from '../runbook/decision.ts';
import type { Acting, Acts, Decided } from './act.ts';
import type { Approved } from './ledger.ts';

const NO_SUCH = { ok: false, words: 'There is no such proposal. Nothing was done.' } as const;
const FASTER = { ok: false, why: 'over', words: 'Somebody was faster. Nothing was done.' } as const;

export function createDecide({ ledger, now }: Acting): Pick<Acts, 'find' | 'approve' | 'reject'> {
  const find = async (id: string): Promise<Action | null> => (isId(id) ? ledger.find(id) : null);

  /** Every refusal is written down: who tried, and why not. */
  async function refuse(id: string, person: Person, may: Extract<May, { ok: false }>): Promise<Decided> {
    await ledger.note(id, 'refused', person.id, { words: may.words }, now());
    return may;
  }

  async function approve(id: string, person: Person): Promise<Decided> {
    const action = await find(id);
    if (!action) return NO_SUCH;
    const may = mayApprove(action, person, now());
    if (!may.ok) return refuse(id, person, may);
    const approved = await ledger.approve(
      id,
      person.id,
      person.id === action.askedBy,
      now(),
      rightsWords(person),
    );
    if (approved.ok) return approved;
    return refuse(id, person, { ok: false, why: 'over', words: whyNot(approved, person) });
  }

  /** Between our look at the row and the compare-and-set somebody was faster. */
  function whyNot(approved: Extract<Approved, { ok: false }>, person: Person): string {
    if (approved.why === 'busy') return busyWords(approved.other);
    const may = mayApprove(approved.action, person, now());
    return may.ok ? FASTER.words : may.words;
  }

  async function reject(id: string, person: Person): Promise<Decided> {
    const action = await find(id);
    if (!action) return NO_SUCH;
    const may = mayReject(action, person, now());
    if (!may.ok) return refuse(id, person, may);
    const words = person.id === action.askedBy ? 'Withdrawn by the one who asked.' : 'Rejected.';
    const rights = rightsWords(person);
    const moved = await ledger.move(id, {
      from: ['proposed'],
      to: 'rejected',
      who: person.id,
      at: now(),
      outcome: { words: `${words} Nothing was done.`, evidence: [], next: [] },
      ...(rights === '' ? {} : { detail: { rights } }),
    });
    if (moved) return { ok: true, action: moved, complete: true };
    const late = mayReject((await ledger.find(id)) ?? action, person, now());
    return refuse(id, person, late.ok ? FASTER : late);
  }

  return { find, approve, reject };
}

export function busyWords({ kind, state, app }: Action): string {
  return `Another change of ${app} is under way: ${kind} is ${state}. Nothing was done. Try again when it has ended.`;
}

/** The ledger's ids are UUIDs: a forged value never reaches the database. */
function isId(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
