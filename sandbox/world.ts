/** The whole local world as one value: what every simulator reads and changes, and how each may fail. */
import type { GitHubState } from './github/state.ts';
import type { HerokuState } from './heroku/state.ts';

export type Service = 'heroku' | 'heroku-logs' | 'github' | 'status' | 'slack' | 'app' | 'console';

/** Which requests are meant. */
export interface Requests {
  service: Service;
  method?: string;
  /** A regular expression on the path; none: every request. */
  path?: string;
}

/** How a service misbehaves. The first fault that fits a request is played. */
export interface Fault extends Requests {
  /** Not before such a request has arrived. */
  after?: Requests;
  /** Play it for so many milliseconds from the first time on, then never again; none: for ever. */
  forMs?: number;
  /** Set when it is played for the first time, milliseconds since 1970. */
  until?: number;
  /** Play it this many times, then never again; none: always. */
  times?: number;
  play:
    | { status: number; body?: unknown; headers?: Record<string, string> }
    | { html: number }
    | { delayMs: number }
    | { hang: true }
    | { reset: true }
    /** Does what was asked, then resets the connection before the answer. */
    | { resetAfter: true }
    /** Does what was asked, then answers with this status and nothing else. */
    | { statusAfter: number }
    | { truncate: true };
}

export interface World {
  /** When the scenario began, milliseconds since 1970; ages count back from here. */
  start: number;
  heroku: HerokuState;
  github: GitHubState;
  status: StatusState;
  /** The target app: `auto` answers as its dynos allow. */
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
