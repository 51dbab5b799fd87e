/** What the local Heroku knows of its apps. Ages are seconds before the scenario began. */

export interface HerokuState {
  apps: Record<string, AppState>;
  /** Requests left in this hour, as `RateLimit-Remaining` says. */
  rateLimitRemaining: number;
}

export interface AppState {
  region: string;
  stack: string;
  maintenance: boolean;
  formation: FormationState[];
  /** Dynos that run now, one-off ones included. */
  dynos: DynoState[];
  /** Seconds from `starting` to `up`. */
  bootSeconds: number;
  /** Slugs whose dynos crash at the end of their boot; `until`: no more once this config var is set. */
  crashing: { slug: string; until?: string }[];
  /** Oldest first, version 1 upwards. The last `succeeded` one is current. */
  releases: ReleaseState[];
  /** Log lines, oldest first: `-300 heroku[web.1]: State changed from up to crashed` (seconds before the start). */
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
  /** `up`, `crashed`, `starting`, `idle`, `down` */
  state: string;
  size: string;
  command: string;
  /** Seconds since the last change of state. */
  age: number;
  /** What will become of it, soonest first; `gone`: it leaves. `at`: milliseconds since 1970. */
  ahead?: { at: number; state: 'up' | 'crashed' | 'gone' }[];
}

export interface ReleaseState {
  version: number;
  status: 'succeeded' | 'failed' | 'pending' | 'expired';
  description: string;
  /** A short word that stands for the slug (`slug-41`); null: none. Releases with the same word share the slug. */
  slug: string | null;
  /** Commit of the slug. */
  commit?: string;
  actor: string;
  age: number;
}
