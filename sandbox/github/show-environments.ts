/** Shows environments, their rules, and the deployments to them the way GitHub does. */
import { stableNumber } from '../stable-id.ts';
import { jobId } from './job-id.ts';
import { isoAgo, nodeId, type Place, repositoryPath, showReviewer, showUser } from './people.ts';
import { jobTimes } from './since-run.ts';
import type { EnvironmentState, JobState, RunState } from './state.ts';

export function showEnvironmentRef({ api, state, start }: Place, name: string) {
  const id = stableNumber(`environment ${name}`);
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${api}${repositoryPath(state)}/environments/${encodeURIComponent(name)}`,
    html_url: `https://github.com/${state.owner}/${state.name}/deployments/activity_log?environments_filter=${name}`,
    created_at: isoAgo(start, 20_000_000),
    updated_at: isoAgo(start, 10_000_000),
  };
}

export function showEnvironment(place: Place, environment: EnvironmentState) {
  const { name, reviewers, branches, adminsBypass, preventSelfReview = false } = environment;
  const rules: object[] = [];
  if (reviewers !== null) {
    const id = stableNumber(`rule ${name} reviewers`);
    rules.push({
      id,
      node_id: nodeId('GA', id),
      type: 'required_reviewers',
      prevent_self_review: preventSelfReview,
      reviewers: reviewers.map((one) => showReviewer(place, one)),
    });
  }
  if (branches !== 'any') {
    const id = stableNumber(`rule ${name} branches`);
    rules.push({ id, node_id: nodeId('GA', id), type: 'branch_policy' });
  }
  return {
    ...showEnvironmentRef(place, name),
    can_admins_bypass: adminsBypass,
    protection_rules: rules,
    deployment_branch_policy:
      branches === 'any'
        ? null
        : { protected_branches: branches === 'protected', custom_branch_policies: branches !== 'protected' },
  };
}

export function branchPolicies({ branches, name }: EnvironmentState) {
  const patterns = Array.isArray(branches) ? branches : [];
  return patterns.map((pattern) => {
    const id = stableNumber(`policy ${name} ${pattern}`);
    return { id, node_id: nodeId('DBP', id), name: pattern, type: 'branch' };
  });
}

/** The deployment that a job creates in its environment, once it waits at the gate or has run. */
export interface DeploymentState {
  readonly run: RunState;
  readonly job: JobState;
  readonly environment: string;
}

export function environmentOf(run: RunState, job: JobState): string | null {
  return job.environment ?? (job.name === 'deploy' ? run.environment : null);
}

export function deploymentsOf(run: RunState): DeploymentState[] {
  return run.jobs.flatMap((job) => {
    const environment = environmentOf(run, job);
    return environment === null || job.conclusion === 'skipped' ? [] : [{ run, job, environment }];
  });
}

export function deploymentId({ run, job }: DeploymentState): number {
  return stableNumber(`deployment ${jobId(run, job)}`);
}

export function showDeployment({ api, state, start }: Place, deployment: DeploymentState) {
  const { run, job, environment } = deployment;
  const id = deploymentId(deployment);
  const repository = api + repositoryPath(state);
  const { startedAt, endedAt } = jobTimes(run, job);
  return {
    url: `${repository}/deployments/${id}`,
    id,
    node_id: nodeId('DE', id),
    sha: run.sha,
    ref: run.branch,
    task: 'deploy',
    payload: {},
    original_environment: environment,
    environment,
    description: null,
    creator: showUser(api, run.actor),
    created_at: isoAgo(start, startedAt),
    updated_at: isoAgo(start, job.status === 'completed' ? endedAt : startedAt),
    statuses_url: `${repository}/deployments/${id}/statuses`,
    repository_url: repository,
    transient_environment: false,
    production_environment: environment === 'production',
    performed_via_github_app: null,
  };
}

/** Newest first. At the gate the deployment is waiting, then it is in progress, and then it has ended. */
export function showDeploymentStatuses(place: Place, deployment: DeploymentState) {
  const { api, state, start } = place;
  const { run, job, environment } = deployment;
  const id = deploymentId(deployment);
  const repository = api + repositoryPath(state);
  const { startedAt, endedAt } = jobTimes(run, job);
  const link = `https://github.com/${state.owner}/${state.name}/actions/runs/${run.id}/job/${jobId(run, job)}`;
  return statesOf(place, deployment).map((name) => {
    const statusId = stableNumber(`status ${id} ${name}`);
    const at = isoAgo(start, name === 'success' || name === 'failure' ? endedAt : startedAt);
    return {
      url: `${repository}/deployments/${id}/statuses/${statusId}`,
      id: statusId,
      node_id: nodeId('DES', statusId),
      state: name,
      creator: showUser(api, 'github-actions[bot]'),
      description: '',
      environment,
      target_url: link,
      log_url: link,
      created_at: at,
      updated_at: at,
      deployment_url: `${repository}/deployments/${id}`,
      repository_url: repository,
      performed_via_github_app: null,
    };
  });
}

function statesOf({ state }: Place, { job, environment }: DeploymentState): string[] {
  const named = state.environments.find(({ name }) => name.toLowerCase() === environment.toLowerCase());
  const waited = named?.reviewers == null || named.reviewers.length === 0 ? [] : ['waiting'];
  if (job.status === 'waiting') return ['waiting'];
  if (job.status === 'queued') return ['queued', ...waited];
  const went = job.steps.length > 0 ? ['in_progress', ...waited] : waited;
  if (job.status === 'in_progress') return went;
  return [job.conclusion === 'success' ? 'success' : 'failure', ...went];
}
