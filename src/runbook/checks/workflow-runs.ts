/** Step 4: the last runs of the deploy workflow, and where the last one for this target is. */

import { defineCheck } from '../model/check.ts';
import type { Evidence, Release } from '../model/evidence.ts';
import type { Context, Judgement, Status } from '../model/terms.ts';
import { FRESH_MS, holderOf, type RunReading, type RunsSeen, readRuns } from '../runs/reading.ts';
import { releaseOfRun } from '../runs/release-of-run.ts';
import type { RunStage } from '../runs/stage.ts';
import { openClause, runName, runWords, waitsFor, whereItStands } from '../runs/words.ts';
import { formatDuration } from '../text/time.ts';

/** What each stage of the newest run for the target makes of step 4. */
export const STATUS: Readonly<Record<RunStage, Status>> = {
  queued: 'pass',
  held: 'warn',
  checking: 'pass',
  at_gate: 'warn',
  waiting_other: 'warn',
  deploying: 'pass',
  deployed_going_on: 'pass',
  succeeded: 'pass',
  deployed_nothing: 'warn',
  skipped: 'pass',
  workflow_invalid: 'fail',
  not_started: 'warn',
  freeze_check_failed: 'fail',
  rejected_at_gate: 'warn',
  gate_not_satisfied: 'warn',
  failed_before_gate: 'fail',
  failed_after_gate: 'fail',
  failed_unplaced: 'fail',
  failed_beside_deploy: 'warn',
  cancelled_before_gate: 'warn',
  cancelled_at_gate: 'warn',
  cancelled_while_deploying: 'fail',
  cancelled_unplaced: 'warn',
};

/** A failure of before still stands: nothing was deployed since. */
const CHANGED_NOTHING: ReadonlySet<RunStage> = new Set([
  'queued',
  'held',
  'checking',
  'at_gate',
  'waiting_other',
  'not_started',
  'cancelled_before_gate',
]);

const DETAILS = 5;

export const workflowRunsCheck = defineCheck({
  id: 'workflow_runs',
  step: 4,
  title: 'CI workflow runs',
  byHand: {
    command:
      'gh run list --workflow=<workflow> --limit 10 --json event,conclusion,displayTitle | python3 -m json.tool',
    expect:
      'All "event": "push" → only staging has been deployed; production is untouched. Any "event": "workflow_dispatch" with "conclusion": "success" → production deploy succeeded at that time, if it was dispatched for production: its approvals and deployments tell.',
  },
  needs: ['runs', 'runDetails'],
  wants: ['deployments', 'olderRuns', 'releases', 'slug'],
  judge({ releases, slug, ...seen }, context) {
    const { target, facts, now } = context;
    if (seen.runs.length === 0 && (!seen.olderRuns.ok || seen.olderRuns.value.runs.length === 0))
      return { status: 'warn', summary: `${facts.github.deployWorkflow} has never run` };
    const diagnosisService = readRuns(seen, context);
    const { details = [], ...judged } = judgeRuns(diagnosisService, seen, { releases, slug }, context);
    const lines = diagnosisService
      .slice(0, DETAILS)
      .map((one) => `${runWords(one, now)} ${whereItStands(one, { target })}`);
    const unseen = [seen.deployments, seen.olderRuns].flatMap((one) =>
      one.ok ? [] : [`not seen: ${one.detail}`],
    );
    return { ...judged, details: [...details, ...lines, ...new Set(unseen)] };
  },
});

type Released = Pick<Evidence, 'releases' | 'slug'>;

/** A run that was skipped is neither failed nor passed: what went before it still stands. */
function judgeRuns(
  diagnosisService: readonly RunReading[],
  seen: RunsSeen,
  released: Released,
  context: Context,
): Judgement {
  const told = diagnosisService.filter(({ stage }) => stage !== 'skipped');
  const own = told.find((one) => one.target === 'this');
  const unclear = told.find((one) => one.target === 'unknown');
  // A newer run that does not say where it went stands before an older one that does: it may be ours.
  if (unclear && (!own || told.indexOf(unclear) < told.indexOf(own)))
    return judgeUnclear(unclear, own, diagnosisService, context);
  if (own) return judgeOwn(own, diagnosisService, released, context);
  return judgeNone(diagnosisService, seen, context);
}

function judgeUnclear(
  unclear: RunReading,
  own: RunReading | undefined,
  diagnosisService: readonly RunReading[],
  context: Context,
): Judgement {
  const { now } = context;
  const isFailing = own !== undefined && STATUS[own.stage] === 'fail';
  const itsOwn = STATUS[unclear.stage] === 'pass' ? 'warn' : STATUS[unclear.stage];
  const status = isFailing && CHANGED_NOTHING.has(unclear.stage) ? 'fail' : itsOwn;
  const before = own ? `; before it, ${runWords(own, now)} ${whereItStands(own, context)}` : '';
  if (unclear.stage === 'held') {
    const { summary, details } = heldWords(unclear, diagnosisService, context);
    return { status, summary: isFailing ? summary + before : summary, details };
  }
  const words = `${runWords(unclear, now)} ${whereItStands(unclear, context)}; GitHub does not say for which environment`;
  const summary = `${words}${hintOf(unclear, context)}${before}${othersAtGate(unclear, diagnosisService, context)}`;
  return { status, summary };
}

/** A title is no proof: whoever wrote the workflow may put anything there. */
function hintOf({ run }: RunReading, { facts }: Context): string {
  const words = run.title.split(/[^\w-]+/);
  const named = facts.targets.map(({ environment }) => environment).filter((one) => words.includes(one));
  return named.length === 0 ? '' : ` (its title names ${named.join(' and ')})`;
}

function judgeOwn(
  own: RunReading,
  diagnosisService: readonly RunReading[],
  released: Released,
  context: Context,
): Judgement {
  const { target, now } = context;
  if (own.stage === 'held') return { status: STATUS.held, ...heldWords(own, diagnosisService, context) };
  const unasked = target.gated && own.gate.passage === 'passed' && own.approvedBy.length === 0;
  const asked = own.approvedBy.length > 0 ? `, approved by ${own.approvedBy.join(', ')}` : '';
  const words = unasked ? ', with nobody’s approval' : asked;
  const others = othersAtGate(own, diagnosisService, context);
  const summary = `${runWords(own, now)} ${whereItStands(own, context)}${words}`;
  const status = STATUS[own.stage] === 'pass' && (unasked || others !== '') ? 'warn' : STATUS[own.stage];
  return own.stage === 'succeeded'
    ? (judgeRelease(own, summary, released, context) ?? { status, summary: summary + others })
    : { status, summary: summary + others };
}

/** A green run is no deploy when its release failed, or never came. null: nothing says so. */
function judgeRelease(
  own: RunReading,
  summary: string,
  released: Released,
  context: Context,
): Judgement | null {
  const { target, now } = context;
  const result = releaseOfRun(own, released, now);
  if (result.kind === 'fine') return null;
  const sha = own.run.sha.slice(0, 8);
  const current = released.releases.ok ? released.releases.value.find((one) => one.current) : undefined;
  const runs = current ? `; ${target.app} still runs v${current.version} (${current.description})` : '';
  if (result.kind === 'none')
    return {
      status: 'warn',
      summary: `${summary}, but Heroku made no release of ${sha} while it ran: it may not be deployed${runs}`,
    };
  const { version, description, createdAt }: Release = result.release;
  return {
    status: now - createdAt <= FRESH_MS ? 'fail' : 'warn',
    summary: `${summary}, but its release v${version} (${description}) failed: ${sha} is not deployed${runs}`,
  };
}

/** `run 9262 (…) is queued behind run 9255, which has waited 13 d for Kristerpher at the production gate` */
function heldWords(
  held: RunReading,
  diagnosisService: readonly RunReading[],
  { now }: Context,
): { readonly summary: string; readonly details: readonly string[] } {
  const holder = holderOf(held, diagnosisService);
  const begin = `${runWords(held, now)} is queued behind`;
  if (!holder)
    return {
      summary: `${begin} another run of its concurrency group, which was not found`,
      details: [held.run.url],
    };
  const words = `${begin} ${runName(holder.run)}, ${openClause(holder, now)}`;
  return { summary: words, details: [`${runName(holder.run)}: ${holder.run.url}`] };
}

/** Runs of this target that wait at the gate beside the one that is spoken of: nothing reminds anybody of them. */
function othersAtGate(spoken: RunReading, diagnosisService: readonly RunReading[], { now }: Context): string {
  return diagnosisService
    .filter((one) => one.target === 'this' && one.stage === 'at_gate' && one.run.id !== spoken.run.id)
    .map(
      (one) =>
        `; ${runName(one.run)} has waited ${formatDuration(now - one.run.startedAt)} for ${waitsFor(one)}`,
    )
    .join('');
}

/** "Untouched" is said only when the look beyond the shown runs found none, and had all of them. */
function judgeNone(
  diagnosisService: readonly RunReading[],
  seen: RunsSeen,
  { target, now }: Context,
): Judgement {
  const { environment, gated } = target;
  const { olderRuns, runs } = seen;
  const count = runs.length;
  const last = `${count === 1 ? 'last run was not' : `last ${count} runs were not`} for ${environment}`;
  if (!gated) return { status: 'warn', summary: `The ${last}` };
  if (!olderRuns.ok)
    return { status: 'warn', summary: `The ${last}; older ones were not read (${olderRuns.detail})` };
  const days = formatDuration(now - olderRuns.value.since);
  if (!olderRuns.value.isWhole)
    return { status: 'warn', summary: `The ${last}; of the last ${days}, not every run was read` };
  const allPushes = diagnosisService.every(({ run }) => run.event === 'push');
  const shown = allPushes
    ? `The last ${count === 1 ? 'run was a push' : `${count} runs were all pushes`}: only staging has been deployed`
    : `The ${last}`;
  return {
    status: 'warn',
    summary: `${shown}; no ${environment} run in ${days}: ${environment} is untouched`,
  };
}
