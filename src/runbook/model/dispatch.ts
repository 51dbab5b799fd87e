/** Describes what GitHub knows about a deploy that the bot dispatches. */

import type { Deployment, RunDetail, WorkflowRun } from './github.ts';
import type { Instant } from './instant.ts';
import type { Observed } from './observed.ts';

/** The known facts about one of our dispatches, used to find its run. */
export interface DispatchTrace {
  readonly workflow: string;
  readonly ref: string;
  /** The run id from GitHub's response; null when the response had none. */
  readonly runId: number | null;
  /** A part of the run's title, if the workflow takes it as an input; null if it does not. */
  readonly nonce: string | null;
  /** The time by our clock. */
  readonly sentAt: Instant;
  /** GitHub's clock just before the dispatch; null when unknown. */
  readonly since: Instant | null;
  /** Runs that belong to our other dispatches. */
  readonly taken: readonly number[];
  /**
   * True when another dispatch was sent at about the same time and its run is unknown too, so a matching run may belong
   * to it.
   */
  readonly hasRival: boolean;
}

/** The run that a dispatch started, as far as it is known. */
export type Dispatched =
  | {
      readonly kind: 'found';

      readonly run: WorkflowRun;
      readonly detail: RunDetail;
      /** The deployments of the run's commit. */
      readonly deployments: Observed<readonly Deployment[]>;
    }
  | { readonly kind: 'none' }
  /** More than one run could be ours, so none is picked. */
  | { readonly kind: 'several'; readonly runs: readonly WorkflowRun[] };
