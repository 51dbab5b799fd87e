/** A proposal: what would be done now, frozen, and waiting for whoever may decide. */
import { mayPropose } from '../../runbook/people/permissions.ts';
import type { Acting, Acts, Asked, Asking } from './context.ts';
import type { CreateDraft } from './plan.ts';

/** Rests on evidence of now, however old the card is that it was asked from. A live proposal of the kind is shown again. */
export function createPropose(
  { ledger, facts, now }: Acting,
  createDraft: CreateDraft,
  expire: Acts['expire'],
): Acts['propose'] {
  return async (asking: Asking): Promise<Asked> => {
    const { kind, target, by } = asking;
    const may = mayPropose(by, facts.people);
    if (!may.ok) {
      await ledger.note(null, 'refused', by.id, { kind, target: target.name, words: may.words }, now());
      return { ...may, manualCommand: null };
    }
    const drafted = await createDraft({ ...asking, by: by.id });
    if (!drafted.ok) return drafted;
    const { draft } = drafted;
    let proposed = await ledger.propose(draft);
    if (!proposed.ok && proposed.live.expiresAt <= now()) {
      // Its time is over, and nobody has said so yet: it must not stand in the way.
      await expire(proposed.live.id);
      proposed = await ledger.propose(draft);
    }
    return proposed.ok
      ? { ok: true, action: proposed.action, isNew: true }
      : { ok: true, action: proposed.live, isNew: false };
  };
}
