/** How long the event loop was kept at a stretch, in CPU time of this thread: a busy machine must not decide. */

export interface Turns {
  /** Milliseconds of the longest turn, and megabytes of memory at the most beyond the beginning. */
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
