/** Finds the manual commands for what a click asked for, without the database. */
import { commandByHand } from '../../runbook/actions/manual-command.ts';
import type { ManualCommand } from '../../runbook/model/action.ts';
import type { Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { SlackContext } from '../context.ts';

export type ManualCommandContext = Pick<SlackContext, 'facts' | 'canDo'> & {
  readonly memory: { readonly manualCommands: ReadonlyMap<string, ManualCommand> };
};

export function manualCommandsOfClick(
  context: ManualCommandContext,
  buttonId: string,
  value: string,
): readonly string[] {
  if (buttonId === 'approve') return manualCommandsOfAction(context, value);
  const target = context.facts.targets.find(({ name }) => name === value);
  const kind = [...context.canDo].find((able) => buttonId === `propose_${able}`);
  return target && kind ? manualCommandsOf(context, kind, target) : [];
}

/** For an action that this process has never read, returns the most urgent commands: those that stop each app. */
export function manualCommandsOfAction(context: ManualCommandContext, id: string): readonly string[] {
  const known = context.memory.manualCommands.get(id);
  if (known !== undefined) return known === null ? [] : [known];
  return context.facts.targets.flatMap((target) => manualCommandsOf(context, 'stop', target));
}

function manualCommandsOf(
  { facts }: ManualCommandContext,
  kind: ActionKind,
  target: Target,
): readonly string[] {
  const command = commandByHand(kind, target, facts);
  return command === null ? [] : [command];
}
