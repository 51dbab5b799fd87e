/**
 * Describes the required-reviewer gate of a target's environment. The gate is in exactly one of these states, and none
 * is guessed.
 */
import type { Environment } from '../model/github.ts';
import type { Facts, Target } from '../model/runbook-config.ts';

export type Gate =
  | { readonly kind: 'complete'; readonly environment: Environment }
  | { readonly kind: 'missing'; readonly names: readonly string[] }
  | { readonly kind: 'misspelled'; readonly environment: Environment }
  | { readonly kind: 'no_rule'; readonly environment: Environment }
  | {
      readonly kind: 'wrong_reviewer';
      readonly environment: Environment;
      readonly missing: readonly string[];
    }
  | { readonly kind: 'team_reviewer'; readonly environment: Environment; readonly teams: readonly string[] }
  | { readonly kind: 'wrong_branches'; readonly environment: Environment; readonly found: string }
  | { readonly kind: 'branches_unseen'; readonly environment: Environment }
  /** The gate's only reviewer is the user whose token starts the deploys, and self-review is prevented. */
  | { readonly kind: 'nobody_left'; readonly environment: Environment; readonly login: string };

/**
 * Reviewers and branch come from the runbook file and are the same for each gated target. The environment is the
 * target's own.
 */
export interface GateRule {
  readonly environment: string;
  readonly reviewers: readonly string[];
  readonly branch: string;
}

export function gateOf({ environment }: Pick<Target, 'environment'>, { github }: Facts): GateRule {
  return { environment, reviewers: github.gate.reviewers, branch: github.gate.branch };
}

/** Names are compared exactly, as the runbook says, although GitHub itself ignores case (contract). */
export function readGate(environments: readonly Environment[], rule: GateRule): Gate {
  const exact = environments.find(({ name }) => name === rule.environment);
  if (!exact) {
    const near = environments.find(({ name }) => name.toLowerCase() === rule.environment.toLowerCase());
    if (near) return { kind: 'misspelled', environment: near };
    return { kind: 'missing', names: environments.map(({ name }) => name) };
  }
  return judgeRule(exact, rule);
}

/** Returns true if a deploy waits for a reviewer. GitHub ignores the case of the environment's name. */
export function holdsDeploys(gate: Gate): boolean {
  return gate.kind !== 'missing' && (gate.environment.requiredReviewers?.length ?? 0) > 0;
}

function judgeRule(environment: Environment, gate: GateRule): Gate {
  const { requiredReviewers: reviewers, branches } = environment;
  if (!reviewers || reviewers.length === 0) return { kind: 'no_rule', environment };
  const logins = new Set(
    reviewers.filter(({ kind }) => kind === 'user').map(({ name }) => name.toLowerCase()),
  );
  const missing = gate.reviewers.filter((login) => !logins.has(login.toLowerCase()));
  const teams = reviewers.filter(({ kind }) => kind === 'team').map(({ name }) => name);
  if (missing.length > 0 && teams.length === 0) return { kind: 'wrong_reviewer', environment, missing };
  if (branches === null) return { kind: 'branches_unseen', environment };
  const onlyBranch = Array.isArray(branches) && branches.length === 1 && branches[0] === gate.branch;
  if (!onlyBranch) return { kind: 'wrong_branches', environment, found: branchWords(branches) };
  if (missing.length > 0) return { kind: 'team_reviewer', environment, teams };
  const { mayNotReview: self } = environment;
  const isAlone = [...logins].every((login) => login === self?.toLowerCase());
  if (self !== undefined && teams.length === 0 && isAlone)
    return { kind: 'nobody_left', environment, login: self };
  return { kind: 'complete', environment };
}

function branchWords(branches: 'any' | 'protected' | readonly string[]): string {
  if (branches === 'any') return 'any branch';
  if (branches === 'protected') return 'any protected branch';
  if (branches.length === 0) return 'no branch';
  return `${branches.length === 1 ? 'branch' : 'branches'} ${branches.join(', ')}`;
}
