/** Shows workflows, runs, jobs, approvals, and gates the way GitHub does. */
import { stableNumber } from '../stable-id.ts';
import { jobId } from './job-id.ts';
import {
  isoAgo,
  nodeId,
  type Place,
  repositoryPath,
  showRepositoryRef,
  showReviewer,
  showUser,
} from './people.ts';
import { environmentOf, showEnvironmentRef } from './show-environments.ts';
import { jobTimes, sinceRun } from './since-run.ts';
import type { JobState, RunState, WorkflowState } from './state.ts';

export function workflowId(file: string): number {
  return stableNumber(`workflow ${file}`);
}

export function showWorkflow({ api, state, start }: Place, workflow: WorkflowState) {
  const id = workflowId(workflow.file);
  const path = `.github/workflows/${workflow.file}`;
  return {
    id,
    node_id: nodeId('W', id),
    name: workflow.name,
    path,
    state: workflow.state,
    created_at: isoAgo(start, 40_000_000),
    updated_at: isoAgo(start, 10_000_000),
    url: `${api}${repositoryPath(state)}/actions/workflows/${id}`,
    html_url: `https://github.com/${state.owner}/${state.name}/blob/main/${path}`,
    badge_url: `https://github.com/${state.owner}/${state.name}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
    ...(workflow.state === 'deleted' ? { deleted_at: isoAgo(start, 10_000_000) } : {}),
  };
}

export function showRun(place: Place, run: RunState) {
  const { api, state, start } = place;
  const url = `${api}${repositoryPath(state)}/actions/runs/${run.id}`;
  const html = `https://github.com/${state.owner}/${state.name}/actions/runs/${run.id}`;
  const suite = stableNumber(`suite ${run.id}`);
  const createdAt = isoAgo(start, run.age);
  const author = { name: run.actor, email: `${run.actor}@raxx.app` };
  const repository = showRepositoryRef(place);
  return {
    id: run.id,
    name: state.workflows.find(({ file }) => file === run.workflow)?.name ?? run.workflow,
    node_id: nodeId('WFR', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: `.github/workflows/${run.workflow}`,
    display_title: run.title,
    run_number: run.id - 9000 + 1,
    run_attempt: run.attempt ?? 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId(run.workflow),
    check_suite_id: suite,
    check_suite_node_id: nodeId('CS', suite),
    url,
    html_url: html,
    pull_requests: [],
    created_at: createdAt,
    updated_at: isoAgo(start, sinceRun(run, run.duration)),
    run_started_at: isoAgo(start, run.attemptAge ?? run.age),
    actor: showUser(api, run.actor),
    triggering_actor: showUser(api, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}${repositoryPath(state)}/check-suites/${suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${api}${repositoryPath(state)}/actions/workflows/${workflowId(run.workflow)}`,
    head_commit: {
      id: run.sha,
      tree_id: run.sha,
      message: run.title,
      timestamp: createdAt,
      author,
      committer: author,
    },
    repository,
    head_repository: repository,
    head_repository_id: repository.id,
  };
}

export function showJob({ api, state, start }: Place, run: RunState, job: JobState) {
  const id = jobId(run, job);
  const url = `${api}${repositoryPath(state)}/actions/jobs/${id}`;
  const times = jobTimes(run, job);
  const startedAt = isoAgo(start, times.startedAt);
  const endedAt = isoAgo(start, times.endedAt);
  const completedAt = job.status === 'completed' ? endedAt : null;
  const hasRunner = job.steps.length > 0;
  return {
    id,
    run_id: run.id,
    run_url: `${api}${repositoryPath(state)}/actions/runs/${run.id}`,
    run_attempt: run.attempt ?? 1,
    node_id: nodeId('CR', id),
    head_sha: run.sha,
    head_branch: run.branch,
    url,
    html_url: `https://github.com/${state.owner}/${state.name}/actions/runs/${run.id}/job/${id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: startedAt,
    started_at: startedAt,
    completed_at: completedAt,
    name: job.name,
    steps: job.steps.map((step, number) => ({
      ...step,
      number: number + 1,
      started_at: step.status === 'queued' ? null : startedAt,
      completed_at: step.status === 'completed' ? (completedAt ?? endedAt) : null,
    })),
    check_run_url: `${api}${repositoryPath(state)}/check-runs/${id}`,
    labels: ['ubuntu-latest'],
    runner_id: hasRunner ? 7 : null,
    runner_name: hasRunner ? 'GitHub Actions 7' : null,
    runner_group_id: hasRunner ? 2 : null,
    runner_group_name: hasRunner ? 'GitHub Actions' : null,
    workflow_name: state.workflows.find(({ file }) => file === run.workflow)?.name ?? run.workflow,
  };
}

export function showApprovals(place: Place, run: RunState) {
  return run.approvals.map(({ state, by, comment, environment = run.environment }) => ({
    environments: environment === null ? [] : [showEnvironmentRef(place, environment)],
    state,
    user: showUser(place.api, by),
    comment,
  }));
}

/** Returns the gates at which a run is waiting now. */
export function showPending(place: Place, run: RunState) {
  const names = run.jobs
    .filter(({ status }) => status === 'waiting')
    .map((job) => environmentOf(run, job)?.toLowerCase());
  return place.state.environments
    .filter(({ name }) => names.includes(name.toLowerCase()))
    .map((environment) => {
      const { id, node_id, name, url, html_url } = showEnvironmentRef(place, environment.name);
      return {
        environment: { id, node_id, name, url, html_url },
        wait_timer: 0,
        wait_timer_started_at: null,
        current_user_can_approve: false,
        reviewers: (environment.reviewers ?? []).map((one) => showReviewer(place, one)),
      };
    });
}
