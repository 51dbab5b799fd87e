/** Environments, their rules, and the deployments to them as GitHub shows them. */
import { stableNumber } from '../stable-id.ts';
import { isoAgo, nodeId, type Place, repositoryPath, showReviewer, showUser } from './people.ts';
import { sinceRun } from './since-run.ts';
import type { EnvironmentState, RunState } from './state.ts';

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
  const { name, reviewers, branches, adminsBypass } = environment;
  const rules: object[] = [];
  if (reviewers !== null) {
    const id = stableNumber(`rule ${name} reviewers`);
    rules.push({
      id,
      node_id: nodeId('GA', id),
      type: 'required_reviewers',
      prevent_self_review: false,
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

export function showBranchPolicies({ branches, name }: EnvironmentState) {
  const patterns = Array.isArray(branches) ? branches : [];
  return {
    total_count: patterns.length,
    branch_policies: patterns.map((pattern) => {
      const id = stableNumber(`policy ${name} ${pattern}`);
      return { id, node_id: nodeId('DBP', id), name: pattern, type: 'branch' };
    }),
  };
}

/** A deployment exists once the deploy job waits at the gate or has run. */
export function hasDeployment(run: RunState): boolean {
  const deploy = deployJob(run);
  return run.environment !== null && deploy !== undefined && deploy.conclusion !== 'skipped';
}

function deployJob({ jobs }: RunState) {
  return jobs.find(({ name }) => name === 'deploy');
}

export function deploymentId(run: RunState): number {
  return stableNumber(`deployment ${run.id}`);
}

export function showDeployment({ api, state, start }: Place, run: RunState) {
  const id = deploymentId(run);
  const repository = api + repositoryPath(state);
  return {
    url: `${repository}/deployments/${id}`,
    id,
    node_id: nodeId('DE', id),
    sha: run.sha,
    ref: run.branch,
    task: 'deploy',
    payload: {},
    original_environment: run.environment ?? '',
    environment: run.environment ?? '',
    description: null,
    creator: showUser(api, run.actor),
    created_at: isoAgo(start, run.age),
    updated_at: isoAgo(start, sinceRun(run, run.duration)),
    statuses_url: `${repository}/deployments/${id}/statuses`,
    repository_url: repository,
    transient_environment: false,
    production_environment: run.environment === 'production',
    performed_via_github_app: null,
  };
}

const STATE_OF_JOB: Readonly<Record<string, string>> = {
  waiting: 'waiting',
  queued: 'queued',
  in_progress: 'in_progress',
};

/** Newest first. */
export function showDeploymentStatuses({ api, state, start }: Place, run: RunState) {
  const id = deploymentId(run);
  const repository = api + repositoryPath(state);
  const job = deployJob(run);
  const last = STATE_OF_JOB[job?.status ?? ''] ?? (job?.conclusion === 'success' ? 'success' : 'failure');
  const states = last === 'success' || last === 'failure' ? [last, 'in_progress'] : [last];
  const link = `https://github.com/${state.owner}/${state.name}/actions/runs/${run.id}/job/${id}`;
  return states.map((name, index) => {
    const statusId = stableNumber(`status ${run.id} ${name}`);
    const at = isoAgo(start, sinceRun(run, run.duration - index * 30));
    return {
      url: `${repository}/deployments/${id}/statuses/${statusId}`,
      id: statusId,
      node_id: nodeId('DES', statusId),
      state: name,
      creator: showUser(api, 'github-actions[bot]'),
      description: '',
      environment: run.environment ?? '',
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
