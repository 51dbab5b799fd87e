/** Step 5: judges the GitHub environment and its gate. */

import { defineCheck } from '../model/check.ts';
import type { Environment, Repository } from '../model/github.ts';
import type { Observed } from '../model/observed.ts';
import type { Judgement, RunbookContext } from '../model/terms.ts';
import { type Gate, type GateRule, gateOf, readGate } from '../runs/gate.ts';
import { capitalize } from '../text/capitalize.ts';

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
    const rule = gateOf(context.target, context.facts);
    return { ...judgeGate(readGate(environments, rule), repository, rule), details };
  },
});

function judgeUngated(environments: readonly Environment[], { target }: RunbookContext): Judgement {
  const found = environments.some(({ name }) => name === target.environment);
  return found
    ? { status: 'pass', summary: `${target.environment} exists; ${target.name} needs no gate` }
    : {
        status: 'warn',
        summary: `No ${target.environment} environment; ${target.name} needs no gate`,
      };
}

/** `doctor` uses this judgment too. */
export function judgeGate(
  gate: Gate,
  repository: Observed<Repository>,
  { environment: name, branch, reviewers }: GateRule,
): Judgement {
  switch (gate.kind) {
    case 'complete':
      return {
        status: 'pass',
        summary: `${name} requires ${possessive(reviewers)} approval; ${branch} only`,
      };
    case 'missing': {
      const found = gate.names.length === 0 ? 'found none' : `found ${gate.names.join(', ')}`;
      return { status: 'fail', summary: `No ${name} environment; ${found}` };
    }
    case 'misspelled':
      return {
        status: 'warn',
        summary: `The environment is called ${gate.environment.name}, not ${name}: GitHub ignores case, but the runbook doesn't`,
      };
    case 'no_rule': {
      const plan =
        repository.ok && !repository.value.private ? '' : ", or the GitHub plan doesn't support them";
      return { status: 'fail', summary: `${name} has no required reviewers${plan}` };
    }
    case 'wrong_reviewer':
      return { status: 'fail', summary: `${name} does not require ${possessive(gate.missing)} approval` };
    case 'team_reviewer':
      return {
        status: 'warn',
        summary: `${name} requires approval from team ${gate.teams.join(', ')}; can't tell whether ${reviewers.join(', ')} is in it`,
      };
    case 'wrong_branches':
      return {
        status: 'fail',
        summary: `${capitalize(gate.found)} can deploy to ${name}; expected only ${branch}`,
      };
    case 'nobody_left':
      return { status: 'warn', summary: capitalize(nobodyLeft(name, gate.login)) };
    case 'branches_unseen':
      return {
        status: 'unknown',
        summary: `${name} has its reviewers, but its branch policy couldn't be read`,
      };
  }
}

function environmentWords({ name, requiredReviewers, branches }: Environment): string {
  const asks = requiredReviewers
    ?.map((one) => (one.kind === 'team' ? `team ${one.name}` : one.name))
    .join(', ');
  const from =
    branches === null
      ? 'branches unknown'
      : `branches: ${Array.isArray(branches) ? branches.join(', ') : branches}`;
  return `${name}: ${asks ? `reviewers ${asks}` : 'no reviewers'}, ${from}`;
}

/** A proposal shows this sentence too, because the deploy would wait for an approval that nobody can give. */
export function nobodyLeft(environment: string, login: string): string {
  return `nobody can approve the bot's deploys to ${environment}: its only reviewer, ${login}, is the bot's own GitHub user, and self-review is prevented`;
}

/** Examples: `Kristerpher's`, `Kristerpher's or Moira's`. */
function possessive(logins: readonly string[]): string {
  return logins.map((login) => `${login}'s`).join(' or ');
}
