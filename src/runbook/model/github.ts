/** GitHub's data: runs, gates, deployments, workflows, commits. */

import type { Instant } from './instant.ts';

export interface Repository {
  readonly private: boolean;
  readonly defaultBranch: string;
  /** The repository's current `owner/name`, if it was moved: GitHub redirects reads there, but refuses writes. */
  readonly movedTo?: string;
  /** The expiry of the token for this repository, if GitHub shows it. */
  readonly tokenExpiresAt?: Instant;
}

export interface WorkflowRun {
  readonly id: number;
  /** Examples: `push`, `workflow_dispatch`. */
  readonly event: string;
  /** `queued`, `requested`, `pending`, `waiting`, `in_progress`, `completed`, or another word. */
  readonly status: string;
  /** Null until the run is completed. */
  readonly conclusion: string | null;
  /** The run's `display_title`. */
  readonly title: string;
  readonly branch: string | null;
  readonly sha: string;
  readonly attempt: number;
  readonly actor: string | null;
  readonly url: string;
  readonly createdAt: Instant;
  /** The start of this attempt: for a re-run of last week's run, today. */
  readonly startedAt: Instant;
  /** The last time that the run's row was touched, which does not prove that anything happened then. */
  readonly updatedAt: Instant;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  /** True if a runner has picked up the job. */
  readonly hasRunner: boolean;
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly conclusion: string | null;
  }[];
  readonly startedAt: Instant | null;
  readonly completedAt: Instant | null;
}

export interface RunApproval {
  /** `approved`, `rejected`, or `pending` (only a comment). */
  readonly state: string;
  readonly by: string;
  /** Null when there is none. */
  readonly comment: string | null;
  readonly environments: readonly string[];
}

export interface PendingGate {
  readonly environment: string;
  /** Logins and team slugs that may approve; empty for a wait timer or a custom rule. */
  readonly reviewers: readonly string[];
}

/** The course of a run of the deploy workflow: its jobs, its gates, its approvals. */
export interface RunDetail {
  readonly runId: number;
  readonly jobs: readonly Job[];
  readonly approvals: readonly RunApproval[];
  /** Gates at which the run is waiting now. */
  readonly pending: readonly PendingGate[];
}

/** A GitHub deployment to the target's environment. Each job that names the environment creates one. */
export interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  readonly createdAt: Instant;
  /** The workflow run that created the deployment, from its statuses; null when no status names one. */
  readonly runId: number | null;
  /** The job that created the deployment, from the same links; null when none names one. */
  readonly jobId: number | null;
  /** The newest status: `success`, `failure`, `waiting`, …; null when there is none. */
  readonly state: string | null;
  /**
   * The time at which a status first said that the deployment was proceeding: the gate, if there is one, had been
   * passed by then. Null if no status says so.
   */
  readonly passedAt: Instant | null;
}

/** Selects which runs to look for beyond the newest ones. */
export type RunFilter =
  | { readonly event: 'workflow_dispatch'; readonly since: Instant; readonly count: number }
  | { readonly status: 'waiting' | 'in_progress'; readonly count: number };

export interface FoundRuns {
  /** Runs, newest first. */
  readonly runs: readonly WorkflowRun[];
  /** True if these are all the matching runs. */
  readonly all: boolean;
}

/** Runs of the last weeks beyond the ten shown, as far as they matter for the target. */
export interface OlderRuns {
  /** Runs in no particular order. Runs that cannot have reached the target's environment are left out. */
  readonly runs: readonly WorkflowRun[];
  readonly details: readonly RunDetail[];
  /** The beginning of the period that was searched. */
  readonly since: Instant;
  /** False when there are more runs than were read, one of which may have reached the environment. */
  readonly isWhole: boolean;
}

export interface Reviewer {
  readonly kind: 'user' | 'team';
  /** The login of a user, or the slug of a team. */
  readonly name: string;
}

export interface Environment {
  readonly name: string;
  /** Null when there is no `required_reviewers` rule. */
  readonly requiredReviewers: readonly Reviewer[] | null;
  /**
   * `any`: every branch may deploy. `protected`: only protected branches may. Otherwise the list of patterns. Null when
   * the token may not read it.
   */
  readonly branches: 'any' | 'protected' | readonly string[] | null;
  readonly adminsBypass: boolean | null;
  /**
   * The owner of the token that dispatches deploys, if self-review is prevented: they may not approve those deploys.
   */
  readonly mayNotReview?: string;
}

export interface WorkflowFile {
  /** Example: `deploy-heroku.yml`. */
  readonly file: string;
  /** Examples: `active`, `disabled_manually`, `disabled_inactivity`, `deleted`. */
  readonly state: string;
  /** The file's text on the deploy ref; null when it could not be read there (retired workflows are gone). */
  readonly text: string | null;
  /**
   * Set when the file is not on the deploy ref, although others are: GitHub keeps listing the workflows of other
   * branches.
   */
  readonly isElsewhere?: true;
}

/** The existence and age of a secret. Its value can never be read. */
export interface SecretFact {
  readonly name: string;
  readonly updatedAt: Instant;
}

/** A commit. `title` is the first line of its message. */
export interface Commit {
  readonly sha: string;
  readonly title: string;
  readonly author: string;
  readonly at: Instant;
}

/** The content that a deploy of a ref would ship. */
export interface Shipment {
  readonly ref: string;
  /** The tip of the branch; null when there is no branch of this name. */
  readonly head: Commit | null;
  /** True if there is a tag of this name. */
  readonly isTag: boolean;
  /**
   * The comparison of the running commit with the tip; null when nothing is running, or GitHub does not know the
   * commit.
   */
  readonly comparison: Comparison | null;
  /** Runs of every workflow on the tip, newest first. */
  readonly runs: readonly WorkflowRun[];
  /**
   * GitHub's clock at the time of the request. A run that is started later was created no earlier, whatever our clock
   * says.
   */
  readonly date: Instant | null;
}

export interface Comparison {
  readonly ahead: number;
  readonly behind: number;
  /** The commits ahead, newest first, at most 250. */
  readonly commits: readonly Commit[];
  /** The changes of these commits, against the merge base. */
  readonly diff: Diff;
  readonly url: string;
}

/** The changes of a range of commits. */
export interface Diff {
  readonly files: readonly DiffFile[];
  /** False when there are more files than GitHub lists. */
  readonly isWhole: boolean;
}

export interface DiffFile {
  readonly path: string;
  /** The file's former name, if it was renamed; otherwise null. */
  readonly before: string | null;
}

/** A reviewer whom the runbook file names. */
export interface ReviewerFact {
  readonly login: string;
  /** Null when GitHub has no user with this login. */
  readonly id: number | null;
  readonly isCollaborator: boolean;
}
