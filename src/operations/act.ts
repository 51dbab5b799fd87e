/** From a proposal to its true end: propose, decide, execute once, look until it is seen. */
import type { Action, Outcome, SavedFormation, Wish, WriteRequest, WriteResult } from '../runbook/action.ts';
import { ruleOf } from '../runbook/action.ts';
import { type AnyActionSpec, actionSpec } from '../runbook/actions/index.ts';
import { formatDuration, formatInstant } from '../runbook/age.ts';
import { type May, mayApprove, mayPropose, mayReject, type Person } from '../runbook/decision.ts';
import type { ActionKind, Context } from '../runbook/diagnosis.ts';
import type { Evidence, SourceName } from '../runbook/evidence.ts';
import type { Facts, Target } from '../runbook/facts.ts';
import type { Redactor } from '../runbook/redact.ts';
import { type CollectDeps, collect } from './collect.ts';
import type { Approved, Ledger } from './ledger.ts';
import { redactEvidence } from './redact-evidence.ts';

export interface ActDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
  readonly ledger: Ledger;
  /** Sends one request, once. Never rejects. */
  write(request: WriteRequest): Promise<WriteResult>;
}

export interface Asking {
  readonly kind: ActionKind;
  readonly target: Target;
  readonly by: Person;
  readonly reason: string;
  readonly origin: Action['origin'];
  readonly wish?: Pick<Wish, 'version'>;
}

export type Asked =
  | { readonly ok: true; readonly action: Action; readonly isNew: boolean }
  | { readonly ok: false; readonly words: string };

export type Decided =
  | { readonly ok: true; readonly action: Action; readonly complete: boolean }
  | { readonly ok: false; readonly words: string };

/** An approval is acted upon within this time, or not at all: the world moves on. */
export const APPROVED_FOR_MS = 60_000;
/** Longer than any write may take: after that no process is at it any more. */
const WRITE_MS = 25_000;
const LOOK_EVERY_MS = 2_000;
const BOT = 'bot';

export interface Acts {
  /** null: there is no such action, or the id is none. */
  find(id: string): Promise<Action | null>;
  propose(asking: Asking): Promise<Asked>;
  approve(id: string, person: Person): Promise<Decided>;
  reject(id: string, person: Person): Promise<Decided>;
  /** Sends an approved action, once; does nothing for any other. */
  execute(id: string): Promise<void>;
  /** Looks whether what was sent took effect; ends the action, or looks again later. */
  verify(id: string): Promise<void>;
  expire(id: string): Promise<void>;
  /** What a process left behind that is gone: never executed again, only looked at. */
  recover(): Promise<void>;
}

export function createActs(deps: ActDeps): Acts {
  const { ledger, facts, now } = deps;

  async function seeing(target: Target, sources: readonly SourceName[]) {
    const evidence: Evidence = redactEvidence(
      await collect(target, facts, deps, new Set(sources)),
      deps.redactor,
    );
    const context: Context = { now: now(), target, facts };
    return { evidence, context };
  }

  async function propose({ kind, target, by, reason, origin, wish }: Asking): Promise<Asked> {
    const may = mayPropose(by);
    if (!may.ok) {
      await ledger.note(null, 'refused', by.id, { kind, target: target.name, words: may.words }, now());
      return may;
    }
    const spec = actionSpec(kind);
    if (!spec) return { ok: false, words: `I cannot do ${kind} yet. Nothing was done.` };
    const { evidence, context } = await seeing(target, spec.needs);
    const saved: readonly SavedFormation[] = await ledger.savedFormations(target.app);
    const planned = spec.plan(evidence, context, { ...wish, saved });
    if (!planned.ok) return { ok: false, words: `${planned.words} Nothing was done.` };
    const rule = ruleOf(spec, facts);
    const proposed = await ledger.propose({
      kind,
      target: target.name,
      app: target.app,
      params: planned.params,
      plan: planned.plan,
      reason: deps.redactor.text(reason),
      origin,
      askedBy: by.id,
      askedAt: now(),
      expiresAt: now() + facts.approvals.expireMinutes * 60_000,
      approvalsNeeded: rule.approvals,
      selfApprove: rule.selfApprove,
    });
    return proposed.ok
      ? { ok: true, action: proposed.action, isNew: true }
      : { ok: true, action: proposed.live, isNew: false };
  }

  /** Every refusal is written down: who tried, and why not. */
  async function refuse(id: string, person: Person, may: Extract<May, { ok: false }>): Promise<Decided> {
    await ledger.note(id, 'refused', person.id, { words: may.words }, now());
    return may;
  }

  const find = async (id: string): Promise<Action | null> => (isId(id) ? ledger.find(id) : null);

  async function approve(id: string, person: Person): Promise<Decided> {
    const action = await find(id);
    if (!action) return { ok: false, words: 'There is no such proposal. Nothing was done.' };
    const may = mayApprove(action, person, now());
    if (!may.ok) return refuse(id, person, may);
    const approved = await ledger.approve(id, person.id, person.id === action.askedBy, now());
    if (approved.ok) return approved;
    return refuse(id, person, { ok: false, words: whyNot(approved, person) });
  }

  /** Between our look at the row and the compare-and-set somebody was faster. */
  function whyNot(approved: Extract<Approved, { ok: false }>, person: Person): string {
    if (approved.why === 'busy') {
      const { kind, state } = approved.other;
      return `Another change of ${approved.other.app} is under way: ${kind} is ${state}. Nothing was done. Try again when it has ended.`;
    }
    const may = mayApprove(approved.action, person, now());
    return may.ok ? 'Somebody was faster. Nothing was done.' : may.words;
  }

  async function reject(id: string, person: Person): Promise<Decided> {
    const action = await find(id);
    if (!action) return { ok: false, words: 'There is no such proposal. Nothing was done.' };
    const may = mayReject(action, person, now());
    if (!may.ok) return refuse(id, person, may);
    const withdrawn = person.id === action.askedBy;
    const outcome = {
      words: withdrawn ? 'Withdrawn by the one who asked.' : 'Rejected.',
      evidence: [],
      next: [],
    };
    const moved = await ledger.move(id, {
      from: ['proposed'],
      to: 'rejected',
      who: person.id,
      at: now(),
      outcome,
    });
    if (moved) return { ok: true, action: moved, complete: true };
    const later = (await ledger.find(id)) ?? action;
    const late = mayReject(later, person, now());
    return refuse(
      id,
      person,
      late.ok ? { ok: false, words: 'Somebody was faster. Nothing was done.' } : late,
    );
  }

  async function execute(id: string): Promise<void> {
    const action = await ledger.find(id);
    if (action?.state !== 'approved') return;
    const setting = settingOf(action, facts);
    if (!setting) return supersede(action, 'The runbook file does not name this target any more.');
    if (now() - (action.decidedAt ?? 0) > APPROVED_FOR_MS)
      return supersede(action, 'It was not sent within a minute of its approval.');
    const { spec, target } = setting;
    const { evidence, context } = await seeing(target, spec.needs);
    const applies = spec.stillApplies(action.params, evidence, context);
    if (!applies.ok) return supersede(action, `It does not apply any more: ${applies.words}.`);
    if (action.kind === 'stop') await saveFormation(action);
    // From here on it counts as perhaps sent: a process that dies now leaves a row that is only looked at.
    const moved = await ledger.move(id, { from: ['approved'], to: 'executing', who: BOT, at: now() });
    if (moved) await note(moved, await deps.write(spec.request(action.params, context)));
  }

  /** What the other side said of the write; then it is looked for, by a job of the same transaction. */
  async function note(action: Action, result: WriteResult): Promise<void> {
    const common = { from: ['executing'], who: BOT, at: now() } as const;
    if (result.kind === 'refused') {
      const words = `Refused: ${result.words}. Nothing was changed. By hand: ${action.plan.byHand}`;
      await ledger.move(action.id, { ...common, to: 'failed', outcome: { words, evidence: [], next: [] } });
      return;
    }
    const answered = result.kind === 'done';
    await ledger.move(action.id, {
      ...common,
      to: 'executing',
      event: answered ? 'sent' : 'no_answer',
      progress: { answered, ...(answered ? {} : { words: result.words }) },
      ...(answered ? {} : { detail: { words: result.words } }),
      verifyAt: now(),
    });
  }

  async function verify(id: string): Promise<void> {
    const action = await ledger.find(id);
    if (action?.state !== 'executing') return;
    const setting = settingOf(action, facts);
    if (setting) await look(id, setting.spec);
    else
      await end(action, 'unconfirmed', {
        words: 'The runbook file does not name this target any more.',
        evidence: [],
        next: [],
      });
  }

  async function look(id: string, spec: AnyActionSpec): Promise<void> {
    const action = await ledger.find(id);
    const setting = action && settingOf(action, facts);
    if (action?.state !== 'executing' || !setting) return;
    const { evidence, context } = await seeing(setting.target, spec.looksAt);
    const sentAt = action.sentAt ?? now();
    const found = spec.look(action.params, evidence, context, sentAt);
    if (found.seen === 'done') {
      if (action.kind === 'restore') await markRestored(action);
      return end(action, 'succeeded', {
        words: `${found.words}.`,
        evidence: found.evidence,
        next: spec.next,
      });
    }
    if (found.seen === 'failed') {
      const words = `It was done, and went wrong: ${found.words}.`;
      return end(action, 'failed', { words, evidence: found.evidence, next: [] });
    }
    const late = now() - sentAt > spec.withinMs;
    if (late) return end(action, 'unconfirmed', unconfirmed(action, found.words, sentAt, spec.withinMs));
    await ledger.lookAgain(id, now() + LOOK_EVERY_MS);
  }

  async function end(
    action: Action,
    to: 'succeeded' | 'failed' | 'unconfirmed',
    outcome: Outcome,
  ): Promise<void> {
    await ledger.move(action.id, { from: ['executing'], to, who: BOT, at: now(), outcome });
  }

  async function supersede(action: Action, words: string): Promise<void> {
    const outcome = { words: `Not sent. ${words} Ask again.`, evidence: [], next: [action.kind] };
    await ledger.move(action.id, { from: ['approved'], to: 'superseded', who: BOT, at: now(), outcome });
  }

  async function saveFormation({ id, app, params }: Action): Promise<void> {
    const { processType, quantity, size } = params;
    const saved = { processType: String(processType), quantity: Number(quantity), size: String(size) };
    await ledger.saveFormation(id, app, saved, now());
  }

  function markRestored({ app, params }: Action): Promise<void> {
    return ledger.markRestored(app, String(params.processType), now());
  }

  async function expire(id: string): Promise<void> {
    const action = await ledger.find(id);
    if (action?.state !== 'proposed' || now() < action.expiresAt) return;
    const outcome = {
      words: 'Nobody decided in time. Nothing was done. Ask again.',
      evidence: [],
      next: [action.kind],
    };
    await ledger.move(id, { from: ['proposed'], to: 'expired', who: BOT, at: now(), outcome });
  }

  async function recover(): Promise<void> {
    for (const action of await ledger.open()) {
      if (action.state === 'proposed') await expire(action.id);
      if (action.state === 'approved') await execute(action.id);
      if (action.state === 'executing') await takeUp(action);
    }
  }

  /** Of another process that may be at it still, nothing is taken; of one that is gone, the looking only. */
  async function takeUp(action: Action): Promise<void> {
    const age = now() - (action.sentAt ?? 0);
    const within = actionSpec(action.kind)?.withinMs ?? 0;
    if (action.progress.answered === undefined && age > WRITE_MS) {
      await note(action, { kind: 'unknown', words: 'the process that sent it ended before the answer came' });
    } else if (age > WRITE_MS + within) await verify(action.id);
  }

  return { find, propose, approve, reject, execute, verify, expire, recover };
}

/** The ledger's ids are UUIDs: a forged value never reaches the database. */
function isId(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function settingOf(
  { kind, target: name }: Action,
  facts: Facts,
): { spec: AnyActionSpec; target: Target } | null {
  const spec = actionSpec(kind);
  const target = facts.targets.find((one) => one.name === name);
  return spec && target ? { spec, target } : null;
}

function unconfirmed(action: Action, seen: string, sentAt: number, withinMs: number): Outcome {
  const sent = action.progress.answered === true ? 'was taken' : 'was sent, and no answer came';
  const words = `Not confirmed. The request ${sent} at ${formatInstant(sentAt)}; within ${formatDuration(withinMs)} it was not seen to take effect: ${seen}. It is not sent again. By hand: ${action.plan.byHand}`;
  return { words, evidence: [seen], next: [] };
}
