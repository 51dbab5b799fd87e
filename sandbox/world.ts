/** The whole local world as one value, which every simulator reads and changes, with the faults of each service. */
import type { GitHubState } from './github/state.ts';
import type { HerokuState } from './heroku/state.ts';

export type Service = 'heroku' | 'heroku-logs' | 'github' | 'status' | 'slack' | 'app' | 'console';

/** Selects the requests to which a fault applies. */
export interface Requests {
  service: Service;
  method?: string;
  /** A regular expression for the path. If omitted, every request matches. */
  path?: string;
}

/** A way in which a service misbehaves. The first fault that matches a request applies. */
export interface Fault extends Requests {
  /** The fault applies only once such a request has arrived. */
  after?: Requests;
  /** Duration of the fault after its first use, in milliseconds. Forever if omitted. */
  forMs?: number;
  /** Set when it is first used, in milliseconds since 1970. */
  until?: number;
  /** Number of times the fault applies. Always if omitted. */
  times?: number;
  play:
    | { status: number; body?: unknown; headers?: Record<string, string> }
    | { html: number }
    | { delayMs: number }
    | { hang: true }
    | { reset: true }
    /** Carries out the request, and resets the connection before the response. */
    | { resetAfter: true }
    /** Carries out the request, and responds with only this status. */
    | { statusAfter: number }
    | { truncate: true };
}

export interface World {
  /** When the scenario began, in milliseconds since 1970. Ages count back from here. */
  start: number;
  heroku: HerokuState;
  github: GitHubState;
  status: StatusState;
  /** The target app. With `auto`, its response depends on its dynos. */
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
