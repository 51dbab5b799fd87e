/** One boot of a dyno: from its start to its end, with what the app wrote in between. */

import type { LogLine } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';

export interface Boot {
  /** `web.1` */
  readonly dyno: string;
  /** `web` */
  readonly type: string;
  /** Null when the log does not reach back to it. */
  readonly startedAt: Instant | null;
  /** The command that the dyno ran; null when the log does not show it. */
  readonly command: string | null;
  /** Null when the log does not show it come up. */
  readonly upAt: Instant | null;
  /** Null when the log does not show it end. */
  readonly end: BootEnd | null;
  /** What the app wrote during this boot, oldest first; only the last lines of a long one. */
  readonly output: readonly LogLine[];
}

export interface BootEnd {
  readonly at: Instant;
  /**
   * `crashed`: by itself, or killed by Heroku; `stopped`: on purpose (restart, scaling, daily cycling); `idle`: an Eco
   * dyno fell asleep; `done`: a one-off ended.
   */
  readonly how: 'crashed' | 'stopped' | 'idle' | 'done';
  /** Exit status of the process; null when the log does not show it. */
  readonly exitStatus: number | null;
  /** The code with which Heroku killed it (`R10`, `R15`); null when Heroku did not kill it. */
  readonly killedBy: string | null;
}
