/** What a diagnosis reads from outside. The adapters implement these interfaces; nothing here throws or rejects. */

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
  /** Aborted at the deadline of the diagnosis: the read then answers `timeout` at once. */
  readonly signal: AbortSignal;
  /** What the answer is for, which decides who is refused first when the hourly budget runs low. */
  readonly use: Use;
}

export interface HerokuReader {
  app(app: string, options: ReadOptions): Promise<Observed<App>>;
  dynos(app: string, options: ReadOptions): Promise<Observed<readonly Dyno[]>>;
  formation(app: string, options: ReadOptions): Promise<Observed<readonly FormationEntry[]>>;
  /** Newest first. */
  releases(app: string, count: number, options: ReadOptions): Promise<Observed<readonly Release[]>>;
  slug(app: string, slugId: string, options: ReadOptions): Promise<Observed<Slug>>;
  /** Opens a log session and reads its last `lines` lines. */
  logs(app: string, lines: number, options: ReadOptions): Promise<Observed<LogWindow>>;
  rateLimit(): RateLimit | null;
  /** Why this many requests of this use would not all be sent now; null when they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Requests to the API for this app since the start of the process. */
  requests(app: string): number;
}

export interface GitHubReader {
  repository(options: ReadOptions): Promise<Observed<Repository>>;
  /** Newest first. */
  runs(workflowFile: string, count: number, options: ReadOptions): Promise<Observed<readonly WorkflowRun[]>>;
  runsLike(workflowFile: string, filter: RunFilter, options: ReadOptions): Promise<Observed<FoundRuns>>;
  /** Jobs, approvals and open gates of each of these runs. */
  runDetails(runs: readonly WorkflowRun[], options: ReadOptions): Promise<Observed<readonly RunDetail[]>>;
  /** Newest first, each with its newest status and the run that made it. */
  deployments(
    environment: string,
    count: number,
    options: ReadOptions,
  ): Promise<Observed<readonly Deployment[]>>;
  environments(options: ReadOptions): Promise<Observed<readonly Environment[]>>;
  /** Every workflow of the repository, with its text at `ref` where the token may read it. */
  workflows(ref: string, options: ReadOptions): Promise<Observed<readonly WorkflowFile[]>>;
  secret(name: string, options: ReadOptions): Promise<Observed<SecretFact | null>>;
  /** What a deploy of `ref` would ship. `base`: the running commit; null for none. */
  shipment(ref: string, base: string | null, options: ReadOptions): Promise<Observed<Shipment>>;
  /** The run that one of our dispatches started. */
  dispatched(trace: DispatchTrace, now: Instant, options: ReadOptions): Promise<Observed<Dispatched>>;
  /** What changed from the code of one commit to that of another, whichever is older. */
  diff(base: string, head: string, options: ReadOptions): Promise<Observed<Diff>>;
  reviewers(logins: readonly string[], options: ReadOptions): Promise<Observed<readonly ReviewerFact[]>>;
  rateLimit(): RateLimit | null;
  /** Why this many requests of this use would not all be sent now; null when they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Requests to the API since the start of the process, except 304s, which are free. */
  requests(): number;
}

export interface Probe {
  /** One GET; no answer is an observation, too. */
  get(url: string, options: Pick<ReadOptions, 'signal'>): Promise<Observed<HttpAnswer>>;
  platform(options: Pick<ReadOptions, 'signal'>): Promise<Observed<PlatformStatus>>;
}

export interface Outside {
  readonly heroku: HerokuReader;
  readonly github: GitHubReader;
  readonly probe: Probe;
}
