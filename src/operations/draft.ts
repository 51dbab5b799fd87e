/** What would be done now, on evidence of now: the plan that is shown before anybody decides. */
import { type Plan, ruleOf, type SavedFormation } from '../runbook/action.ts';
import { actionSpec } from '../runbook/actions/index.ts';
import { byHand } from '../runbook/by-hand.ts';
import type { ActionKind } from '../runbook/diagnosis.ts';
import { fromOutside } from '../runbook/harmless.ts';
import type { Asking, Doing } from './act.ts';
import type { Draft } from './ledger.ts';

export type Drafted =
  | { readonly ok: true; readonly draft: Draft }
  /** Nothing can be done, or nothing needs to be: `words` say why. */
  | { readonly ok: false; readonly words: string };

/** `by`: who is named in the audit. Writes nothing. */
export type CreateDraft = (
  asking: Omit<Asking, 'by' | 'wish'> & { readonly by: string; readonly wish?: Asking['wish'] | undefined },
) => Promise<Drafted>;

export function createDrafting({ facts, redactor, ledger, canDo, see, now }: Doing): CreateDraft {
  return async ({ kind, target, by, reason, origin, wish }) => {
    const spec = actionSpec(kind);
    const evidence = await see(target, spec.needs, { ref: wish?.ref ?? facts.github.ref, trace: null });
    const saved: readonly SavedFormation[] = await ledger.savedFormations(target.app);
    const planned = spec.plan(evidence, { now: now(), target, facts }, { ...wish, saved });
    if (!planned.ok) {
      const words = `${planned.words} Nothing was done. By hand: ${planned.byHand ?? byHand(kind, target, facts)}`;
      return { ok: false, words };
    }
    if (!canDo.has(kind)) return { ok: false, words: cannot(kind, planned.plan) };
    const rule = ruleOf(spec, facts);
    const draft: Draft = {
      kind,
      target: target.name,
      app: target.app,
      params: planned.params,
      plan: planned.plan,
      reason: redactor.text(fromOutside(reason)),
      origin,
      askedBy: by,
      askedAt: now(),
      expiresAt: now() + facts.approvals.expireMinutes * 60_000,
      approvalsNeeded: rule.approvals,
      selfApprove: rule.selfApprove,
    };
    return { ok: true, draft };
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
