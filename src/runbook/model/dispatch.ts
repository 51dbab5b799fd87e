/** What GitHub says of a deploy that the bot dispatches. */

import type { Deployment, RunDetail, WorkflowRun } from './github.ts';
import type { Instant } from './instant.ts';
import type { Observed } from './observed.ts';

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
