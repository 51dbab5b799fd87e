/**
 * Shares one run among everyone who asks for the same thing at nearly the same time: during an incident everyone types
 * at once.
 */
import type { Instant } from '../../runbook/model/instant.ts';

/** Callers within this time after the start share its result, finished or not. */
const SHARED_FOR_MS = 5_000;

interface Started<T> {
  readonly at: Instant;
  readonly answer: Promise<T>;
  finished: boolean;
}

export interface Share<T> {
  (key: string, start: () => Promise<T>): Promise<T>;
  /** Returns the result of a run that ended a moment ago, or undefined when there is none. */
  finished(key: string): Promise<T> | undefined;
  /** Returns true if a caller would share a run that another caller has started. */
  isShared(key: string): boolean;
  /** Later callers share nothing that began before this call. */
  forget(key: string): void;
}

/**
 * Calls with the same key share one run while it is in progress, and until 5 s after its start. A run that has rejected
 * is not shared.
 */
export function shareByKey<T>(now: () => Instant): Share<T> {
  const runs = new Map<string, Started<T>>();

  function running(key: string): Started<T> | undefined {
    for (const [old, run] of runs) {
      if (run.finished && now() - run.at >= SHARED_FOR_MS) runs.delete(old);
    }
    return runs.get(key);
  }

  const share = (key: string, start: () => Promise<T>): Promise<T> => {
    const before = running(key);
    if (before) return before.answer;
    const run: Started<T> = { at: now(), answer: start(), finished: false };
    runs.set(key, run);
    run.answer.then(
      () => {
        run.finished = true;
      },
      () => {
        if (runs.get(key) === run) runs.delete(key);
      },
    );
    return run.answer;
  };
  return Object.assign(share, {
    finished(key: string) {
      const run = running(key);
      return run?.finished && now() - run.at < SHARED_FOR_MS ? run.answer : undefined;
    },
    isShared: (key: string) => running(key) !== undefined,
    forget: (key: string) => void runs.delete(key),
  });
}
