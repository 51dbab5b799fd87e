/** Looks up the target and specification of an action's row each time, because the runbook file may have changed. */

import { actionSpec } from '../../runbook/actions/kinds/index.ts';
import { type Action, isKind } from '../../runbook/model/action.ts';
import type { ActionSpec } from '../../runbook/model/action-spec.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import type { ActionStore } from '../ports/action-store.ts';
import type { EvidenceQuery } from './collect-evidence.ts';

export interface ActionSubject {
  readonly spec: ActionSpec;
  readonly target: Target;
}

/** Returns null when the runbook file no longer names the action's target. */
export function findSubject(
  { kind, target: name, app, params }: Action,
  { targets }: Facts,
): ActionSubject | null {
  const target = targets.find((one) => one.name === name && one.app === app);
  if (!target) return null;
  // A fix acts on the process type that the evidence named, which is stored in the action's parameters.
  const subject = 'processType' in params ? { ...target, processType: params.processType } : target;
  return { spec: actionSpec(kind), target: subject };
}

/** If two dispatches are closer together than this, either could have started the other's run. */
const TOGETHER_MS = 60_000;

export const NOT_NAMED = 'The runbook file no longer names this target.';

/** Changes may use the whole request budget, and stops come first. */
export function useOf(kind: ActionKind): Use {
  return kind === 'stop' ? 'stop' : 'action';
}

/** Returns what to ask GitHub about: a deploy's branch and, once it is sent, its run. */
export async function aboutAction(
  action: Action,
  { github }: Facts,
  actionStore: Pick<ActionStore, 'otherDeploys'>,
): Promise<EvidenceQuery> {
  const { progress, sentAt, id } = action;
  const use = useOf(action.kind);
  const ref = isKind(action, 'deploy') ? action.params.ref : github.ref;
  if (action.kind !== 'deploy' || sentAt === null) return { ref, use, trace: null };
  const { runId = null } = progress;
  const others = runId === null ? await actionStore.otherDeploys(id) : [];
  return {
    ref,
    use,
    trace: {
      workflow: github.deployWorkflow,
      ref,
      runId,
      nonce: github.nonceInput === undefined ? null : id,
      sentAt,
      since: progress.githubDate ?? null,
      taken: others.flatMap((other) => other.runId ?? []),
      hasRival: others.some((other) => other.runId === null && Math.abs(other.sentAt - sentAt) < TOGETHER_MS),
    },
  };
}
