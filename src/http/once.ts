/** Remembers requests, so that a repeated one with the same signature does not act twice. */
import type { Instant } from '../runbook/model/instant.ts';

export interface Once {
  /** Returns whether this key has not arrived within the last ten minutes, and records it. */
  isFirst(key: string): boolean;
  /** Removes the key, because its request was not accepted. */
  forget(key: string): void;
}

/** Slack's signatures are valid for five minutes before and after our clock. */
const REMEMBERED_MS = 10 * 60_000;
const MOST = 20_000;

export function createOnce(now: () => Instant): Once {
  const came = new Map<string, Instant>();
  return {
    isFirst(key) {
      const before = came.get(key);
      if (before !== undefined && Math.abs(now() - before) < REMEMBERED_MS) return false;
      // Delete and set the key, which makes it the newest one. A map lists its oldest keys first.
      came.delete(key);
      came.set(key, now());
      for (const [oldest, at] of came) {
        if (came.size <= MOST && now() - at < REMEMBERED_MS) break;
        came.delete(oldest);
      }
      return true;
    },
    forget: (key) => void came.delete(key),
  };
}
