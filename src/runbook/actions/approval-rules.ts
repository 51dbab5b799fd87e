/** Rules of approval. */
import type { Facts } from '../model/runbook-config.ts';

const KINDS = ['stop', 'restore', 'deploy', 'fix'] as const;

/** Of one rule, who could not get what they ask for approved by anybody else. */
export interface Unapprovable {
  readonly rule: (typeof KINDS)[number];
  /** Whether they may approve it themselves. */
  readonly words: string;
}

/**
 * One for each kind of action that its asker could never get approved by anybody else (contract, section 3), and whether
 * they may approve it themselves. A user group counts as people enough: its members are not known here.
 */
export function unapprovableRules({ people, approvals }: Facts): Unapprovable[] {
  if (people.approvers.some((person) => person.startsWith('S'))) return [];
  return KINDS.flatMap((rule) => {
    const { approvals: needed, selfApprove } = approvals[rule];
    const alone = people.operators.filter((asker) => {
      const others = people.approvers.filter((approver) => approver !== asker);
      return others.length < needed;
    });
    if (alone.length === 0) return [];
    return [{ rule, words: wayOut(needed, selfApprove, people.approvers, alone) }];
  });
}

/** The same as sentences, each with the place in the runbook file. */
export function unapprovable(facts: Facts): string[] {
  return unapprovableRules(facts).map(({ rule, words }) => `approvals.${rule}: ${words}`);
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
