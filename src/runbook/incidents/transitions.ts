/** Defines the life of an incident as one table: which step may follow which, what it means, and what it carries. */

import type { LastHour } from '../logs/last-hour.ts';
import type { ChangeReport } from '../model/change.ts';
import type { Incident, Picture, Stop, Wake } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';

/** An incident before it is opened: only its names. */
export interface Unopened {
  readonly state: 'none';
  readonly id: string;
  readonly target: string;
  readonly app: string;
}

type State = Incident['state'] | Unopened['state'];

export interface IncidentTransition {
  readonly from: readonly State[];
  /** `same`: the state does not change. */
  readonly to: Incident['state'] | 'same';
  /** Explains the transition in one sentence. */
  readonly meaning: string;
}

export const INCIDENT_TRANSITIONS = {
  open: {
    from: ['none'],
    to: 'open',
    meaning: 'The target failed on two looks at least 30 s apart, or on one conclusive look.',
  },
  escalate: {
    from: ['none', 'open'],
    to: 'open',
    meaning: 'Someone escalated it, or an action ended in a way that meets an escalation condition.',
  },
  update: { from: ['open'], to: 'open', meaning: 'The target still fails, perhaps in another way.' },
  count_conditions: {
    from: ['open'],
    to: 'open',
    meaning: 'Escalation conditions are met, or their timers run.',
  },
  end_conditions: { from: ['open'], to: 'open', meaning: 'Escalation conditions are no longer met.' },
  keep_changes: {
    from: ['open'],
    to: 'open',
    meaning: 'What changed before the failure was found.',
  },
  page: { from: ['open'], to: 'open', meaning: 'The operator is paged.' },
  acknowledge: { from: ['open'], to: 'open', meaning: 'Someone acknowledged it and owns it from then on.' },
  snooze: { from: ['open'], to: 'open', meaning: 'The target was snoozed: nobody is paged for a while.' },
  end_snooze: { from: ['open'], to: 'open', meaning: 'The snooze of the target ended early.' },
  stop: { from: ['open'], to: 'open', meaning: 'The app was stopped through the bot: nobody is paged.' },
  recover: {
    from: ['open'],
    to: 'open',
    meaning: 'The target no longer fails, but not for long enough to resolve.',
  },
  resolve: {
    from: ['open'],
    to: 'resolved',
    meaning: 'The target was healthy on two looks and up for more than five minutes.',
  },
  close: { from: ['open'], to: 'resolved', meaning: 'A person closed it while the app was stopped.' },
  reopen: { from: ['resolved'], to: 'open', meaning: 'The target failed again within 15 minutes.' },
  note: { from: ['open', 'resolved'], to: 'same', meaning: 'Someone added a note.' },
} as const satisfies Record<string, IncidentTransition>;

export type IncidentStepName = keyof typeof INCIDENT_TRANSITIONS;

interface ByPerson {
  /** The actor's name, as the audit stores it. */
  readonly who: string;
}

/** The data that each step carries. The bot takes the steps that have no `who`. */
interface StepFields {
  /**
   * `wellBefore`: the last healthy look; null when there was none. `lastHour`: the requests that the look saw in the
   * log; null when it saw none.
   */
  open: {
    readonly since: Instant;
    readonly wellBefore: Instant | null;
    readonly picture: Picture;
    readonly lastHour: LastHour | null;
  };
  /** `picture`: what the incident shows if this step opens it. */
  escalate: ByPerson & { readonly wake: Wake; readonly picture: Picture };
  /** `isOff`: whether the app is at 0 or in maintenance while something else is wrong. */
  update: { readonly picture: Picture; readonly isOff: boolean };
  /** `heard`: keys of all conditions that the target ever had. */
  count_conditions: { readonly wakes: readonly Wake[]; readonly heard: ReadonlySet<string> };
  /** `isSaid`: whether another line of the same look already says it. */
  end_conditions: { readonly keys: readonly string[]; readonly isSaid: boolean };
  /** `words`: the text for the thread; null only redraws the card. */
  keep_changes: { readonly changes: ChangeReport; readonly words: string | null };
  /** The step is refused when the row has changed since `revision`. `keepsOwner`: whether an acknowledgement stays. */
  page: {
    readonly revision: number;
    readonly wakes: readonly Wake[];
    readonly keepsOwner: boolean;
    readonly words: string;
  };
  acknowledge: ByPerson;
  snooze: ByPerson & { readonly until: Instant };
  end_snooze: Readonly<Record<never, never>>;
  stop: { readonly stop: Stop };
  recover: { readonly since: Instant };
  resolve: { readonly wellSince: Instant };
  close: ByPerson;
  reopen: { readonly picture: Picture };
  note: ByPerson & { readonly words: string };
}

export type IncidentStep<Name extends IncidentStepName = IncidentStepName> = {
  [N in Name]: { readonly name: N; readonly at: Instant } & StepFields[N];
}[Name];
