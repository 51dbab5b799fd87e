/** Rules of approval. */
import type { Facts } from './facts.ts';

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
    return [
      `approvals.${kind}: ${needed === 1 ? 'nobody else' : 'too few others'} can approve what ${alone.join(' or ')} asks for; ${wayOut(needed, selfApprove, people.approvers)}`,
    ];
  });
}

function wayOut(needed: number, selfApprove: boolean, approvers: readonly string[]): string {
  if (!selfApprove || approvers.length < needed) return 'it can never be approved';
  return needed === 1 ? 'they may approve it themselves' : 'their own approval has to be among them';
}
