/** One collection for all who ask for the same at nearly the same time: an incident makes everybody type at once. */
import type { Instant } from '../../runbook/model/evidence.ts';

/** Whoever asks within this of the start is handed the same evidence, finished or not. */
const SHARED_FOR_MS = 5_000;

interface Started<T> {
  readonly at: Instant;
  readonly answer: Promise<T>;
  finished: boolean;
}

export interface Share<T> {
  (key: string, start: () => Promise<T>): Promise<T>;
  /** The answer of a run that has ended a moment ago; undefined: there is none. */
  finished(key: string): Promise<T> | undefined;
  /** Whoever asks for it now is handed what another one's asking began. */
  isShared(key: string): boolean;
}

/**
 * Wraps `start` so that calls with one key share one run, while it goes on and until 5 s after its start.
 * A run that rejected is not shared on.
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
      () => runs.delete(key),
    );
    return run.answer;
  };
  return Object.assign(share, {
    finished(key: string) {
      const run = running(key);
      return run?.finished && now() - run.at < SHARED_FOR_MS ? run.answer : undefined;
    },
    isShared: (key: string) => running(key) !== undefined,
  });
}
