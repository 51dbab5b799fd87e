/** Defines every job of the queue: its data, and how often it is retried. */

/** Maps each queue to the data of its jobs. */
export interface Jobs {
  /** Sends the single write of an approved action. */
  execute: { readonly actionId: string };
  /** Checks whether an action took effect. */
  verify: { readonly actionId: string };
  /** Expires a proposal whose time is up. */
  expire: { readonly actionId: string };
  /** Checks on an action after it succeeded. */
  care: { readonly actionId: string };
  /** Draws an action's card from its row. `hasEnded` is set when the action has ended. */
  draw: { readonly actionId: string; readonly hasEnded?: true };
  /** Posts an audit line in the card's thread, and also in the channel if `everybody` is set. */
  tell: {
    readonly actionId: string;
    readonly seq: number;
    readonly everybody: boolean;
    readonly hasEnded?: true;
  };
  /** Looks at a target. */
  watch: { readonly target: string; readonly why?: 'hint' };
  /** Decides whether to page someone for an incident. */
  page: { readonly incidentId: string };
  /** Posts one page of an incident, in the channel or as a direct message to the person. */
  ping: { readonly incidentId: string; readonly seq: number; readonly to: 'channel' | 'person' };
  draw_incident: { readonly incidentId: string };
  /** Posts a line of an incident's timeline in the thread of its card. */
  tell_incident: { readonly incidentId: string; readonly seq: number };
  /** Posts a separate message in the channel. `who` is the person responsible, as the audit names them. */
  notice: { readonly words: string; readonly who?: string };
  /**
   * Runs every half minute and picks up what a dead process left behind for a target. Without a target, it covers all
   * of them, in a process that handles every job.
   */
  recover: { readonly target?: string };
}

export type JobName = keyof Jobs;

/** The handler of each job; see compose/jobs.ts. */
export type JobHandlers = { readonly [Name in JobName]: (data: Jobs[Name]) => Promise<void> };

interface QueuePlan {
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly retryBackoff?: boolean;
  readonly retryDelayMax?: number;
}

/** Slack may be unavailable for a day, so jobs that post there keep retrying that long. */
const UNTIL_SLACK_IS_BACK: QueuePlan = {
  retryLimit: 1_000,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 120,
};

/** `execute` is never retried. Instead, `recover` checks on an action that may have been sent, and sends nothing. */
export const PLANS: Readonly<Record<JobName, QueuePlan>> = {
  execute: { retryLimit: 0, retryDelay: 1 },
  verify: { retryLimit: 20, retryDelay: 3 },
  expire: { retryLimit: 20, retryDelay: 10 },
  care: { retryLimit: 20, retryDelay: 10 },
  draw: UNTIL_SLACK_IS_BACK,
  tell: UNTIL_SLACK_IS_BACK,
  // The next look is due soon, and a late one is worthless.
  watch: { retryLimit: 0, retryDelay: 1 },
  page: { retryLimit: 20, retryDelay: 3 },
  ping: UNTIL_SLACK_IS_BACK,
  draw_incident: UNTIL_SLACK_IS_BACK,
  tell_incident: UNTIL_SLACK_IS_BACK,
  notice: UNTIL_SLACK_IS_BACK,
  recover: { retryLimit: 0, retryDelay: 1 },
};

export const JOB_NAMES = Object.keys(PLANS).filter((name): name is JobName => name in PLANS);

/** A job whose process died is given to another process after this many seconds. */
export const HEARTBEAT_S = 10;
