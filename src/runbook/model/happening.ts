/** What people do besides changing an app: escalate, snooze, acknowledge, add a note. */
import type { Instant } from './instant.ts';

/** Something that a person did, other than changing an app. */
export interface Happening {
  readonly kind: 'escalated' | 'snoozed' | 'snooze_ended' | 'acknowledged' | 'noted';
  readonly target: string;
  readonly who: string;
  readonly at: Instant;
  /** Why, in their words; null when nothing was said. */
  readonly words: string | null;
  /** Until when a target is snoozed; null for anything else. */
  readonly until: Instant | null;
  /** Short hash of its audit line. */
  readonly hash: string;
}
