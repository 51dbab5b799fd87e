/** Plans what would be done now, based on current evidence. The plan is shown before anyone decides. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import type { DiffWords } from '../../runbook/changes/migrations.ts';
import {
  actsOnNamedType,
  NAMING_SOURCES,
  processTypeNamed,
} from '../../runbook/heroku/process-type-named.ts';
import { type Action, type Draft, isKind, type Plan } from '../../runbook/model/action.ts';
import type { ParamsOf } from '../../runbook/model/action-params.ts';
import { type ActionEvidence, refusal, ruleOf } from '../../runbook/model/action-spec.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { collectActionEvidence } from './collect-evidence.ts';
import type { ExecutionContext, PlanResult, ProposalRequest } from './context.ts';
import { useOf } from './subject.ts';

/** The action to plan. `by`: the asker, as the audit stores them. */
export interface Planning extends Omit<ProposalRequest, 'by' | 'wish'> {
  readonly by: string;
  readonly wish?: ProposalRequest['wish'] | undefined;
  /** The purpose of the evidence, if not the change itself. */
  readonly use?: Use;
}

/** Returns what would be done now. Writes nothing. */
export async function plan(context: ExecutionContext, planning: Planning): Promise<PlanResult> {
  const { facts, redactor, actionStore, canDo, now } = context;
  const { kind, target: named, by, reason, origin, wish, isFix = false, use = useOf(kind) } = planning;
  const spec = actionSpec(kind);
  const asksType = isFix && actsOnNamedType(kind);
  const sources = asksType ? [...new Set([...spec.needs, ...NAMING_SOURCES])] : spec.needs;
  const evidence = await collectActionEvidence(context, named, sources, {
    ref: wish?.ref ?? facts.github.ref,
    use,
    trace: null,
  });
  const runbookContext = { now: now(), target: named, facts };
  const processType = asksType ? processTypeNamed(kind, evidence, runbookContext) : named.processType;
  const target: Target = { ...named, processType };
  const twin = kind === 'deploy' ? await twinOf(context, target, evidence) : undefined;
  if (twin) return { ...refusal(twinWords(twin)), already: twin.id };
  const saved = await actionStore.savedFormations(target.app);
  const planned = spec.plan(evidence, { ...runbookContext, target }, { ...wish, saved });
  if (!planned.ok) return { ...planned, words: `${planned.words} Nothing was done.` };
  if (!canDo.has(kind)) return refusal(cannot(kind, planned.plan), planned.plan.byHand);
  const difference = await differenceWords(context, target.app, kind, planned.params, evidence);
  const rule = ruleOf(spec, facts);
  const draft: Draft = {
    kind,
    target: target.name,
    app: target.app,
    params: planned.params,
    plan: {
      ...planned.plan,
      warnings: [...(planned.plan.warnings ?? []), ...difference.warnings],
      expect: [...planned.plan.expect, ...difference.expect],
    },
    reason: reason === null ? null : redactor.text(fromOutside(reason)) || null,
    origin,
    askedBy: by,
    askedAt: now(),
    expiresAt: now() + facts.approvals.expireMinutes * 60_000,
    approvalsNeeded: rule.approvals,
    selfApprove: rule.selfApprove,
    holds: spec.holdsAtOnce,
  };
  return { ok: true, draft };
}

/**
 * Finds one of our deploys of the same commit that is already on its way, even if GitHub's lists do not show it yet.
 */
async function twinOf(
  { actionStore }: ExecutionContext,
  target: Target,
  { shipment }: ActionEvidence,
): Promise<Action | undefined> {
  const sha = shipment.ok ? shipment.value.head?.sha : undefined;
  return (await actionStore.open()).find(
    (one) =>
      isKind(one, 'deploy') &&
      one.target === target.name &&
      (one.state === 'approved' || one.state === 'executing') &&
      one.params.sha === sha,
  );
}

const DIFF_WITHIN_MS = 2_500;

/** A proposal at night does not wait for GitHub, so the words say what could not be read in time. */
async function differenceWords(
  { readDiffs }: ExecutionContext,
  app: string,
  kind: ActionKind,
  params: ParamsOf,
  evidence: ActionEvidence,
): Promise<DiffWords> {
  const { difference } = actionSpec(kind);
  const wanted = difference?.between(params, evidence) ?? null;
  if (!difference || wanted === null) return NO_WORDS;
  const seen = (await readDiffs(app, [wanted], useOf(kind), DIFF_WITHIN_MS)).get(wanted.version);
  return seen ? difference.words(seen) : NO_WORDS;
}

const NO_WORDS: DiffWords = { warnings: [], expect: [] };

function twinWords({ plan, progress }: Action): string {
  const seen = progress.words === undefined ? '' : ` ${progress.words}`;
  return `This commit is already on its way (${plan.title}).${seen} Nothing was done.`;
}

/** The rights for these actions are too broad for a running bot, unless its owners decide otherwise. */
const TOKEN: Readonly<Partial<Record<ActionKind, string>>> = {
  unfreeze: 'GITHUB_ADMIN_TOKEN',
  create_gate: 'GITHUB_ADMIN_TOKEN',
  boot_timeout: 'HEROKU_WRITE_API_KEY',
};

function cannot(kind: ActionKind, { will }: Plan): string {
  return `I have no token for this (${TOKEN[kind]} is not set). Nothing was done. What to do: ${will.join(' ')}`;
}
