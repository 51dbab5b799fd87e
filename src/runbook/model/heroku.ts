/** Data from Heroku's Platform API (v3). */

import type { Instant } from './instant.ts';

export interface App {
  readonly id: string;
  readonly name: string;
  readonly maintenance: boolean;
  readonly region: string;
  readonly stack: string;
  /** Size in bytes. Null is evidence that no code was ever deployed. */
  readonly slugSize: number | null;
}

export interface Dyno {
  /** Example: `web.1`. */
  readonly name: string;
  /** The process type, such as `web`. One-off dynos are `run`, `release` or `scheduler`. */
  readonly type: string;
  /** `up`, `crashed`, `starting`, `idle`, `down`, or a state that Heroku adds later. */
  readonly state: string;
  readonly size: string;
  readonly releaseVersion: number | null;
  readonly createdAt: Instant;
  /** The time of the last change of state. */
  readonly updatedAt: Instant;
}

export interface FormationEntry {
  readonly type: string;
  readonly quantity: number;
  readonly size: string;
  readonly command: string;
  /** The time of the last change of quantity, size or command; left out if Heroku does not show it. */
  readonly updatedAt?: Instant;
}

export interface Release {
  readonly id: string;
  readonly version: number;
  /** `succeeded`, `failed`, `pending`, `expired`, or a status that Heroku adds later. */
  readonly status: string;
  readonly current: boolean;
  readonly description: string;
  readonly eligibleForRollback: boolean;
  /** Null when this release has no slug. */
  readonly slugId: string | null;
  /** The container image that the release has instead of a slug (container and Fir apps); null for none. */
  readonly imageId: string | null;
  /** The actor's email address. */
  readonly actor: string;
  readonly createdAt: Instant;
}

export interface Slug {
  readonly id: string;
  readonly commit: string | null;
  readonly size: number | null;
  readonly stack: string | null;
  readonly processTypes: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
}

export interface LogLine {
  /** Null for a line without a timestamp (a continuation). */
  readonly at: Instant | null;
  /** `app` or `heroku`; null when the line could not be parsed. */
  readonly source: string | null;
  /** Examples: `web.1`, `router`, `api`. Null when the line could not be parsed, or names none. */
  readonly process: string | null;
  readonly text: string;
}

export interface LogWindow {
  /** Lines, oldest first. */
  readonly lines: readonly LogLine[];
  /** The number of lines that were requested. If as many came back, the window is full and older lines were cut off. */
  readonly asked: number;
}
