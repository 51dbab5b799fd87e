/** The life of an incident as one table: what a look or a person makes of it, and what that means. */
import type { Incident } from '../model/incident.ts';
import type { IncidentStep } from './watch-step.ts';

interface IncidentTransition {
  /** null: there was none. */
  readonly from: Incident['state'] | null;
  readonly to: Incident['state'];
  /** What it means, in a sentence. */
  readonly meaning: string;
}

/** `close` is a person's; every other step is made by a look. */
export const INCIDENT_TRANSITIONS = {
  open: {
    from: null,
    to: 'open',
    meaning: 'The target failed at two looks at least 30 s apart, or at one that is proof.',
  },
  update: { from: 'open', to: 'open', meaning: 'It still fails, perhaps otherwise.' },
  recovering: { from: 'open', to: 'open', meaning: 'It does not fail now, and has not held long enough.' },
  stopped: { from: 'open', to: 'open', meaning: 'The app was stopped through the bot: nobody is paged.' },
  resolve: {
    from: 'open',
    to: 'resolved',
    meaning: 'It was well at two looks, and up for more than five minutes.',
  },
  close: { from: 'open', to: 'resolved', meaning: 'A person closed it while the app is stopped.' },
  reopen: { from: 'resolved', to: 'open', meaning: 'It fails again within 15 minutes.' },
} as const satisfies Readonly<Record<IncidentStep['kind'] | 'close', IncidentTransition>>;
