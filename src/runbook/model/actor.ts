/**
 * Identifies who did something. The audit stores an actor as one string and hashes it, and only this file parses that
 * string.
 */

import type { Mention } from '../text/phrase.ts';

/** The bot itself, for steps that no person decided on. */
export const BOT = 'bot';

const TERMINAL = 'terminal ';

export type Actor =
  | { readonly kind: 'bot' }
  /** A member of Slack, by user id. */
  | { readonly kind: 'slack'; readonly id: string }
  /** The holder of the credentials at a terminal: `user@host`. */
  | { readonly kind: 'terminal'; readonly user: string }
  /** A name of any other kind, such as a GitHub login. */
  | { readonly kind: 'other'; readonly name: string };

export function actorOf(stored: string): Actor {
  if (stored === BOT) return { kind: 'bot' };
  if (isSlackUser(stored)) return { kind: 'slack', id: stored };
  return stored.startsWith(TERMINAL)
    ? { kind: 'terminal', user: stored.slice(TERMINAL.length) }
    : { kind: 'other', name: stored };
}

/** Returns true for a Slack user id: `U…`, or `W…` in an Enterprise organization. */
export function isSlackUser(id: string): boolean {
  return /^[UW][A-Z0-9]+$/.test(id);
}

/** Returns true if the runbook file names a Slack user group: `S…`. */
export function isUserGroup(named: string): boolean {
  return /^S[A-Z0-9]+$/.test(named);
}

/** Returns the string that the audit stores for a person at a terminal. */
export function terminalActor(user: string, host: string): string {
  return `${TERMINAL}${user}@${host}`;
}

/** Mentions a Slack user or user group. Anyone else, such as an email address or the terminal, has no Slack id. */
export function actorPart(named: string): string | Mention {
  if (isUserGroup(named)) return { group: named };
  return isSlackUser(named) ? { who: named } : actorName(named);
}

/** Returns a name for text that cannot mention anyone: the terminal and documents. */
export function actorName(stored: string): string {
  return stored === BOT ? 'the bot' : stored;
}
