/** One collection for all who ask for the same at nearly the same time: an incident makes everybody type at once. */
import type { Instant } from '../runbook/evidence.ts';

/** Whoever asks within this of the start is handed the same evidence, finished or not. */
const SHARED_FOR_MS = 5_000;

interface Started<T> {
  readonly at: Instant;
  readonly answer: Promise<T>;
  finished: boolean;
}

/**
 * Wraps `start` so that calls with one key share one run, while it goes on and until 5 s after its start.
 * A run that rejected is not shared on.
 */
export function shareByKey<T>(now: () => Instant): (key: string, start: () => Promise<T>) => Promise<T> {
  const runs = new Map<string, Started<T>>();
  return (key, start) => {
    for (const [old, run] of runs) {
      if (run.finished && now() - run.at >= SHARED_FOR_MS) runs.delete(old);
    }
    const running = runs.get(key);
    if (running) return running.answer;
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
}
