/**
 * Searches beyond the ten newest runs for the newest one that reached the target's environment, and for the run that
 * holds the queue.
 */
import type { Deployment, OlderRuns, WorkflowRun } from '../../runbook/model/github.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { beyondShown, LOOK_BACK_MS } from '../../runbook/runs/beyond.ts';
import type { GitHubReader, ReadOptions } from '../ports/upstreams.ts';

/** This covers a month of dispatches. If there are more, the evidence says so. */
const DISPATCHES = 50;
const OPEN_RUNS = 5;

export interface OlderRunsInput {
  readonly target: Target;
  readonly facts: Facts;
  readonly github: GitHubReader;
  readonly options: ReadOptions;
  readonly now: Instant;
  readonly deploymentsAsked: number;
  runs(): Promise<Observed<readonly WorkflowRun[]>>;
  deployments(): Promise<Observed<readonly Deployment[]>>;
}

/**
 * Sends one request for a gated target, and two more while a concurrency group holds a run. Jobs and reviews are read
 * only for the runs that may matter.
 */
export async function olderRuns(input: OlderRunsInput): Promise<Observed<OlderRuns>> {
  const { target, github, options, now } = input;
  const since = now - LOOK_BACK_MS;
  const [dispatches, shown] = await Promise.all([dispatchesSince(input, since), input.runs()]);
  if (!shown.ok) return shown;
  if (!dispatches.ok) return dispatches;
  const holders = await holdersOf(input, [...shown.value, ...dispatches.value.runs], shown.value);
  if (!holders.ok) return holders;
  const found = [
    ...new Map([...dispatches.value.runs, ...holders.value].map((run) => [run.id, run])).values(),
  ];
  const hasMore = found.some(({ id }) => !shown.value.some((one) => one.id === id));
  if (!hasMore && dispatches.value.all)
    return { ok: true, value: { runs: [], details: [], since, isWhole: true }, at: now };
  const deployments: Observed<readonly Deployment[]> = target.gated
    ? await input.deployments()
    : { ok: true, value: [], at: now };
  const { worth, isWhole } = beyondShown({
    shown: shown.value,
    found,
    foundAll: dispatches.value.all,
    deployments,
    deploymentsAsked: input.deploymentsAsked,
    since,
  });
  const details = await github.runDetails(worth, options);
  if (!details.ok) return details;
  return { ok: true, value: { runs: worth, details: details.value, since, isWhole }, at: now };
}

/** Each push deploys a target without a gate, so the ten newest runs are enough for it. */
async function dispatchesSince({ target, facts, github, options, now }: OlderRunsInput, since: Instant) {
  if (!target.gated) return { ok: true, value: { runs: [], all: true }, at: now } as const;
  const filter = { event: 'workflow_dispatch', since, count: DISPATCHES } as const;
  return github.runsLike(facts.github.deployWorkflow, filter, options);
}

/** A run that its concurrency group holds is `pending`. The run that holds it may be weeks old. */
async function holdersOf(
  { facts, github, options, now }: OlderRunsInput,
  known: readonly WorkflowRun[],
  shown: readonly WorkflowRun[],
): Promise<Observed<readonly WorkflowRun[]>> {
  const isHeld = shown.some(({ status }) => status === 'pending');
  const isKnown = known.some(({ status }) => status === 'waiting' || status === 'in_progress');
  if (!isHeld || isKnown) return { ok: true, value: [], at: now };
  const [waiting, running] = await Promise.all(
    (['waiting', 'in_progress'] as const).map((status) =>
      github.runsLike(facts.github.deployWorkflow, { status, count: OPEN_RUNS }, options),
    ),
  );
  const runs = [waiting, running].flatMap((one) => (one?.ok ? one.value.runs : []));
  const failed = [waiting, running].find((one) => one && !one.ok);
  return runs.length === 0 && failed && !failed.ok ? failed : { ok: true, value: runs, at: now };
}
