/** A proposal: what would be done now, frozen, and waiting for whoever may decide. */
import { type Plan, ruleOf, type SavedFormation } from '../runbook/action.ts';
import { actionSpec } from '../runbook/actions/index.ts';
import { mayPropose } from '../runbook/decision.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import type { Acting, Acts, Asked, Asking } from './act.ts';
import type { Draft } from './ledger.ts';

/** Rests on evidence of now, however old the card is that it was asked from. A live proposal of the kind is shown again. */
export function createPropose(
  { facts, redactor, ledger, canDo, see, now }: Acting,
  expire: Acts['expire'],
): Acts['propose'] {
  return async ({ kind, target, by, reason, origin, wish }: Asking): Promise<Asked> => {
    const may = mayPropose(by);
    if (!may.ok) {
      await ledger.note(null, 'refused', by.id, { kind, target: target.name, words: may.words }, now());
      return may;
    }
    const spec = actionSpec(kind);
    const evidence = await see(target, spec.needs, { ref: wish?.ref ?? facts.github.ref, trace: null });
    const saved: readonly SavedFormation[] = await ledger.savedFormations(target.app);
    const planned = spec.plan(evidence, { now: now(), target, facts }, { ...wish, saved });
    if (!planned.ok) return { ok: false, words: `${planned.words} Nothing was done.` };
    if (!canDo.has(kind)) return { ok: false, words: cannot(kind, planned.plan) };
    const rule = ruleOf(spec, facts);
    const draft: Draft = {
      kind,
      target: target.name,
      app: target.app,
      params: planned.params,
      plan: planned.plan,
      reason: redactor.text(reason),
      origin,
      askedBy: by.id,
      askedAt: now(),
      expiresAt: now() + facts.approvals.expireMinutes * 60_000,
      approvalsNeeded: rule.approvals,
      selfApprove: rule.selfApprove,
    };
    let proposed = await ledger.propose(draft);
    if (!proposed.ok && proposed.live.expiresAt <= now()) {
      // Its time is over, and nobody has said so yet: it must not stand in the way.
      await expire(proposed.live.id);
      proposed = await ledger.propose(draft);
    }
    return proposed.ok
      ? { ok: true, action: proposed.action, isNew: true }
      : { ok: true, action: proposed.live, isNew: false };
  };
}

/** The rights for these are too wide for a running bot, unless its owners decide otherwise. */
const TOKEN: Readonly<Partial<Record<ActionKind, string>>> = {
  unfreeze: 'GITHUB_ADMIN_TOKEN',
  create_gate: 'GITHUB_ADMIN_TOKEN',
  boot_timeout: 'HEROKU_WRITE_API_KEY',
};

function cannot(kind: ActionKind, { will, byHand }: Plan): string {
  return `I have no token for this (${TOKEN[kind]} is not set). Nothing was done. What to do: ${will.join(' ')} By hand: ${byHand}`;
}
