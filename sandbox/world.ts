/** The whole local world as one value, which every simulator reads and changes, with the faults of each service. */
import type { GitHubState } from './github/state.ts';
import type { HerokuState } from './heroku/state.ts';

export type Service = 'heroku' | 'heroku-logs' | 'github' | 'status' | 'slack' | 'app' | 'console';

/** Which requests a fault applies to. */
export interface Requests {
  service: Service;
  method?: string;
  /** A regular expression for the path; every request when left out. */
  path?: string;
}

/** How a service misbehaves. The first fault that fits a request is played. */
export interface Fault extends Requests {
  /** Begins only once such a request has arrived. */
  after?: Requests;
  /** Played for this many milliseconds from the first time on; forever when left out. */
  forMs?: number;
  /** Set when it is first played, milliseconds since 1970. */
  until?: number;
  /** Played this many times; always when left out. */
  times?: number;
  play:
    | { status: number; body?: unknown; headers?: Record<string, string> }
    | { html: number }
    | { delayMs: number }
    | { hang: true }
    | { reset: true }
    /** Carries out the request, then resets the connection before the answer. */
    | { resetAfter: true }
    /** Carries out the request, then answers with nothing but this status. */
    | { statusAfter: number }
    | { truncate: true };
}

export interface World {
  /** When the scenario began, milliseconds since 1970; ages count back from here. */
  start: number;
  heroku: HerokuState;
  github: GitHubState;
  status: StatusState;
  /** The target app; with `auto` its answer depends on its dynos. */
  app: { answer: 'auto' | { status: number } };
  console: { answer: { status: number } };
  faults: Fault[];
}

export interface StatusState {
  systems: { system: string; status: 'green' | 'yellow' | 'red' }[];
  incidents: {
    id: number;
    title: string;
    state: string;
    tags: string[];
    systems: string[];
    age: number;
    text: string;
  }[];
  scheduled: {
    id: number;
    title: string;
    state: string;
    tags: string[];
    systems: string[];
    age: number;
    text: string;
  }[];
}
