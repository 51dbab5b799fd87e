/** Step 5: the GitHub Environment and its gate. */
import { type Context, defineCheck, type Judgement } from '../diagnosis.ts';
import type { Environment, Observed, Repository } from '../evidence.ts';
import { type Gate, readGate } from '../gate.ts';

export const environmentsCheck = defineCheck({
  id: 'environments',
  step: 5,
  title: 'GitHub Environments',
  byHand: {
    command: 'gh api repos/<repository>/environments',
    expect: 'confirm <environment> environment exists with protection rules',
  },
  needs: ['environments'],
  wants: ['repository'],
  judge({ environments, repository }, context) {
    const details = environments.map(environmentWords);
    if (!context.target.gated) return { ...judgeUngated(environments, context), details };
    return { ...judgeGate(readGate(environments, context.facts), repository, context), details };
  },
});

function judgeUngated(environments: readonly Environment[], { target }: Context): Judgement {
  const found = environments.some(({ name }) => name === target.environment);
  return found
    ? { status: 'pass', summary: `${target.environment} exists; ${target.name} needs no gate` }
    : {
        status: 'warn',
        summary: `There is no environment ${target.environment}; ${target.name} needs no gate`,
      };
}

function judgeGate(gate: Gate, repository: Observed<Repository>, { facts }: Context): Judgement {
  const { environment: name, branch, reviewers } = facts.github.gate;
  switch (gate.kind) {
    case 'stands':
      return {
        status: 'pass',
        summary: `${name} asks ${reviewers.join(', ')} and deploys only from ${branch}`,
      };
    case 'missing': {
      const others = gate.names.length === 0 ? 'there is none at all' : `there is ${gate.names.join(', ')}`;
      return { status: 'fail', summary: `There is no environment ${name}: ${others}` };
    }
    case 'misspelled':
      return {
        status: 'warn',
        summary: `The environment is spelled ${gate.environment.name}, not ${name}: GitHub ignores the case, the runbook does not`,
      };
    case 'no_rule': {
      const plan = repository.ok && !repository.value.private ? '' : ', or the plan does not have the rule';
      return { status: 'fail', summary: `${name} has no required reviewers${plan}` };
    }
    case 'wrong_reviewer':
      return { status: 'fail', summary: `${name} does not ask ${gate.missing.join(', ')}` };
    case 'team_reviewer':
      return {
        status: 'warn',
        summary: `${name} asks the team ${gate.teams.join(', ')}: whether ${reviewers.join(', ')} is in it cannot be seen`,
      };
    case 'wrong_branches':
      return {
        status: 'fail',
        summary: `${name} may be deployed from ${gate.found}, not only from ${branch}`,
      };
    case 'branches_unseen':
      return {
        status: 'unknown',
        summary: `${name} has its reviewers, but its branch policy could not be seen`,
      };
  }
}

function environmentWords({ name, requiredReviewers, branches }: Environment): string {
  const asks = requiredReviewers
    ?.map((one) => (one.kind === 'team' ? `team ${one.name}` : one.name))
    .join(', ');
  const from =
    branches === null
      ? 'branches not seen'
      : `branches: ${Array.isArray(branches) ? branches.join(', ') : branches}`;
  return `${name}: ${asks ? `asks ${asks}` : 'asks nobody'}, ${from}`;
}
