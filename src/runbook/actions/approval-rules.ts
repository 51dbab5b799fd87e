/** Rules of approval. */
import type { Facts } from '../model/runbook-config.ts';

const KINDS = ['stop', 'restore', 'deploy', 'fix'] as const;

/**
 * One sentence for each kind of action that its asker could never get approved by anybody else (contract, section 3),
 * and whether they may approve it themselves. A user group counts as people enough: its members are not known here.
 */
export function unapprovable({ people, approvals }: Facts): string[] {
  if (people.approvers.some((person) => person.startsWith('S'))) return [];
  return KINDS.flatMap((kind) => {
    const { approvals: needed, selfApprove } = approvals[kind];
    const alone = people.operators.filter((asker) => {
      const others = people.approvers.filter((approver) => approver !== asker);
      return others.length < needed;
    });
    if (alone.length === 0) return [];
    return [`approvals.${kind}: ${wayOut(needed, selfApprove, people.approvers, alone)}`];
  });
}

function wayOut(
  needed: number,
  selfApprove: boolean,
  approvers: readonly string[],
  alone: readonly string[],
): string {
  const askers = alone.join(' or ');
  const short = needed === 1 ? 'no other approver' : `fewer than ${needed} other approvers`;
  if (!selfApprove || approvers.length < needed)
    return `${short}, so what ${askers} asks for can never be approved`;
  return needed === 1
    ? `${short}: ${askers} may approve their own request`
    : `${short}: ${askers} must also approve their own request`;
}
