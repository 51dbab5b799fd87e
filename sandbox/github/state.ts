/** The state of the local GitHub. Ages are seconds before the scenario began. */

export interface GitHubState {
  owner: string;
  name: string;
  /** Former names of the repository, `owner/name`, from which GitHub redirects to the current one. */
  formerNames: string[];
  defaultBranch: string;
  private: boolean;
  /** The token's permissions. A request without the needed one gets a 403 with `x-accepted-github-permissions`. */
  permissions: (
    | 'actions:read'
    | 'contents:read'
    | 'deployments:read'
    | 'secrets:read'
    | 'actions:write'
    | 'administration:write'
    | 'secrets:write'
  )[];
  /** Whether the plan offers required reviewers on a private repository. */
  planHasReviewers: boolean;
  workflows: WorkflowState[];
  /** Each branch has its commits, newest first. */
  branches: BranchState[];
  tags: string[];
  /** Login of the token's owner. */
  login: string;
  collaborators: string[];
  runs: RunState[];
  /** Settings for the progress of dispatched runs. */
  deploys: DeployHabits;
  environments: EnvironmentState[];
  secrets: { name: string; age: number }[];
  rateLimitRemaining: number;
  /** When the token expires, in seconds after the scenario's start. It never expires if this is omitted. */
  tokenExpiresAfter?: number;
}

export interface WorkflowState {
  /** For example `deploy-heroku.yml`. */
  file: string;
  name: string;
  state: 'active' | 'disabled_manually' | 'disabled_inactivity' | 'deleted';
  /** The file's text on `main`. */
  text: string;
}

export interface BranchState {
  name: string;
  commits: CommitState[];
}

export interface CommitState {
  sha: string;
  title: string;
  author: string;
  age: number;
  /** The paths that it changes. Omitted if they do not matter. */
  files?: string[];
}

export interface DeployHabits {
  /** The length of each phase in seconds: queued, freeze check, deploying. */
  phase: number;
  /** Seconds until lists show a dispatched run. */
  hiddenFor: number;
  /** Whether a dispatch that requests its run's id gets it. */
  tellsId: boolean;
  /** True if the freeze check refuses. */
  frozen: boolean;
  /** `success`, or the conclusion of the step that pushes to Heroku. */
  push: 'success' | 'failure';
  /** Whether runs for one environment wait for each other, as in a concurrency group. */
  queues: boolean;
  /** True if the new release's dynos crash at boot. */
  crashes: boolean;
  /** Seconds that they stay up before they crash. Null if they do not crash. */
  crashesAfter: number | null;
}

export interface RunState {
  id: number;
  workflow: string;
  event: 'push' | 'workflow_dispatch' | 'pull_request';
  status: 'queued' | 'in_progress' | 'waiting' | 'pending' | 'requested' | 'completed';
  conclusion: string | null;
  title: string;
  branch: string;
  sha: string;
  actor: string;
  attempt?: number;
  /** The age of this attempt's start, unless it is the first. */
  attemptAge?: number;
  age: number;
  /** Seconds that it took, or has taken so far. */
  duration: number;
  /** Only for a run that was started here, which advances by itself. In milliseconds since 1970. */
  live?: { begunAt: number; gateAt: number | null; passedAt: number | null };
  /** The environment of its job `deploy`, unless the jobs name their own. */
  environment: string | null;
  jobs: JobState[];
  approvals: {
    state: 'approved' | 'rejected';
    by: string;
    comment: string;
    /** Defaults to the run's environment. */
    environment?: string;
  }[];
}

export interface JobState {
  name: string;
  status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  conclusion: string | null;
  /** The steps that ran. A job that waits at the gate, or was rejected there, has none. */
  steps: { name: string; status: 'queued' | 'in_progress' | 'completed'; conclusion: string | null }[];
  /** The environment that the job names. It has a deployment there once it waits or has run. */
  environment?: string;
  /** Seconds into the attempt. If omitted, the jobs share the run's time. */
  startedAfter?: number;
  endedAfter?: number;
}

export interface EnvironmentState {
  name: string;
  /** Null without a `required_reviewers` rule. `@team` is a team's slug. */
  reviewers: string[] | null;
  /** `any`, `protected`, or the patterns. */
  branches: 'any' | 'protected' | string[];
  adminsBypass: boolean;
  /** Whether the person who started a deploy is kept from approving it. */
  preventSelfReview?: boolean;
}
