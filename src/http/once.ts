/** Requests that came already: whoever repeats one, signature and all, gets nothing done twice. */
import type { Instant } from '../runbook/model/evidence.ts';

export interface Once {
  /** Whether this key comes for the first time within ten minutes; from now on it has come. */
  isFirst(key: string): boolean;
  /** As if it had never come: the request was not taken. */
  forget(key: string): void;
}

/** Slack's signatures are good for five minutes, to both sides of our clock. */
const REMEMBERED_MS = 10 * 60_000;
const MOST = 20_000;

export function createOnce(now: () => Instant): Once {
  const came = new Map<string, Instant>();
  return {
    isFirst(key) {
      const before = came.get(key);
      if (before !== undefined && Math.abs(now() - before) < REMEMBERED_MS) return false;
      // Set anew, it is the youngest; the oldest come first.
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
