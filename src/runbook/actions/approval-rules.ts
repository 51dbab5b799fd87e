/** Finds approval rules in the runbook file that nobody can satisfy. */
import { isUserGroup } from '../model/actor.ts';
import type { Facts } from '../model/runbook-config.ts';

const KINDS = ['stop', 'restore', 'deploy', 'fix'] as const;

/** A rule under which some operators have no approver but themselves. */
export interface Unapprovable {
  readonly rule: (typeof KINDS)[number];
  /** Names the operators, and says whether they may approve their own requests. */
  readonly words: string;
  /** The same sentence about the person who proposed an action, without naming them. */
  readonly aboutProposer: string;
}

/**
 * Returns the rules under which some operator has too few other approvers (contract, section 3). A user group counts as
 * enough people, because the runbook file does not list its members.
 */
export function unapprovableRules({ people, approvals }: Facts): Unapprovable[] {
  if (people.approvers.some(isUserGroup)) return [];
  return KINDS.flatMap((rule) => {
    const { approvals: needed, selfApprove } = approvals[rule];
    const alone = people.operators.filter((asker) => {
      const others = people.approvers.filter((approver) => approver !== asker);
      return others.length < needed;
    });
    if (alone.length === 0) return [];
    const enough = selfApprove && people.approvers.length >= needed;
    const named = alone.join(' or ');
    return [
      {
        rule,
        words: enough ? selfApproval(needed, named) : neverApproved(needed, `what ${named} asks for`),
        aboutProposer: enough ? selfApproval(needed, 'the proposer') : neverApproved(needed, 'this'),
      },
    ];
  });
}

/** Returns each unmeetable rule as a sentence that starts with its path in the runbook file. */
export function unapprovable(facts: Facts): string[] {
  return unapprovableRules(facts).map(({ rule, words }) => `approvals.${rule}: ${words}`);
}

function selfApproval(needed: number, who: string): string {
  return `${tooFew(needed)}: ${who} ${needed === 1 ? 'can' : 'must also'} self-approve`;
}

function neverApproved(needed: number, what: string): string {
  return `${tooFew(needed)}, so ${what} can never be approved`;
}

function tooFew(needed: number): string {
  return needed === 1 ? 'no other approver' : `fewer than ${needed} other approvers`;
}
