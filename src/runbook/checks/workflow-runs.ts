/** Step 4: judges the last runs of the deploy workflow, and how far the newest run for this target has come. */

import { defineCheck } from '../model/check.ts';
import type { Judgement, RunbookContext } from '../model/terms.ts';
import { type RunReading, type RunsSeen, readRuns } from '../runs/reading.ts';
import { approvedWords, runWords, whereItStands } from '../runs/words.ts';
import { formatDuration } from '../text/time.ts';
import { heldWords, othersAtGate } from './workflow-runs/queued-runs.ts';
import { judgeRelease, type Released } from './workflow-runs/run-release.ts';
import { CHANGED_NOTHING, STAGE_STATUS } from './workflow-runs/stage-status.ts';

const DETAILS = 5;

export const workflowRunsCheck = defineCheck({
  id: 'workflow_runs',
  step: 4,
  title: 'CI workflow runs',
  byHand: {
    command:
      'gh run list --workflow=<workflow> --limit 10 --json event,conclusion,displayTitle | python3 -m json.tool',
    expect:
      'All "event": "push" → only staging has been deployed; production is untouched. Any "event": "workflow_dispatch" with "conclusion": "success" → production deploy succeeded at that time, if it was dispatched for production: its approvals and deployments show it.',
  },
  needs: ['runs', 'runDetails'],
  wants: ['deployments', 'olderRuns', 'releases', 'slug'],
  judge({ releases, slug, ...seen }, context) {
    const { target, facts, now } = context;
    if (seen.runs.length === 0 && (!seen.olderRuns.ok || seen.olderRuns.value.runs.length === 0))
      return { status: 'warn', summary: `${facts.github.deployWorkflow} has never run` };
    const readings = readRuns(seen, context);
    const { details = [], ...judged } = judgeRuns(readings, seen, { releases, slug }, context);
    const lines = readings
      .slice(0, DETAILS)
      .map((one) => `${runWords(one, now)} ${whereItStands(one, { target })}`);
    const unseen = [seen.deployments, seen.olderRuns].flatMap((one) =>
      one.ok ? [] : [`couldn't read ${one.detail}`],
    );
    return { ...judged, details: [...details, ...lines, ...new Set(unseen)] };
  },
});

/** A skipped run neither failed nor passed, so the run before it still counts. */
function judgeRuns(
  readings: readonly RunReading[],
  seen: RunsSeen,
  released: Released,
  context: RunbookContext,
): Judgement {
  const counted = readings.filter(({ stage }) => stage !== 'skipped');
  const own = counted.find((one) => one.target === 'this');
  const unclear = counted.find((one) => one.target === 'unknown');
  // A newer run with an unknown environment comes before an older run for this target, because it may be for this
  // target too.
  if (unclear && (!own || counted.indexOf(unclear) < counted.indexOf(own)))
    return judgeUnclear(unclear, own, readings, context);
  if (own) return judgeOwn(own, readings, released, context);
  return judgeNone(readings, seen, context);
}

function judgeUnclear(
  unclear: RunReading,
  own: RunReading | undefined,
  readings: readonly RunReading[],
  context: RunbookContext,
): Judgement {
  const { now } = context;
  const isFailing = own !== undefined && STAGE_STATUS[own.stage] === 'fail';
  const itsOwn = STAGE_STATUS[unclear.stage] === 'pass' ? 'warn' : STAGE_STATUS[unclear.stage];
  const status = isFailing && CHANGED_NOTHING.has(unclear.stage) ? 'fail' : itsOwn;
  const before = own ? `; before it, ${runWords(own, now)} ${whereItStands(own, context)}` : '';
  if (unclear.stage === 'held') {
    const { summary, details } = heldWords(unclear, readings, context);
    return { status, summary: isFailing ? summary + before : summary, details };
  }
  const words = `${runWords(unclear, now)} ${whereItStands(unclear, context)}; GitHub doesn't say which environment it was for`;
  const summary = `${words}${titleHint(unclear, context)}${before}${othersAtGate(unclear, readings, context).join('')}`;
  return { status, summary };
}

/** The title is only a hint, because the author of the workflow may write anything there. */
function titleHint({ run }: RunReading, { facts }: RunbookContext): string {
  const words = run.title.split(/[^\w-]+/);
  const named = facts.targets.map(({ environment }) => environment).filter((one) => words.includes(one));
  return named.length === 0 ? '' : ` (its title names ${named.join(' and ')})`;
}

function judgeOwn(
  own: RunReading,
  readings: readonly RunReading[],
  released: Released,
  context: RunbookContext,
): Judgement {
  const { target, now } = context;
  const status = STAGE_STATUS[own.stage];
  if (own.stage === 'held') return { status, ...heldWords(own, readings, context) };
  const isUnapproved = target.gated && own.gate.passage === 'passed' && own.approvedBy.length === 0;
  const approval = isUnapproved ? ', without approval' : approvedWords(own);
  const others = othersAtGate(own, readings, context);
  const summary = `${runWords(own, now)} ${whereItStands(own, context)}${approval}`;
  const judged: Judgement = {
    status: status === 'pass' && (isUnapproved || others.length > 0) ? 'warn' : status,
    summary: summary + others.join(''),
    about: others.length === 0 ? `${own.run.id}/${own.run.attempt}` : null,
  };
  return own.stage === 'succeeded' ? (judgeRelease(own, summary, released, context) ?? judged) : judged;
}

/** "Untouched" requires a complete search beyond the shown runs that found none for this environment. */
function judgeNone(
  readings: readonly RunReading[],
  seen: RunsSeen,
  { target, now }: RunbookContext,
): Judgement {
  const { environment, gated } = target;
  const { olderRuns, runs } = seen;
  const count = runs.length;
  const last = `${count === 1 ? 'last run was not' : `last ${count} runs were not`} for ${environment}`;
  if (!gated) return { status: 'warn', summary: `The ${last}` };
  if (!olderRuns.ok)
    return { status: 'warn', summary: `The ${last}; older ones couldn't be read (${olderRuns.detail})` };
  const days = formatDuration(now - olderRuns.value.since);
  if (!olderRuns.value.isWhole)
    return { status: 'warn', summary: `The ${last}; not every run of the last ${days} was read` };
  const allPushes = readings.every(({ run }) => run.event === 'push');
  const shown = allPushes
    ? `The last ${count === 1 ? 'run was a push' : `${count} runs were ${count === 2 ? 'both' : 'all'} pushes`}: only staging has been deployed`
    : `The ${last}`;
  return {
    status: 'warn',
    summary: `${shown}; no ${environment} run in ${days}: ${environment} is untouched`,
  };
}
