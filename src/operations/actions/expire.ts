/** A proposal's time is over: nobody decided, nothing was done. */

import type { Doing } from './context.ts';

/** Does nothing for a proposal that still has time, or that is none any more. */
export async function expire({ ledger, now }: Pick<Doing, 'ledger' | 'now'>, id: string): Promise<void> {
  const action = await ledger.find(id);
  if (action?.state !== 'proposed' || now() < action.expiresAt) return;
  const words = 'Nobody decided in time. Nothing was done. Ask again.';
  const outcome = { words, evidence: [], next: [action.kind], manualCommand: null };
  await ledger.move(id, { name: 'expire', at: now(), outcome });
}
