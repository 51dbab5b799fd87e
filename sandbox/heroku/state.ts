/** The state of the local Heroku. Ages are seconds before the scenario began. */

export interface HerokuState {
  apps: Record<string, AppState>;
  /** Requests left in this hour, for `RateLimit-Remaining`. */
  rateLimitRemaining: number;
}

export interface AppState {
  region: string;
  stack: string;
  maintenance: boolean;
  formation: FormationState[];
  /** The dynos that are running now, including one-off dynos. */
  dynos: DynoState[];
  /** Seconds from `starting` to `up`. */
  bootSeconds: number;
  /** Slugs whose dynos crash at the end of their boot, unless the config var `until` is set. */
  crashing: { slug: string; until?: string }[];
  /** Oldest first, starting at version 1. The last `succeeded` one is current. */
  releases: ReleaseState[];
  /**
   * Log lines, oldest first: `-300 heroku[web.1]: State changed from up to crashed`.
   * The number is seconds relative to the start.
   */
  log: string[];
}

export interface FormationState {
  type: string;
  quantity: number;
  size: string;
  command: string;
}

export interface DynoState {
  name: string;
  type: string;
  /** `up`, `crashed`, `starting`, `idle`, or `down`. */
  state: string;
  size: string;
  command: string;
  /** Seconds since the last change of state. */
  age: number;
  /** Its next states, soonest first; `gone` when it stops. `at` is in milliseconds since 1970. */
  ahead?: { at: number; state: 'up' | 'crashed' | 'gone' }[];
}

export interface ReleaseState {
  version: number;
  status: 'succeeded' | 'failed' | 'pending' | 'expired';
  description: string;
  /** A short word for the slug (`slug-41`), or null without one. Releases with the same word share the slug. */
  slug: string | null;
  /** The slug's commit. */
  commit?: string;
  actor: string;
  age: number;
}
