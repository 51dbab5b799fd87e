/** Defines everything that a diagnosis reads, by source. */

import type {
  Deployment,
  Environment,
  OlderRuns,
  Repository,
  RunDetail,
  SecretFact,
  WorkflowFile,
  WorkflowRun,
} from './github.ts';
import type { App, Dyno, FormationEntry, LogWindow, Release, Slug } from './heroku.ts';
import type { Observed } from './observed.ts';
import type { HttpAnswer, PlatformStatus } from './probes.ts';

/** All sources, in the order in which people look at them. */
export interface Sources {
  readonly app: App;
  readonly dynos: readonly Dyno[];
  readonly formation: readonly FormationEntry[];
  /** Releases, newest first, at most 20. */
  readonly releases: readonly Release[];
  /** The slug of the current release; null when it has none. */
  readonly slug: Slug | null;
  readonly logs: LogWindow;
  readonly repository: Repository;
  /** The last 10 runs of the deploy workflow, newest first. */
  readonly runs: readonly WorkflowRun[];
  /** One entry per run in `runs`. */
  readonly runDetails: readonly RunDetail[];
  readonly olderRuns: OlderRuns;
  /** Deployments to the target's environment, newest first. */
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
