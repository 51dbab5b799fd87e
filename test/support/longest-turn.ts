/** The longest turn of the event loop, in CPU time of this thread, so that other load on the machine does not count. */

export interface Turns {
  /** The longest turn in milliseconds, and the greatest growth of memory in megabytes. */
  end(): { readonly longestMs: number; readonly mostMb: number };
}

export function watchTurns(): Turns {
  const spent = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const memory = () => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1_000_000;
  };
  const began = memory();
  let last = spent();
  let [longestMs, mostMb] = [0, 0];
  let over = false;
  const tick = () => {
    if (over) return;
    const now = spent();
    longestMs = Math.max(longestMs, now - last);
    mostMb = Math.max(mostMb, memory() - began);
    last = spent();
    setImmediate(tick);
  };
  setImmediate(tick);
  return {
    end() {
      over = true;
      return { longestMs, mostMb };
    },
  };
}
