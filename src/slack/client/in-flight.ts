/** Work that continues after Slack's request was acknowledged. Bolt does not wait for it when it stops, so we do. */

export interface InFlight {
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when no work is left. */
  settled(): Promise<void>;
}

export function createInFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  return {
    track(work) {
      running.add(work);
      const done = () => running.delete(work);
      work.then(done, done);
      return work;
    },
    async settled() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
  };
}
