/** Routes for workflows and their runs: listing runs, showing one, dispatching, and canceling. */
import type { Answer, Exchange } from '../../server.ts';
import { notFound, problem } from '../answers.ts';
import { dispatch } from '../dispatch.ts';
import { cancel } from '../live-runs.ts';
import { list } from '../paging.ts';
import { showApprovals, showJob, showPending, showRun, showWorkflow, workflowId } from '../show-runs.ts';
import type { GitHubState, RunState } from '../state.ts';
import { type GitHubRoute, type Here, ok, parseBody } from './route.ts';

export const WORKFLOW_RUN_ROUTES: readonly GitHubRoute[] = [
  {
    path: '/actions/workflows',
    needs: 'actions:read',
    answer: (here, exchange) =>
      list(
        exchange,
        'workflows',
        here.state.workflows.map((workflow) => showWorkflow(here, workflow)),
      ),
  },
  {
    path: '/actions/workflows/([^/]+)',
    needs: 'actions:read',
    answer(here, { params }) {
      const workflow = findWorkflow(here.state, params[0]);
      return workflow ? ok(showWorkflow(here, workflow)) : notFound();
    },
  },
  {
    path: '/actions/workflows/([^/]+)/runs',
    needs: 'actions:read',
    answer(here, exchange) {
      const workflow = findWorkflow(here.state, exchange.params[0]);
      if (!workflow) return notFound();
      return listRuns(here, exchange, (run) => run.workflow === workflow.file);
    },
  },
  {
    method: 'POST',
    path: '/actions/workflows/([^/]+)/dispatches',
    needs: 'actions:write',
    answer(here, exchange) {
      const workflow = findWorkflow(here.state, exchange.params[0]);
      return workflow && workflow.state !== 'deleted'
        ? dispatch(here, workflow, parseBody(exchange), here.now)
        : notFound();
    },
  },
  {
    path: '/actions/runs',
    needs: 'actions:read',
    answer: (here, exchange) => listRuns(here, exchange, () => true),
  },
  ofRun('', (here, run) => ok(showRun(here, run))),
  ofRun('/jobs', (here, run, exchange) =>
    list(
      exchange,
      'jobs',
      run.jobs.map((job) => showJob(here, run, job)),
    ),
  ),
  ofRun('/approvals', (here, run) => ok(showApprovals(here, run))),
  ofRun('/pending_deployments', (here, run) => ok(showPending(here, run))),
  {
    method: 'POST',
    path: '/actions/runs/(\\d+)/cancel',
    needs: 'actions:write',
    answer({ state }, { params }) {
      const run = findRun(state, params[0]);
      if (!run) return notFound();
      if (cancel(run)) return { status: 202, body: {} };
      return { status: 409, body: problem('Cannot cancel a workflow run that is completed.', '409') };
    },
  },
];

function ofRun(path: string, answer: (here: Here, run: RunState, exchange: Exchange) => Answer): GitHubRoute {
  return {
    path: `/actions/runs/(\\d+)${path}`,
    needs: 'actions:read',
    answer(here, exchange) {
      const run = findRun(here.state, exchange.params[0]);
      return run ? answer(here, run, exchange) : notFound();
    },
  };
}

function findRun({ runs }: GitHubState, wanted: string | undefined): RunState | undefined {
  return runs.find(({ id }) => id === Number(wanted));
}

function findWorkflow({ workflows }: GitHubState, wanted = '') {
  return workflows.find(({ file }) => file === wanted || String(workflowId(file)) === wanted);
}

/** GitHub's lists lag, so a run that has just begun is not in them yet. */
function listRuns(here: Here, exchange: Exchange, isMeant: (run: RunState) => boolean): Answer {
  const { runs, deploys } = here.state;
  const isHidden = (run: RunState) =>
    run.live !== undefined && here.now - here.start + run.age * 1000 < deploys.hiddenFor * 1000;
  const shown = runs
    .filter((run) => isMeant(run) && fits(run, exchange, here.start) && !isHidden(run))
    .toSorted((a, b) => a.age - b.age);
  return list(
    exchange,
    'workflow_runs',
    shown.map((run) => showRun(here, run)),
  );
}

/** Applies the query's filters. */
function fits(run: RunState, { url }: Exchange, start: number): boolean {
  const wanted = (name: string) => url.searchParams.get(name);
  const same = (name: string, value: string) => wanted(name) === null || wanted(name) === value;
  const status = wanted('status');
  const created = wanted('created');
  const since = created?.startsWith('>=') ? Date.parse(created.slice(2)) : Number.NEGATIVE_INFINITY;
  return (
    same('event', run.event) &&
    same('branch', run.branch) &&
    same('actor', run.actor) &&
    same('head_sha', run.sha) &&
    (status === null || status === run.status || status === run.conclusion) &&
    start - run.age * 1000 >= since
  );
}
