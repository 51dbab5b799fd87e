/** What the local GitHub knows of the repository. Ages are seconds before the scenario began. */

export interface GitHubState {
  owner: string;
  name: string;
  /** Names that the repository had before, `owner/name`: GitHub sends whoever asks for one to the repository. */
  formerNames: string[];
  defaultBranch: string;
  private: boolean;
  /** What the token may do: a missing one answers 403 with `x-accepted-github-permissions`. */
  permissions: (
    | 'actions:read'
    | 'contents:read'
    | 'deployments:read'
    | 'secrets:read'
    | 'actions:write'
    | 'administration:write'
    | 'secrets:write'
  )[];
  /** Whether the plan has required reviewers on a private repository. */
  planHasReviewers: boolean;
  workflows: WorkflowState[];
  /** Each with its commits, newest first. */
  branches: BranchState[];
  tags: string[];
  /** Whose token it is. */
  login: string;
  collaborators: string[];
  runs: RunState[];
  /** How runs go that are dispatched here. */
  deploys: DeployHabits;
  environments: EnvironmentState[];
  secrets: { name: string; age: number }[];
  rateLimitRemaining: number;
  /** Seconds after the scenario's start at which the token expires; when left out, it does not. */
  tokenExpiresAfter?: number;
}

export interface WorkflowState {
  /** `deploy-heroku.yml` */
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
  /** Paths that it changes; left out: none that anybody looks at. */
  files?: string[];
}

export interface DeployHabits {
  /** Seconds that each phase takes: queued, freeze check, deploying. */
  phase: number;
  /** Seconds until a dispatched run can be seen in lists. */
  hiddenFor: number;
  /** A dispatch is answered with its run's id, when it asks for it. */
  tellsId: boolean;
  /** The freeze check says no. */
  frozen: boolean;
  /** `success`, or the conclusion of the step that pushes to Heroku. */
  push: 'success' | 'failure';
  /** Runs for one environment wait for one another, as a concurrency group of the workflow makes them. */
  queues: boolean;
  /** Dynos of the new release crash at their boot. */
  crashes: boolean;
  /** Seconds that they stay up before they crash after all; null: for good. */
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
  /** Age of the start of this attempt, when it is not the first. */
  attemptAge?: number;
  age: number;
  /** Seconds that it took, or has taken. */
  duration: number;
  /** Only of a run that was dispatched here: it moves on by itself. Milliseconds since 1970. */
  live?: { begunAt: number; gateAt: number | null; passedAt: number | null };
  /** The environment that its job `deploy` names, where no job says it itself. */
  environment: string | null;
  jobs: JobState[];
  approvals: {
    state: 'approved' | 'rejected';
    by: string;
    comment: string;
    /** The run's own when left out. */
    environment?: string;
  }[];
}

export interface JobState {
  name: string;
  status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  conclusion: string | null;
  /** Steps that ran; a job at the gate, or rejected there, has none. */
  steps: { name: string; status: 'queued' | 'in_progress' | 'completed'; conclusion: string | null }[];
  /** The environment that it names: it has a deployment there once it waits or ran. */
  environment?: string;
  /** Seconds into the attempt; when left out, the jobs share its time. */
  startedAfter?: number;
  endedAfter?: number;
}

export interface EnvironmentState {
  name: string;
  /** null: no `required_reviewers` rule. `@team` is a team's slug. */
  reviewers: string[] | null;
  /** `any`, `protected`, or the patterns. */
  branches: 'any' | 'protected' | string[];
  adminsBypass: boolean;
  /** Who began a deploy may not approve it. */
  preventSelfReview?: boolean;
}
