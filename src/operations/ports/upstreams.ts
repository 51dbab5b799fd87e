/**
 * Defines what a diagnosis reads from outside. The adapters implement these interfaces; nothing here throws or rejects.
 */

import type { Use, UsedUp } from '../../runbook/model/budget.ts';
import type { Dispatched, DispatchTrace } from '../../runbook/model/dispatch.ts';
import type {
  Deployment,
  Diff,
  Environment,
  FoundRuns,
  Repository,
  ReviewerFact,
  RunDetail,
  RunFilter,
  SecretFact,
  Shipment,
  WorkflowFile,
  WorkflowRun,
} from '../../runbook/model/github.ts';
import type { App, Dyno, FormationEntry, LogWindow, Release, Slug } from '../../runbook/model/heroku.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import type { HttpAnswer, PlatformStatus } from '../../runbook/model/probes.ts';
import type { RateLimit } from '../../runbook/model/terms.ts';

export interface ReadOptions {
  /** Aborted at the deadline of the diagnosis; the read then returns `timeout` immediately. */
  readonly signal: AbortSignal;
  /** The purpose of the request, which decides who is refused first when the hourly budget runs low. */
  readonly use: Use;
}

export interface HerokuReader {
  app(app: string, options: ReadOptions): Promise<Observed<App>>;
  dynos(app: string, options: ReadOptions): Promise<Observed<readonly Dyno[]>>;
  formation(app: string, options: ReadOptions): Promise<Observed<readonly FormationEntry[]>>;
  /** Returns releases, newest first. */
  releases(app: string, count: number, options: ReadOptions): Promise<Observed<readonly Release[]>>;
  slug(app: string, slugId: string, options: ReadOptions): Promise<Observed<Slug>>;
  /** Opens a log session and reads its last `lines` lines. */
  logs(app: string, lines: number, options: ReadOptions): Promise<Observed<LogWindow>>;
  rateLimit(): RateLimit | null;
  /** Returns why this many requests of this use would not all be sent now, or null when they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Returns the number of requests to the API for this app since the process started. */
  requests(app: string): number;
}

export interface GitHubReader {
  repository(options: ReadOptions): Promise<Observed<Repository>>;
  /** Returns runs, newest first. */
  runs(workflowFile: string, count: number, options: ReadOptions): Promise<Observed<readonly WorkflowRun[]>>;
  runsLike(workflowFile: string, filter: RunFilter, options: ReadOptions): Promise<Observed<FoundRuns>>;
  /** Returns the jobs, approvals and open gates of each of these runs. */
  runDetails(runs: readonly WorkflowRun[], options: ReadOptions): Promise<Observed<readonly RunDetail[]>>;
  /** Returns deployments, newest first, each with its newest status and the run that created it. */
  deployments(
    environment: string,
    count: number,
    options: ReadOptions,
  ): Promise<Observed<readonly Deployment[]>>;
  environments(options: ReadOptions): Promise<Observed<readonly Environment[]>>;
  /** Returns every workflow of the repository, with its text at `ref` if the token may read it. */
  workflows(ref: string, options: ReadOptions): Promise<Observed<readonly WorkflowFile[]>>;
  secret(name: string, options: ReadOptions): Promise<Observed<SecretFact | null>>;
  /** Returns what a deploy of `ref` would ship. `base`: the running commit; null for none. */
  shipment(ref: string, base: string | null, options: ReadOptions): Promise<Observed<Shipment>>;
  /** Returns the run that one of our dispatches started. */
  dispatched(trace: DispatchTrace, now: Instant, options: ReadOptions): Promise<Observed<Dispatched>>;
  /** Returns what changed from the code of one commit to that of another, whichever is older. */
  diff(base: string, head: string, options: ReadOptions): Promise<Observed<Diff>>;
  reviewers(logins: readonly string[], options: ReadOptions): Promise<Observed<readonly ReviewerFact[]>>;
  rateLimit(): RateLimit | null;
  /** Returns why this many requests of this use would not all be sent now, or null when they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Returns the number of requests to the API since the process started, except 304s, which are free. */
  requests(): number;
}

export interface Probe {
  /** Sends one GET. A request without a response is an observation too. */
  get(url: string, options: Pick<ReadOptions, 'signal'>): Promise<Observed<HttpAnswer>>;
  platform(options: Pick<ReadOptions, 'signal'>): Promise<Observed<PlatformStatus>>;
}

export interface Outside {
  readonly heroku: HerokuReader;
  readonly github: GitHubReader;
  readonly probe: Probe;
}
