/** Creates a proposal: what would be done now, frozen, and waiting for a decision. */

import { type Action, isKind } from '../../runbook/model/action.ts';
import { mayPropose } from '../../runbook/people/permissions.ts';
import { phraseText } from '../../runbook/text/phrase.ts';
import type { ActionContext, ProposalRequest, ProposalResult } from './context.ts';
import { expire } from './expire.ts';
import type { LimitAskings } from './limit-proposals.ts';
import { plan } from './plan.ts';

/**
 * The proposal is based on current evidence, however old the card is whose button was clicked. A live proposal of the
 * same kind is shown again.
 */
export async function propose(
  context: ActionContext,
  asking: ProposalRequest,
  limit: LimitAskings['proposal'],
): Promise<ProposalResult> {
  const { actionStore, facts, now } = context;
  const { kind, target, by } = asking;
  const may = mayPropose(by, facts.people);
  if (!may.ok) {
    await actionStore.note(
      null,
      'refused',
      by.id,
      { kind, target: target.name, words: phraseText(may.words) },
      now(),
    );
    return { ...may, manualCommand: null };
  }
  const live = await liveOf(context, asking);
  if (live) return shownAgain(live, asking);
  const limited = limit(asking);
  if (limited) return limited;
  const drafted = await plan(context, { ...asking, by: by.id });
  if (!drafted.ok) return drafted;
  const { draft } = drafted;
  let proposed = await actionStore.propose(draft);
  if (!proposed.ok && proposed.live.expiresAt <= now()) {
    // The live proposal has expired, but its job has not run yet. It must not block a new proposal.
    await expire(context, proposed.live.id);
    proposed = await actionStore.propose(draft);
  }
  return proposed.ok ? { ok: true, action: proposed.action, isNew: true } : shownAgain(proposed.live, asking);
}

function shownAgain(live: Action, { wish }: ProposalRequest): ProposalResult {
  const other = [
    isKind(live, 'rollback') && wish?.version !== undefined && wish.version !== live.params.toVersion
      ? `v${wish.version}`
      : null,
    isKind(live, 'deploy') && wish?.ref !== undefined && wish.ref !== live.params.ref ? wish.ref : null,
  ];
  const passedOver = other.find((one) => one !== null) ?? null;
  return { ok: true, action: live, isNew: false, passedOver };
}

/** Shows the live proposal again without collecting evidence, which happens when someone approves it. */
async function liveOf(
  { actionStore, now }: ActionContext,
  { kind, target }: ProposalRequest,
): Promise<Action | undefined> {
  return (await actionStore.open()).find(
    (one) =>
      one.state === 'proposed' && one.kind === kind && one.target === target.name && one.expiresAt > now(),
  );
}
