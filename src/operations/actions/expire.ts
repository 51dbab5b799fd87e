/** A proposal's time is over: nobody decided, nothing was done. */

import type { Acts, Doing } from './context.ts';

/** Does nothing for a proposal that still has time, or that is none any more. */
export function createExpire({ ledger, now }: Pick<Doing, 'ledger' | 'now'>): Acts['expire'] {
  return async (id) => {
    const action = await ledger.find(id);
    if (action?.state !== 'proposed' || now() < action.expiresAt) return;
    const words = 'Nobody decided in time. Nothing was done. Ask again.';
    const outcome = { words, evidence: [], next: [action.kind], manualCommand: null };
    await ledger.move(id, { name: 'expire', at: now(), outcome });
  };
}
