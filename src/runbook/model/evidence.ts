/** What can be seen from outside, as data: one `Observed` a source. Not seeing is a fact, carried with its reason. */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export type WhyUnseen =
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'unreachable'
  | 'malformed';

export interface Seen<T> {
  readonly ok: true;
  readonly value: T;
  readonly at: Instant;
}

export interface Unseen {
  readonly ok: false;
  readonly why: WhyUnseen;
  /** One short sentence for humans: which service, which answer. Never a secret. */
  readonly detail: string;
  readonly at: Instant;
}

export type Observed<T> = Seen<T> | Unseen;

// ── Heroku (Platform API v3) ─────────────────────────────────────────────────────────────────────

export interface App {
  readonly id: string;
  readonly name: string;
  readonly maintenance: boolean;
  readonly region: string;
  readonly stack: string;
  /** Bytes; null is evidence that no code was ever deployed. */
  readonly slugSize: number | null;
}

export interface Dyno {
  /** `web.1` */
  readonly name: string;
  /** Process type: `web`; one-off dynos are `run`, `release`, `scheduler`. */
  readonly type: string;
  /** `up`, `crashed`, `starting`, `idle`, `down`, or a word that Heroku adds later. */
  readonly state: string;
  readonly size: string;
  readonly releaseVersion: number | null;
  readonly createdAt: Instant;
  /** Last change of state. */
  readonly updatedAt: Instant;
}

export interface FormationEntry {
  readonly type: string;
  readonly quantity: number;
  readonly size: string;
  readonly command: string;
  /** Last change of quantity, size or command; left out where Heroku does not say. */
  readonly updatedAt?: Instant;
}

export interface Release {
  readonly id: string;
  readonly version: number;
  /** `succeeded`, `failed`, `pending`, `expired`, or a word that Heroku adds later. */
  readonly status: string;
  readonly current: boolean;
  readonly description: string;
  readonly eligibleForRollback: boolean;
  /** null: this release has no slug. */
  readonly slugId: string | null;
  /** The container image that it carries instead of a slug (container and Fir apps); null: none. */
  readonly imageId: string | null;
  /** E-mail of the actor. */
  readonly actor: string;
  readonly createdAt: Instant;
}

export interface Slug {
  readonly id: string;
  readonly commit: string | null;
  readonly size: number | null;
  readonly stack: string | null;
  readonly processTypes: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
}

export interface LogLine {
  /** null: a line without a timestamp (a continuation). */
  readonly at: Instant | null;
  /** `app` or `heroku`; '' when the line could not be read. */
  readonly source: string;
  /** `web.1`, `router`, `api`, …; '' when the line could not be read. */
  readonly process: string;
  readonly text: string;
}

export interface LogWindow {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** How many lines were asked for; as many came back when the window is full and older ones were cut. */
  readonly asked: number;
}

// ── GitHub ───────────────────────────────────────────────────────────────────────────────────────

export interface Repository {
  readonly private: boolean;
  readonly defaultBranch: string;
  /** `owner/name` that it has now: reads are led there, writes are refused. */
  readonly movedTo?: string;
  /** When the token that reads it expires, where GitHub says so. */
  readonly tokenExpiresAt?: Instant;
}

export interface WorkflowRun {
  readonly id: number;
  /** `push`, `workflow_dispatch`, … */
  readonly event: string;
  /** `queued`, `requested`, `pending`, `waiting`, `in_progress`, `completed`, or another word. */
  readonly status: string;
  /** null until completed. */
  readonly conclusion: string | null;
  /** The run's `display_title`. */
  readonly title: string;
  readonly branch: string | null;
  readonly sha: string;
  readonly attempt: number;
  readonly actor: string | null;
  readonly url: string;
  readonly createdAt: Instant;
  /** When this attempt began: a re-run of last week's run is of today. */
  readonly startedAt: Instant;
  /** The run's row was touched: no proof that anything happened then. */
  readonly updatedAt: Instant;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  /** A runner took the job. */
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
  /** `approved`, `rejected`, `pending` (a comment only). */
  readonly state: string;
  readonly by: string;
  readonly comment: string;
  readonly environments: readonly string[];
}

export interface PendingGate {
  readonly environment: string;
  /** Logins and team slugs that may approve; empty: a wait timer or a custom rule. */
  readonly reviewers: readonly string[];
}

/** What a run of the deploy workflow did: its jobs, its gate, its approvals. */
export interface RunDetail {
  readonly runId: number;
  readonly jobs: readonly Job[];
  readonly approvals: readonly RunApproval[];
  /** Gates that the run waits at now. */
  readonly pending: readonly PendingGate[];
}

/** A GitHub deployment to the target's environment: each job that names the environment makes one. */
export interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  readonly createdAt: Instant;
  /** The workflow run that made it, read from its statuses; null when no status names one. */
  readonly runId: number | null;
  /** The job that made it, from the same links; null when none names one. */
  readonly jobId: number | null;
  /** Newest status: `success`, `failure`, `waiting`, …; null when there is none. */
  readonly state: string | null;
  /** When a status first said that it goes on: the gate, if there is one, was passed by then. null: none says so. */
  readonly passedAt: Instant | null;
}

/** Which runs are looked for beyond the newest ones. */
export type RunFilter =
  | { readonly event: 'workflow_dispatch'; readonly since: Instant; readonly count: number }
  | { readonly status: 'waiting' | 'in_progress'; readonly count: number };

export interface FoundRuns {
  /** Newest first. */
  readonly runs: readonly WorkflowRun[];
  /** There are no more that fit. */
  readonly all: boolean;
}

/** Runs of the last weeks that lie beyond the ten shown, as far as they matter for the target. */
export interface OlderRuns {
  /** In no order. Those that cannot have reached the target's environment are not among them. */
  readonly runs: readonly WorkflowRun[];
  readonly details: readonly RunDetail[];
  /** How far back was looked. */
  readonly since: Instant;
  /** false: there are more than were looked at, and one of them may have reached the environment. */
  readonly isWhole: boolean;
}

export interface Reviewer {
  readonly kind: 'user' | 'team';
  /** Login of a user, slug of a team. */
  readonly name: string;
}

export interface Environment {
  readonly name: string;
  /** null: there is no `required_reviewers` rule. */
  readonly requiredReviewers: readonly Reviewer[] | null;
  /** `any`: every branch may deploy; `protected`: protected branches; else the list of patterns. null: it was not allowed to look. */
  readonly branches: 'any' | 'protected' | readonly string[] | null;
  readonly adminsBypass: boolean | null;
  /** Self-review is prevented, and this is whose token begins the deploys: they may not approve them. */
  readonly mayNotReview?: string;
}

export interface WorkflowFile {
  /** `deploy-heroku.yml` */
  readonly file: string;
  /** `active`, `disabled_manually`, `disabled_inactivity`, `deleted`, … */
  readonly state: string;
  /** The file's text on the deploy ref; null when it could not be read there (`retired` ones are gone). */
  readonly text: string | null;
  /** It is not on the deploy ref, where others were read: GitHub goes on listing the workflows of other branches. */
  readonly isElsewhere?: true;
}

/** Existence and age of a secret: its value can never be read. */
export interface SecretFact {
  readonly name: string;
  readonly updatedAt: Instant;
}

/** A commit; `title` is the first line of its message. */
export interface Commit {
  readonly sha: string;
  readonly title: string;
  readonly author: string;
  readonly at: Instant;
}

/** What a deploy of a ref would ship. */
export interface Shipment {
  readonly ref: string;
  /** Tip of the branch; null: there is no branch of this name. */
  readonly head: Commit | null;
  /** There is a tag of this name. */
  readonly isTag: boolean;
  /** From the commit that runs to the tip; null: there is none, or GitHub does not know it. */
  readonly comparison: Comparison | null;
  /** Runs of every workflow on the tip, newest first. */
  readonly runs: readonly WorkflowRun[];
  /** GitHub's clock when it was asked: a run that is begun later was created no earlier, whatever our clock says. */
  readonly date: Instant | null;
}

export interface Comparison {
  readonly ahead: number;
  readonly behind: number;
  /** Those ahead, newest first; at most the newest 250. */
  readonly commits: readonly Commit[];
  /** What those ahead change, against the last commit that both have in common. */
  readonly diff: Diff;
  readonly url: string;
}

/** What a range of commits changed. */
export interface Diff {
  readonly files: readonly DiffFile[];
  /** false: there are more files than GitHub shows. */
  readonly isWhole: boolean;
}

export interface DiffFile {
  readonly path: string;
  /** Its name before, where it was renamed. */
  readonly before: string | null;
}

/** What is known of a dispatch of ours, to find its run by. */
export interface DispatchTrace {
  readonly workflow: string;
  readonly ref: string;
  /** As GitHub answered it; null: it did not. */
  readonly runId: number | null;
  /** Stands in the run's title when the workflow takes it; null: it does not. */
  readonly nonce: string | null;
  /** By our clock. */
  readonly sentAt: Instant;
  /** GitHub's clock just before it was sent; null: not known. */
  readonly since: Instant | null;
  /** Runs that belong to other dispatches of ours. */
  readonly taken: readonly number[];
  /** Another dispatch of ours was sent at about the same time, and its run is not known either: one that fits may be that one's. */
  readonly hasRival: boolean;
}

/** The run that a dispatch began, as far as it can be told. */
export type Dispatched =
  | {
      readonly kind: 'found';
      readonly run: WorkflowRun;
      readonly detail: RunDetail;
      /** Those of its commit. */
      readonly deployments: Observed<readonly Deployment[]>;
    }
  | { readonly kind: 'none' }
  /** More than one run could be ours: none is taken. */
  | { readonly kind: 'several'; readonly runs: readonly WorkflowRun[] };

/** Somebody whom the runbook file names as a reviewer. */
export interface ReviewerFact {
  readonly login: string;
  /** null: GitHub knows nobody of this login. */
  readonly id: number | null;
  readonly isCollaborator: boolean;
}

// ── Probes ───────────────────────────────────────────────────────────────────────────────────────

/** What one HTTP request met. No answer is an observation too: it says how the request failed. */
export type HttpAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly ms: number;
      /** A page of Heroku's own was served, not the app's: `no-such-app`, `application-error`, `welcome`. */
      readonly herokuPage?: string;
      /** The top-level fields of a JSON object that was answered. */
      readonly report?: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly kind: 'timeout' | 'refused' | 'reset' | 'tls' | 'dns' | 'unreachable';
      /** The system's own code or words: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
      readonly detail: string;
      readonly ms: number;
    };

export interface PlatformIncident {
  readonly id: string;
  readonly title: string;
  readonly url: string | null;
  /** Region hints: `NA`, `EMEA`, `APAC`; empty: it applies to all. */
  readonly tags: readonly string[];
  /** `Apps`, `Data`, `Tools`; empty when the page does not say. */
  readonly systems: readonly string[];
  readonly createdAt: Instant;
}

/** Heroku's status page: current incidents only (resolved and merely scheduled ones are left out by the reader). */
export interface PlatformStatus {
  readonly systems: readonly { readonly system: string; readonly status: string }[];
  readonly incidents: readonly PlatformIncident[];
  /** Announced work that is under way; left out: the page does not say. */
  readonly maintenance?: readonly PlatformIncident[];
}

// ── All of it ────────────────────────────────────────────────────────────────────────────────────

/** Every source, in the order in which people ask for them. */
export interface Sources {
  readonly app: App;
  readonly dynos: readonly Dyno[];
  readonly formation: readonly FormationEntry[];
  /** Newest first, at most 20. */
  readonly releases: readonly Release[];
  /** Slug of the current release; null: the current release has none. */
  readonly slug: Slug | null;
  readonly logs: LogWindow;
  readonly repository: Repository;
  /** The last 10 runs of the deploy workflow, newest first. */
  readonly runs: readonly WorkflowRun[];
  /** One entry a run among `runs`. */
  readonly runDetails: readonly RunDetail[];
  readonly olderRuns: OlderRuns;
  /** Newest first, of the target's environment. */
  readonly deployments: readonly Deployment[];
  readonly environments: readonly Environment[];
  readonly workflows: readonly WorkflowFile[];
  /** null: the secret does not exist. */
  readonly freezeSecret: SecretFact | null;
  readonly platform: PlatformStatus;
  readonly health: HttpAnswer;
  readonly console: HttpAnswer;
}

export type SourceName = keyof Sources;

export type Evidence = { readonly [K in SourceName]: Observed<Sources[K]> };
