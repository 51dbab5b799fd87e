/** The events that a repository's webhook reports: one for each difference between two states of its runs. */
import { type Place, showRepositoryRef, showUser } from './people.ts';
import { deploymentsOf, showDeployment, showDeploymentStatuses } from './show-environments.ts';
import { showJob, showRun } from './show-runs.ts';
import type { RunState } from './state.ts';

export interface GitHubEvent {
  /** The value of `x-github-event`. */
  readonly name: 'workflow_run' | 'workflow_job' | 'deployment_status';
  readonly body: object;
}

/** GitHub reports the review of a deployment only to GitHub Apps, never to a repository's webhook. */
export function githubEvents(before: readonly RunState[], place: Place): GitHubEvent[] {
  const common = { repository: showRepositoryRef(place), sender: showUser(place.api, place.state.login) };
  return place.state.runs.flatMap((run) => {
    const last = before.find(({ id }) => id === run.id);
    return [...runEvents(last, run), ...jobEvents(last, run), ...deploymentEvents(last, run)];
  });

  /** GitHub has no event for a waiting run. */
  function runEvents(last: RunState | undefined, run: RunState): GitHubEvent[] {
    const action = last ? run.status : 'requested';
    if (last?.status === run.status || !['requested', 'in_progress', 'completed'].includes(action)) return [];
    return [{ name: 'workflow_run', body: { action, workflow_run: showRun(place, run), ...common } }];
  }

  function jobEvents(last: RunState | undefined, run: RunState): GitHubEvent[] {
    return run.jobs
      .filter((job) => last?.jobs.find(({ name }) => name === job.name)?.status !== job.status)
      .map((job) => ({
        name: 'workflow_job',
        body: { action: job.status, workflow_job: showJob(place, run, job), ...common },
      }));
  }

  function deploymentEvents(last: RunState | undefined, run: RunState): GitHubEvent[] {
    return deploymentsOf(run).flatMap((deployment) => {
      const [status] = showDeploymentStatuses(place, deployment);
      const before = last && deploymentsOf(last).find(({ job }) => job.name === deployment.job.name);
      const [was] = before ? showDeploymentStatuses(place, before) : [];
      if (!status || was?.state === status.state) return [];
      const body = {
        action: 'created',
        deployment_status: status,
        deployment: showDeployment(place, deployment),
        ...common,
      };
      return [{ name: 'deployment_status' as const, body }];
    });
  }
}
