/** What a diagnosis asks of the outside. The adapters fit these shapes; nothing here throws or rejects. */

import type { Use, UsedUp } from '../../runbook/model/budget.ts';
import type {
  App,
  Deployment,
  Diff,
  Dispatched,
  DispatchTrace,
  Dyno,
  Environment,
  FormationEntry,
  FoundRuns,
  HttpAnswer,
  Instant,
  LogWindow,
  Observed,
  PlatformStatus,
  Release,
  Repository,
  ReviewerFact,
  RunDetail,
  RunFilter,
  SecretFact,
  Shipment,
  Slug,
  WorkflowFile,
  WorkflowRun,
} from '../../runbook/model/evidence.ts';
import type { RateLimit } from '../../runbook/model/terms.ts';

export interface ReadOptions {
  /** Aborted at the diagnosis' deadline: the read then answers `timeout` at once. */
  readonly signal: AbortSignal;
  /** What the answer is for: it says who is refused first when the hour's allowance runs low. */
  readonly use: Use;
}

export interface HerokuReader {
  app(app: string, options: ReadOptions): Promise<Observed<App>>;
  dynos(app: string, options: ReadOptions): Promise<Observed<readonly Dyno[]>>;
  formation(app: string, options: ReadOptions): Promise<Observed<readonly FormationEntry[]>>;
  /** Newest first. */
  releases(app: string, count: number, options: ReadOptions): Promise<Observed<readonly Release[]>>;
  slug(app: string, slugId: string, options: ReadOptions): Promise<Observed<Slug>>;
  /** A log session and the last `lines` lines of it. */
  logs(app: string, lines: number, options: ReadOptions): Promise<Observed<LogWindow>>;
  rateLimit(): RateLimit | null;
  /** Why so many requests of this use would not all be sent now; null: they would. */
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
  /** Every workflow of the repository, with its text at `ref` where that may be read. */
  workflows(ref: string, options: ReadOptions): Promise<Observed<readonly WorkflowFile[]>>;
  secret(name: string, options: ReadOptions): Promise<Observed<SecretFact | null>>;
  /** What a deploy of `ref` would ship; `base`: the commit that runs now, null for none. */
  shipment(ref: string, base: string | null, options: ReadOptions): Promise<Observed<Shipment>>;
  /** The run that a dispatch of ours began. */
  dispatched(trace: DispatchTrace, now: Instant, options: ReadOptions): Promise<Observed<Dispatched>>;
  /** What changed from the code of one commit to that of another, whichever of them is older. */
  diff(base: string, head: string, options: ReadOptions): Promise<Observed<Diff>>;
  reviewers(logins: readonly string[], options: ReadOptions): Promise<Observed<readonly ReviewerFact[]>>;
  rateLimit(): RateLimit | null;
  /** Why so many requests of this use would not all be sent now; null: they would. */
  usedUp(use: Use, requests: number): UsedUp | null;
  /** Requests to the API since the start of the process, 304s left out: they are free. */
  requests(): number;
}

export interface Probe {
  /** One GET; no answer is an observation as well. */
  get(url: string, options: Pick<ReadOptions, 'signal'>): Promise<Observed<HttpAnswer>>;
  platform(options: Pick<ReadOptions, 'signal'>): Promise<Observed<PlatformStatus>>;
}

export interface Outside {
  readonly heroku: HerokuReader;
  readonly github: GitHubReader;
  readonly probe: Probe;
}
