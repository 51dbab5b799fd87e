/** Work on one thing is done one after the other: two jobs that draw a card that is not there yet would both post it. */

/** Does `work` when all that came before it for the same `id` is over, whether or not it went well. */
export type InTurn = (id: string, work: () => Promise<void>) => Promise<void>;

export function createInTurn(): InTurn {
  const last = new Map<string, Promise<void>>();
  return async (id, work) => {
    const before = last.get(id) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    last.set(id, mine);
    try {
      await mine;
    } finally {
      if (last.get(id) === mine) last.delete(id);
    }
  };
}
