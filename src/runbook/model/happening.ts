/** Describes what people do besides changing an app: escalate, snooze, acknowledge, add a note. */
import type { Instant } from './instant.ts';

/** Something that a person did, other than changing an app. */
export interface Happening {
  readonly kind: 'escalated' | 'snoozed' | 'snooze_ended' | 'acknowledged' | 'noted';
  /** Null when its audit line names none. */
  readonly target: string | null;
  readonly who: string;
  readonly at: Instant;
  /** The reason, in the person's words; null when none was given. */
  readonly words: string | null;
  /** The end of a snooze; null for anything else. */
  readonly until: Instant | null;
  /** The short hash of the audit line. */
  readonly hash: string;
}
