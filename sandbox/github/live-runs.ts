/** Runs that were started here. They advance by themselves, wait at the gate, and end with a release on Heroku. */
import { deployed } from '../heroku/deployed.ts';
import type { World } from '../world.ts';
import type { Place } from './people.ts';
import type { EnvironmentState, JobState, RunState } from './state.ts';

const DONE = { status: 'completed', conclusion: 'success' } as const;

/** Advances every live run to `now` (milliseconds since 1970). Called before each response. */
export function advance(world: World, now: number): void {
  for (const run of world.github.runs) {
    if (run.live && run.status !== 'completed') advanceRun(world, run, run.live, now);
  }
}

function advanceRun(world: World, run: RunState, live: NonNullable<RunState['live']>, now: number): void {
  const { deploys, environments } = world.github;
  if (deploys.queues && run.jobs.length === 0 && isHeld(world.github.runs, run)) {
    run.status = 'pending';
    // Its work begins when the previous run has ended.
    live.begunAt = now;
    return;
  }
  const phase = deploys.phase * 1000;
  const spent = now - live.begunAt;
  run.duration = spent / 1000;
  if (spent < phase) return;
  run.status = 'in_progress';
  const times = { startedAfter: deploys.phase, endedAfter: 2 * deploys.phase };
  run.jobs = [{ ...freezeCheck('in_progress', null), ...times }];
  if (spent < 2 * phase) return;
  if (deploys.frozen) {
    run.jobs = [
      { ...freezeCheck('completed', 'failure'), ...times },
      { name: 'deploy', status: 'completed', conclusion: 'skipped', steps: [] },
    ];
    end(run, 'failure');
    return;
  }
  const checked = { ...freezeCheck('completed', 'success'), ...times };
  const environment = environments.find(({ name }) => name === run.environment);
  if (!mayDeploy(environment, run.branch)) {
    run.jobs = [checked, { name: 'deploy', status: 'completed', conclusion: 'failure', steps: [] }];
    end(run, 'failure');
    return;
  }
  const isGated = environment?.reviewers != null && environment.reviewers.length > 0;
  if (isGated && live.passedAt === null) {
    live.gateAt ??= now;
    run.status = 'waiting';
    // GitHub does not touch a run while it waits.
    run.duration = (live.gateAt - live.begunAt) / 1000;
    const waits = { startedAfter: times.endedAfter, endedAfter: times.endedAfter };
    run.jobs = [checked, { name: 'deploy', status: 'waiting', conclusion: null, steps: [], ...waits }];
    return;
  }
  live.passedAt ??= live.begunAt + 2 * phase;
  const passedAfter = (live.passedAt - live.begunAt) / 1000;
  const passed = { startedAfter: passedAfter, endedAfter: passedAfter + deploys.phase };
  if (now - live.passedAt < phase) {
    run.jobs = [checked, { ...deploying('in_progress', null), ...passed }];
    return;
  }
  run.jobs = [checked, { ...deploying('completed', deploys.push), ...passed }];
  end(run, deploys.push);
  if (deploys.push === 'success') deployed(world, run.environment ?? '', run.sha, now, deploys);
}

function isHeld(runs: readonly RunState[], { id, environment }: RunState): boolean {
  return runs.some((one) => one.id < id && one.environment === environment && one.status !== 'completed');
}

/**
 * Starts a run that advances by itself from `now` on.
 * Like GitHub, it creates a missing environment without any rules.
 */
export function beginRun(
  { state, start }: Pick<Place, 'state' | 'start'>,
  now: number,
  given: Pick<RunState, 'workflow' | 'event' | 'title' | 'branch' | 'sha' | 'actor'> & {
    environment: string;
  },
): RunState {
  const run: RunState = {
    ...given,
    id: Math.max(9000, ...state.runs.map(({ id }) => id)) + 1,
    status: 'queued',
    conclusion: null,
    age: (start - now) / 1000,
    duration: 0,
    live: { begunAt: now, gateAt: null, passedAt: null },
    jobs: [],
    approvals: [],
  };
  state.runs.push(run);
  const { environment: name } = given;
  if (!state.environments.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    state.environments.push({ name, reviewers: null, branches: 'any', adminsBypass: true });
  return run;
}

/** Does what a reviewer does on GitHub's page. Returns false if no run with that id waits at the gate. */
export function reviewGate(
  world: World,
  id: number,
  state: 'approved' | 'rejected',
  by: string,
  now: number,
  comment = state === 'approved' ? 'go' : 'not now',
): boolean {
  advance(world, now);
  const run = world.github.runs.find((one) => one.id === id);
  if (run?.status !== 'waiting') return false;
  run.approvals.push({ state, by, comment });
  if (state === 'rejected') {
    run.jobs = run.jobs.map((job) =>
      job.status === 'waiting' ? { ...job, status: 'completed', conclusion: 'failure' } : job,
    );
    end(run, 'failure');
  } else {
    run.live ??= { begunAt: world.start - run.age * 1000, gateAt: null, passedAt: null };
    run.live.passedAt = now;
    run.status = 'in_progress';
  }
  return true;
}

/** Returns false if the run has already ended. */
export function cancel(run: RunState): boolean {
  if (run.status === 'completed') return false;
  run.jobs = run.jobs.map((job) =>
    job.status === 'completed' ? job : { ...job, status: 'completed', conclusion: 'cancelled' },
  );
  end(run, 'cancelled');
  return true;
}

function end(run: RunState, conclusion: string): void {
  run.status = 'completed';
  run.conclusion = conclusion;
}

/** If no environment has that name, nothing holds the run, because GitHub creates one without rules. */
function mayDeploy(environment: EnvironmentState | undefined, branch: string): boolean {
  if (!environment || !Array.isArray(environment.branches)) return true;
  return environment.branches.includes(branch);
}

function freezeCheck(status: JobState['status'], conclusion: string | null): JobState {
  const step = status === 'completed' ? DONE : ({ status: 'in_progress', conclusion: null } as const);
  return { name: 'freeze-check', status, conclusion, steps: [{ ...step, conclusion, name: 'Check freeze' }] };
}

function deploying(status: 'in_progress' | 'completed', conclusion: string | null): JobState {
  const pushed = { name: 'Push to Heroku', status, conclusion };
  return { name: 'deploy', status, conclusion, steps: [{ ...DONE, name: 'Check out the code' }, pushed] };
}
