/** A proposal: what would be done now, frozen, and waiting for whoever may decide. */

import type { Action } from '../../runbook/model/action.ts';
import { mayPropose } from '../../runbook/people/permissions.ts';
import type { Acting, Asked, Asking } from './context.ts';
import { expire } from './expire.ts';
import type { LimitAskings } from './limit-proposals.ts';
import { plan } from './plan.ts';

/** Rests on evidence of now, however old the card is that it was asked from. A live proposal of the kind is shown again. */
export async function propose(
  acting: Acting,
  asking: Asking,
  limit: LimitAskings['proposal'],
): Promise<Asked> {
  const { ledger, facts, now } = acting;
  const { kind, target, by } = asking;
  const may = mayPropose(by, facts.people);
  if (!may.ok) {
    await ledger.note(null, 'refused', by.id, { kind, target: target.name, words: may.words }, now());
    return { ...may, manualCommand: null };
  }
  const live = await liveOf(acting, asking);
  if (live) return { ok: true, action: live, isNew: false };
  const limited = limit(asking);
  if (limited) return limited;
  const drafted = await plan(acting, { ...asking, by: by.id });
  if (!drafted.ok) return drafted;
  const { draft } = drafted;
  let proposed = await ledger.propose(draft);
  if (!proposed.ok && proposed.live.expiresAt <= now()) {
    // Its time is over, and nobody has said so yet: it must not stand in the way.
    await expire(acting, proposed.live.id);
    proposed = await ledger.propose(draft);
  }
  return proposed.ok
    ? { ok: true, action: proposed.action, isNew: true }
    : { ok: true, action: proposed.live, isNew: false };
}

/** Shown again without looking at the world: that is done when somebody approves it. */
async function liveOf({ ledger, now }: Acting, { kind, target }: Asking): Promise<Action | undefined> {
  return (await ledger.open()).find(
    (one) =>
      one.state === 'proposed' && one.kind === kind && one.target === target.name && one.expiresAt > now(),
  );
}
