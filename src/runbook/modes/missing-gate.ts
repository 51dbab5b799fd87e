/** Failure mode E: production can be deployed without anyone's approval. */

import type { Mode } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Match, RunbookContext } from '../model/terms.ts';
import { gateOf, holdsDeploys, readGate } from '../runs/gate.ts';
import { newestPastGate, readRuns, runsSeen } from '../runs/reading.ts';
import { runName } from '../runs/words.ts';
import { formatAgo } from '../text/time.ts';

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
  closesWhenSeen: ['environments'],
  match(evidence, _findings, context) {
    // A target that needs no gate cannot lack one.
    if (!context.target.gated) return [];
    return [...gateMatch(evidence, context), ...unapprovedRun(evidence, context)].slice(0, 1);
  },
};

function gateMatch({ environments, repository }: Evidence, { target, facts }: RunbookContext): Match[] {
  if (!environments.ok) return [];
  const rule = gateOf(target, facts);
  const gate = readGate(environments.value, rule);
  const { environment: name } = rule;
  switch (gate.kind) {
    case 'missing': {
      const found = gate.names.length === 0 ? 'none' : gate.names.join(', ');
      return [
        { code: null, confidence: 'likely', evidence: [`Environments: ${found}; no ${name}`], missing: [] },
      ];
    }
    case 'no_rule': {
      const onPrivate = !repository.ok || repository.value.private;
      const plan = onPrivate
        ? " The repository's plan may not support the rule; the API doesn't show that."
        : '';
      const words = {
        title: `${name} has no required-reviewer gate`,
        cause: `The ${name} environment exists without a required_reviewers rule.${plan}`,
      };
      const lines = [`${name} has no protection rule of type required_reviewers`];
      return [{ code: null, confidence: 'likely', evidence: lines, missing: [], words }];
    }
    case 'misspelled': {
      const spelled = gate.environment.name;
      const isHeld = holdsDeploys(gate);
      const words = {
        title: `The ${name} environment is called ${spelled}${isHeld ? '' : ', and has no required-reviewer gate'}`,
        cause: isHeld
          ? `GitHub ignores case, so the gate still works; the runbook requires the exact name ${name}.`
          : `GitHub ignores case: ${name} is ${spelled}, which has no required_reviewers rule.`,
        fix: [
          `Rename it: create ${name} with the required reviewer and the branch rule, then delete ${spelled}.`,
        ],
      };
      return [
        {
          code: null,
          confidence: isHeld ? 'possible' : 'likely',
          evidence: [`Environments: ${spelled}, not ${name}`],
          missing: [],
          words,
        },
      ];
    }
    case 'complete':
    case 'wrong_reviewer':
    case 'team_reviewer':
    case 'wrong_branches':
    case 'branches_unseen':
    case 'nobody_left':
      return [];
  }
}

/** A production run that passed without approval although the gate exists is a possible match (contract). */
function unapprovedRun(evidence: Evidence, context: RunbookContext): Match[] {
  const { environments } = evidence;
  const { target, now } = context;
  const seen = runsSeen(evidence);
  const newest = seen && newestPastGate(readRuns(seen, context));
  if (!newest || newest.approvedBy.length > 0) return [];
  const { run, at } = newest;
  const lines = [`${runName(run)} (${formatAgo(at, now)}) deployed without approval`, run.url];
  const words = {
    title: `${target.environment} was deployed without approval`,
    cause: 'The gate exists now: it may have been created after this run, or an administrator bypassed it.',
    fix: [
      'Open the run, find out who bypassed the gate, and check that administrators cannot bypass the environment’s rules.',
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
