/** Who did something. The audit stores an actor as one string and hashes it; this is the only place that reads that string. */

import type { Mention } from '../text/phrase.ts';

/** The bot itself, for what no person decided. */
export const BOT = 'bot';

const TERMINAL = 'terminal ';

export type Actor =
  | { readonly kind: 'bot' }
  /** A member of Slack, by their user id. */
  | { readonly kind: 'slack'; readonly id: string }
  /** The holder of the credentials at a terminal: `user@host`. */
  | { readonly kind: 'terminal'; readonly user: string }
  /** A name that none of the others explains, such as a login on GitHub. */
  | { readonly kind: 'other'; readonly name: string };

export function actorOf(stored: string): Actor {
  if (stored === BOT) return { kind: 'bot' };
  if (isSlackUser(stored)) return { kind: 'slack', id: stored };
  return stored.startsWith(TERMINAL)
    ? { kind: 'terminal', user: stored.slice(TERMINAL.length) }
    : { kind: 'other', name: stored };
}

/** Whether this is a Slack user id: `U…`, or `W…` in an Enterprise organisation. */
export function isSlackUser(id: string): boolean {
  return /^[UW][A-Z0-9]+$/.test(id);
}

/** Whether the runbook file names a Slack user group: `S…`. */
export function isUserGroup(named: string): boolean {
  return /^S[A-Z0-9]+$/.test(named);
}

/** How the audit stores somebody at a terminal. */
export function terminalActor(user: string, host: string): string {
  return `${TERMINAL}${user}@${host}`;
}

/** Mentions a Slack user or user group; anybody else, such as an address or the terminal, has no id there. */
export function actorPart(named: string): string | Mention {
  if (isUserGroup(named)) return { group: named };
  return isSlackUser(named) ? { who: named } : actorName(named);
}

/** For a text that cannot mention anybody: the terminal, documents. */
export function actorName(stored: string): string {
  return stored === BOT ? 'the bot' : stored;
}
