/** Whether the approval rules of the runbook file can be met at all. */
import { isUserGroup } from '../model/actor.ts';
import type { Facts } from '../model/runbook-config.ts';

const KINDS = ['stop', 'restore', 'deploy', 'fix'] as const;

/** A rule under which some operators cannot get approval from anybody but themselves. */
export interface Unapprovable {
  readonly rule: (typeof KINDS)[number];
  /** Who they are, and whether they may approve their own request. */
  readonly words: string;
  /** The same about the person who proposed an action, without naming them. */
  readonly aboutProposer: string;
}

/**
 * The rules under which some operator has too few other approvers (contract, section 3). A user group counts as enough
 * people: its members are not known here.
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

/** The same as sentences, each with its path in the runbook file. */
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
