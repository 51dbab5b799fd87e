/** A boot of a dyno: its start, its end, and what the app wrote in between. */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';

export interface Boot {
  /** Example: `web.1`. */
  readonly dyno: string;
  /** Example: `web`. */
  readonly type: string;
  /** Null when the log does not reach back to the start. */
  readonly startedAt: Instant | null;
  /** The command that the dyno ran; null when the log does not show it. */
  readonly command: string | null;
  /** Null when the log does not show the dyno coming up. */
  readonly upAt: Instant | null;
  /** Null when the log does not show the end. */
  readonly end: BootEnd | null;
  /** The app's output during this boot, oldest first. Only the last lines of a long boot are kept. */
  readonly output: readonly LogLine[];
}

export interface BootEnd {
  readonly at: Instant;
  /**
   * `crashed`: the process ended by itself, or Heroku killed it. `stopped`: it ended on purpose (restart, scaling,
   * daily cycling). `idle`: an Eco dyno fell asleep. `done`: a one-off ended.
   */
  readonly how: 'crashed' | 'stopped' | 'idle' | 'done';
  /** The exit status of the process; null when the log does not show it. */
  readonly exitStatus: number | null;
  /** The code with which Heroku killed the process (`R10`, `R15`); null when Heroku did not kill it. */
  readonly killedBy: string | null;
}
