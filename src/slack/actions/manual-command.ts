/** How a click's work is done by hand, told without a database. */
import { commandByHand } from '../../runbook/actions/manual-command.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { SlackDeps } from '../deps.ts';
import type { Click } from '../listeners/click.ts';

type Knowing = Pick<SlackDeps, 'facts' | 'canDo'> & { readonly cards: Pick<SlackDeps['cards'], 'byHandOf'> };

export function byHandOfClick({ actionId, value = '' }: Click, deps: Knowing): readonly string[] {
  if (actionId === 'approve') return byHandOfAction(value, deps);
  const target = deps.facts.targets.find(({ name }) => name === value);
  const kind = [...deps.canDo].find((one) => actionId === `propose_${one}`);
  return target && kind ? byHandOf(kind, target, deps) : [];
}

/** Of a card that this process has never seen only the worst is told: how each app is stopped. */
export function byHandOfAction(id: string, deps: Knowing): readonly string[] {
  const known = deps.cards.byHandOf(id);
  if (known !== undefined) return known === null ? [] : [known];
  return deps.facts.targets.flatMap((target) => byHandOf('stop', target, deps));
}

function byHandOf(
  kind: ActionKind,
  target: SlackDeps['facts']['targets'][number],
  { facts }: Knowing,
): readonly string[] {
  const command = commandByHand(kind, target, facts);
  return command === null ? [] : [command];
}
