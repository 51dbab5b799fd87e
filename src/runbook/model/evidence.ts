/** What can be seen from outside, as data: one `Observed` per source. Not seeing a source is a fact of its own, with its reason. */

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
  /** One short sentence for people: which service, which answer. Never contains a secret. */
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
  /** `up`, `crashed`, `starting`, `idle`, `down`, or a state that Heroku adds later. */
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
  /** `succeeded`, `failed`, `pending`, `expired`, or a status that Heroku adds later. */
  readonly status: string;
  readonly current: boolean;
  readonly description: string;
  readonly eligibleForRollback: boolean;
  /** Null when this release has no slug. */
  readonly slugId: string | null;
  /** The container image that it has instead of a slug (container and Fir apps); null for none. */
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
  /** Null for a line without a timestamp (a continuation). */
  readonly at: Instant | null;
  /** `app` or `heroku`; empty when the line could not be parsed. */
  readonly source: string;
  /** `web.1`, `router`, `api`, …; empty when the line could not be parsed. */
  readonly process: string;
  readonly text: string;
}

export interface LogWindow {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** How many lines were requested. If as many came back, the window is full and older lines were cut off. */
  readonly asked: number;
}

// ── GitHub ───────────────────────────────────────────────────────────────────────────────────────

export interface Repository {
  readonly private: boolean;
  readonly defaultBranch: string;
  /** Its current `owner/name`: reads are redirected there, writes are refused. */
  readonly movedTo?: string;
  /** When the token that reads it expires, if GitHub says so. */
  readonly tokenExpiresAt?: Instant;
}

export interface WorkflowRun {
  readonly id: number;
  /** `push`, `workflow_dispatch`, … */
  readonly event: string;
  /** `queued`, `requested`, `pending`, `waiting`, `in_progress`, `completed`, or another word. */
  readonly status: string;
  /** Null until completed. */
  readonly conclusion: string | null;
  /** The run's `display_title`. */
  readonly title: string;
  readonly branch: string | null;
  readonly sha: string;
  readonly attempt: number;
  readonly actor: string | null;
  readonly url: string;
  readonly createdAt: Instant;
  /** When this attempt began: for a re-run of last week's run, today. */
  readonly startedAt: Instant;
  /** When the run's row was last touched, which does not prove that anything happened then. */
  readonly updatedAt: Instant;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  /** Whether a runner has picked up the job. */
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
  readonly comment: string;
  readonly environments: readonly string[];
}

export interface PendingGate {
  readonly environment: string;
  /** Logins and team slugs that may approve; empty for a wait timer or a custom rule. */
  readonly reviewers: readonly string[];
}

/** What a run of the deploy workflow did: its jobs, its gate, its approvals. */
export interface RunDetail {
  readonly runId: number;
  readonly jobs: readonly Job[];
  readonly approvals: readonly RunApproval[];
  /** Gates at which the run is waiting now. */
  readonly pending: readonly PendingGate[];
}

/** A GitHub deployment to the target's environment: each job that names the environment creates one. */
export interface Deployment {
  readonly id: number;
  readonly environment: string;
  readonly sha: string;
  readonly createdAt: Instant;
  /** The workflow run that created it, from its statuses; null when no status names one. */
  readonly runId: number | null;
  /** The job that created it, from the same links; null when none names one. */
  readonly jobId: number | null;
  /** Newest status: `success`, `failure`, `waiting`, …; null when there is none. */
  readonly state: string | null;
  /** When a status first said that it was proceeding: the gate, if there is one, had been passed by then. Null if none says so. */
  readonly passedAt: Instant | null;
}

/** Which runs to look for beyond the newest ones. */
export type RunFilter =
  | { readonly event: 'workflow_dispatch'; readonly since: Instant; readonly count: number }
  | { readonly status: 'waiting' | 'in_progress'; readonly count: number };

export interface FoundRuns {
  /** Newest first. */
  readonly runs: readonly WorkflowRun[];
  /** Whether these are all the runs that match. */
  readonly all: boolean;
}

/** Runs of the last weeks beyond the ten shown, as far as they matter for the target. */
export interface OlderRuns {
  /** In no order. Runs that cannot have reached the target's environment are left out. */
  readonly runs: readonly WorkflowRun[];
  readonly details: readonly RunDetail[];
  /** How far back the search went. */
  readonly since: Instant;
  /** False when there are more runs than were read, one of which may have reached the environment. */
  readonly isWhole: boolean;
}

export interface Reviewer {
  readonly kind: 'user' | 'team';
  /** Login of a user, slug of a team. */
  readonly name: string;
}

export interface Environment {
  readonly name: string;
  /** Null when there is no `required_reviewers` rule. */
  readonly requiredReviewers: readonly Reviewer[] | null;
  /** `any`: every branch may deploy; `protected`: protected branches; else the list of patterns. Null when the token may not read it. */
  readonly branches: 'any' | 'protected' | readonly string[] | null;
  readonly adminsBypass: boolean | null;
  /** The owner of the token that dispatches deploys, where self-review is prevented: they may not approve those deploys. */
  readonly mayNotReview?: string;
}

export interface WorkflowFile {
  /** `deploy-heroku.yml` */
  readonly file: string;
  /** `active`, `disabled_manually`, `disabled_inactivity`, `deleted`, … */
  readonly state: string;
  /** The file's text on the deploy ref; null when it could not be read there (retired workflows are gone). */
  readonly text: string | null;
  /** It is not on the deploy ref, although others are: GitHub keeps listing the workflows of other branches. */
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
  /** Tip of the branch; null when there is no branch of this name. */
  readonly head: Commit | null;
  /** Whether there is a tag of this name. */
  readonly isTag: boolean;
  /** From the running commit to the tip; null when there is none, or GitHub does not know it. */
  readonly comparison: Comparison | null;
  /** Runs of every workflow on the tip, newest first. */
  readonly runs: readonly WorkflowRun[];
  /** GitHub's clock at the time of the request: a run that is started later was created no earlier, whatever our clock says. */
  readonly date: Instant | null;
}

export interface Comparison {
  readonly ahead: number;
  readonly behind: number;
  /** The commits ahead, newest first; at most 250. */
  readonly commits: readonly Commit[];
  /** What they change, against the merge base. */
  readonly diff: Diff;
  readonly url: string;
}

/** What a range of commits changed. */
export interface Diff {
  readonly files: readonly DiffFile[];
  /** False when there are more files than GitHub lists. */
  readonly isWhole: boolean;
}

export interface DiffFile {
  readonly path: string;
  /** Its former name, if it was renamed; else null. */
  readonly before: string | null;
}

/** What is known of one of our dispatches, to find its run by. */
export interface DispatchTrace {
  readonly workflow: string;
  readonly ref: string;
  /** From GitHub's answer; null when the answer had none. */
  readonly runId: number | null;
  /** Part of the run's title, if the workflow takes it as an input; null if it does not. */
  readonly nonce: string | null;
  /** By our clock. */
  readonly sentAt: Instant;
  /** GitHub's clock just before it was sent; null when not known. */
  readonly since: Instant | null;
  /** Runs that belong to our other dispatches. */
  readonly taken: readonly number[];
  /** Another dispatch was sent at about the same time and its run is not known either, so a run that fits may belong to it. */
  readonly hasRival: boolean;
}

/** The run that a dispatch started, as far as that is known. */
export type Dispatched =
  | {
      readonly kind: 'found';
      readonly run: WorkflowRun;
      readonly detail: RunDetail;
      /** The deployments of its commit. */
      readonly deployments: Observed<readonly Deployment[]>;
    }
  | { readonly kind: 'none' }
  /** More than one run could be ours, so none is picked. */
  | { readonly kind: 'several'; readonly runs: readonly WorkflowRun[] };

/** Somebody named as a reviewer by the runbook file. */
export interface ReviewerFact {
  readonly login: string;
  /** Null when GitHub has no user with this login. */
  readonly id: number | null;
  readonly isCollaborator: boolean;
}

// ── Probes ───────────────────────────────────────────────────────────────────────────────────────

/** How one HTTP request ended. No answer is an observation too: it says how the request failed. */
export type HttpAnswer =
  | {
      readonly kind: 'http';
      readonly status: number;
      readonly ms: number;
      /** Heroku's own page, served instead of the app's: `no-such-app`, `application-error`, `welcome`. */
      readonly herokuPage?: string;
      /** The top-level fields, if the answer was a JSON object. */
      readonly report?: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly kind: 'timeout' | 'refused' | 'reset' | 'tls' | 'dns' | 'unreachable';
      /** The system's code or message: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
      readonly detail: string;
      readonly ms: number;
    };

export interface PlatformIncident {
  readonly id: string;
  readonly title: string;
  readonly url: string | null;
  /** Regions: `NA`, `EMEA`, `APAC`; empty when it applies to all. */
  readonly tags: readonly string[];
  /** `Apps`, `Data`, `Tools`; empty when the page does not say. */
  readonly systems: readonly string[];
  readonly createdAt: Instant;
}

/** Heroku's status page: current incidents only (resolved and merely scheduled ones are left out by the reader). */
export interface PlatformStatus {
  readonly systems: readonly { readonly system: string; readonly status: string }[];
  readonly incidents: readonly PlatformIncident[];
  /** Announced maintenance in progress; absent when the page does not say. */
  readonly maintenance?: readonly PlatformIncident[];
}

// ── All of it ────────────────────────────────────────────────────────────────────────────────────

/** Every source, in the order in which people look at them. */
export interface Sources {
  readonly app: App;
  readonly dynos: readonly Dyno[];
  readonly formation: readonly FormationEntry[];
  /** Newest first, at most 20. */
  readonly releases: readonly Release[];
  /** Slug of the current release; null when it has none. */
  readonly slug: Slug | null;
  readonly logs: LogWindow;
  readonly repository: Repository;
  /** The last 10 runs of the deploy workflow, newest first. */
  readonly runs: readonly WorkflowRun[];
  /** One entry per run in `runs`. */
  readonly runDetails: readonly RunDetail[];
  readonly olderRuns: OlderRuns;
  /** Newest first, of the target's environment. */
  readonly deployments: readonly Deployment[];
  readonly environments: readonly Environment[];
  readonly workflows: readonly WorkflowFile[];
  /** Null when the secret does not exist. */
  readonly freezeSecret: SecretFact | null;
  readonly platform: PlatformStatus;
  readonly health: HttpAnswer;
  readonly console: HttpAnswer;
}

export type SourceName = keyof Sources;

export type Evidence = { readonly [K in SourceName]: Observed<Sources[K]> };
