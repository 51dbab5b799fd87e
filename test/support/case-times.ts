/** Evidence moved to another time. */

const TIMES = new Set(['at', 'createdAt', 'updatedAt', 'startedAt', 'completedAt', 'runStartedAt']);

/** The same world at another time of day. */
export function shifted<T>(value: T, ms: number): T {
  const walk = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(walk);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(
      Object.entries(given).map(([key, inner]) => [
        key,
        TIMES.has(key) && typeof inner === 'number' ? inner + ms : walk(inner),
      ]),
    );
  };
  // The walk keeps every shape and moves times only: what came as T goes as T.
  return walk(value) as T;
}
