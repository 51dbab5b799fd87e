/** Reads the repository's environments: who must review a deployment, and from which branches it may come. */
import type { z } from 'zod';
import type { Environment } from '../runbook/model/github.ts';
import { allPages, type Get } from './get.ts';
import { branchPoliciesSchema, environmentsSchema } from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

type FoundEnvironment = z.infer<typeof environmentsSchema>['environments'][number];

/** `ownLogin` returns the bot's login. It is read only if a rule keeps people from reviewing their own runs. */
export async function readEnvironments(
  get: Get,
  ownLogin: () => Promise<string>,
): Promise<readonly Environment[]> {
  const found = await allPages(get, '/environments', environmentsSchema, (page) => page.environments);
  const preventsSelfReview = found.some(({ protection_rules: rules }) =>
    rules.some((rule) => rule.prevent_self_review),
  );
  const self = preventsSelfReview ? await ownLogin().catch(() => null) : null;
  return Promise.all(found.map((environment) => withBranches(environment, self, get)));
}

async function withBranches(found: FoundEnvironment, self: string | null, get: Get): Promise<Environment> {
  const { name, protection_rules: rules, can_admins_bypass } = found;
  const required = rules.find(({ type }) => type === 'required_reviewers');
  return {
    name,
    requiredReviewers: required ? (required.reviewers ?? []) : null,
    branches: await branchesOf(found, get),
    adminsBypass: can_admins_bypass ?? null,
    ...(self !== null && required?.prevent_self_review ? { mayNotReview: self } : {}),
  };
}

async function branchesOf(
  { name, deployment_branch_policy: policy }: FoundEnvironment,
  get: Get,
): Promise<Environment['branches']> {
  if (!policy) return 'any';
  if (policy.protected_branches) return 'protected';
  const path = `/environments/${encodeURIComponent(name)}/deployment-branch-policies`;
  try {
    const found = await allPages(get, path, branchPoliciesSchema, (page) => page.branch_policies);
    return found.map((branch) => branch.name);
  } catch (error) {
    // The environment itself was read; only its branches are unknown.
    const { why } = whyUnseen(error);
    if (why === 'forbidden' || why === 'not_found') return null;
    throw error;
  }
}
