/** Every job of the queue: what it carries, and how often it is tried. */

/** Every queue, and what its jobs carry. */
export interface Jobs {
  /** Send the one write of an approved action. */
  execute: { readonly actionId: string };
  /** Check whether an action took effect. */
  verify: { readonly actionId: string };
  /** The time of a proposal is up. */
  expire: { readonly actionId: string };
  /** Check on an action after it succeeded. */
  care: { readonly actionId: string };
  /** Draw an action's card from its row. `hasEnded`: the action has. */
  draw: { readonly actionId: string; readonly hasEnded?: true };
  /** Post a line of the audit in the card's thread; `everybody`: in the channel as well. */
  tell: {
    readonly actionId: string;
    readonly seq: number;
    readonly everybody: boolean;
    readonly hasEnded?: true;
  };
  /** Look at a target. */
  watch: { readonly target: string; readonly why?: 'hint' };
  /** Decide whether to page somebody for an incident. */
  page: { readonly incidentId: string };
  /** Post a page of an incident: in the channel, or to the person. */
  ping: { readonly incidentId: string; readonly seq: number; readonly to: 'channel' | 'person' };
  draw_incident: { readonly incidentId: string };
  /** Post a line of an incident's timeline in the thread of its card. */
  tell_incident: { readonly incidentId: string; readonly seq: number };
  /** Post something in the channel by itself; `who` did it, as the audit names them. */
  notice: { readonly words: string; readonly who?: string };
  /** Every half minute: take up what a dead process left behind of a target; of all targets, where a process does every job. */
  recover: { readonly target?: string };
}

export type JobName = keyof Jobs;

/** What does each job; see compose/jobs.ts. */
export type JobHandlers = { readonly [Name in JobName]: (data: Jobs[Name]) => Promise<void> };

interface QueuePlan {
  readonly retryLimit: number;
  readonly retryDelay: number;
  readonly retryBackoff?: boolean;
  readonly retryDelayMax?: number;
}

/** Slack may be away for a day: what is to be shown there waits for it. */
const UNTIL_SLACK_IS_BACK: QueuePlan = {
  retryLimit: 1_000,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 120,
};

/** `execute` is never retried: `recover` checks on an action that may have been sent, and sends nothing. */
export const PLANS: Readonly<Record<JobName, QueuePlan>> = {
  execute: { retryLimit: 0, retryDelay: 1 },
  verify: { retryLimit: 20, retryDelay: 3 },
  expire: { retryLimit: 20, retryDelay: 10 },
  care: { retryLimit: 20, retryDelay: 10 },
  draw: UNTIL_SLACK_IS_BACK,
  tell: UNTIL_SLACK_IS_BACK,
  // The next round comes soon, and a late look is worth nothing.
  watch: { retryLimit: 0, retryDelay: 1 },
  page: { retryLimit: 20, retryDelay: 3 },
  ping: UNTIL_SLACK_IS_BACK,
  draw_incident: UNTIL_SLACK_IS_BACK,
  tell_incident: UNTIL_SLACK_IS_BACK,
  notice: UNTIL_SLACK_IS_BACK,
  recover: { retryLimit: 0, retryDelay: 1 },
};

export const JOB_NAMES = Object.keys(PLANS).filter((name): name is JobName => name in PLANS);

/** A job whose process died is given to another one after this time. */
export const HEARTBEAT_S = 10;
