/** Failure mode E: nobody is asked before production is deployed. */
import { formatAgo } from '../age.ts';
import { deployRuns, newestPastGate } from '../deploy-runs.ts';
import type { Context, Match, Mode } from '../diagnosis.ts';
import type { Evidence } from '../evidence.ts';
import { readGate } from '../gate.ts';

export const missingGate: Mode = {
  id: 'E',
  words: {
    title: '<environment> GitHub Environment missing — no required-reviewer gate',
    symptom:
      'workflow_dispatch on <workflow> with environment=<environment> completes without an approval prompt; OR gh api repos/<repository>/environments returns only staging.',
    cause:
      "The <environment> GitHub Environment was never created. The deploy job references environment: <environment> in the workflow YAML, but GitHub does not enforce protection rules for environments that don't exist as repo environment objects.",
    fixBy: 'operator',
    fix: [
      'Go to https://github.com/<repository>/settings/environments/new',
      'Name: <environment> (must match exactly — case-sensitive)',
      'Add required reviewer: <reviewers>',
      'Restrict deployment branches to <branch> only',
      'Save',
    ],
    verification:
      'gh api repos/<repository>/environments returns an environment named <environment> with at least one protection rule of type required_reviewers.',
  },
  match(evidence, _findings, context) {
    // A target that needs no gate cannot miss it.
    if (!context.target.gated) return [];
    return [...gateMatch(evidence, context), ...unapprovedRun(evidence, context)].slice(0, 1);
  },
};

function gateMatch({ environments, repository }: Evidence, { facts }: Context): Match[] {
  if (!environments.ok) return [];
  const gate = readGate(environments.value, facts);
  const { environment: name } = facts.github.gate;
  switch (gate.kind) {
    case 'missing': {
      const found = gate.names.length === 0 ? 'none' : gate.names.join(', ');
      return [
        { code: null, confidence: 'likely', evidence: [`Environments: ${found}; no ${name}`], missing: [] },
      ];
    }
    case 'no_rule': {
      const onPrivate = !repository.ok || repository.value.private;
      const plan = onPrivate ? ' The repository’s plan may not have the rule: reading cannot tell.' : '';
      const words = {
        title: `${name} has no required-reviewer gate`,
        cause: `The ${name} environment exists without a required_reviewers rule.${plan}`,
      };
      const lines = [`${name} has no protection rule of type required_reviewers`];
      return [{ code: null, confidence: 'likely', evidence: lines, missing: [], words }];
    }
    case 'misspelled': {
      const spelled = gate.environment.name;
      const words = {
        title: `The ${name} environment is spelled ${spelled}`,
        cause: `GitHub ignores the case and still gates; the runbook asks for exactly ${name}.`,
        fix: [`Rename it: create ${name} with the same rules, then delete ${spelled}.`],
      };
      return [
        {
          code: null,
          confidence: 'possible',
          evidence: [`Environments: ${spelled}, not ${name}`],
          missing: [],
          words,
        },
      ];
    }
    case 'stands':
    case 'wrong_reviewer':
    case 'team_reviewer':
    case 'wrong_branches':
    case 'branches_unseen':
      return [];
  }
}

/** A production run that went through with nobody's approval although the gate exists (contract): possible. */
function unapprovedRun(
  { environments, runs, runDetails, deployments }: Evidence,
  { target, facts, now }: Context,
): Match[] {
  if (!runs.ok || !runDetails.ok) return [];
  const newest = newestPastGate(deployRuns(runs.value, runDetails.value, deployments, target, facts));
  if (!newest || newest.approvedBy.length > 0) return [];
  const { run } = newest;
  const lines = [`Run ${run.id} (${formatAgo(run.createdAt, now)}) deployed without an approval`, run.url];
  const words = {
    title: `${target.environment} was deployed without an approval`,
    cause:
      'The gate exists now: it may have been created after this run, or an administrator bypassed it, or the run’s job does not name the environment.',
    fix: [
      'Find out who let it through: open the run. See that the environment does not allow administrators to bypass its rules.',
    ],
  };
  return [
    {
      code: null,
      confidence: 'possible',
      evidence: lines,
      missing: environments.ok ? [] : [environments.detail],
      words,
    },
  ];
}
