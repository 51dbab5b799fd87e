/** The fix for failure mode E: creates the environment with the reviewers and the branch policy from the runbook. */

import { environmentsCheck } from '../../checks/environments.ts';
import { type ActionEvidence, type ActionSpec, refusal } from '../../model/action-spec.ts';
import type { Environment } from '../../model/github.ts';
import { gateOf, readGate } from '../../runs/gate.ts';
import { environmentsCommand } from '../manual-command.ts';

export const createGate: ActionSpec<'create_gate'> = {
  kind: 'create_gate',
  rule: 'fix',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['environments', 'repository', 'reviewers'],
  looksAt: () => ['environments'],
  // The action sends two requests to GitHub, each with its own timeout.
  writesWithinMs: 45_000,
  withinMs: 60_000,
  whenRefused: 'GitHub may have created the environment without its rule: check the settings.',
  next: [],
  plan(evidence, context) {
    const { target, facts } = context;
    const rule = gateOf(target, facts);
    const { environment, reviewers, branch } = rule;
    const { repository } = facts.github;
    if (!target.gated) return refusal(`${target.name} needs no gate (gated: false).`);
    if (!evidence.environments.ok)
      return refusal(
        `Couldn't read the environments (${evidence.environments.detail}).`,
        environmentsCommand(facts, 'all'),
      );
    const gate = readGate(evidence.environments.value, rule);
    if (gate.kind !== 'missing' && gate.kind !== 'no_rule')
      return refusal(`${environmentsCheck.run(evidence, context).summary}. There is no gate to create.`);
    const ids = reviewerIds(evidence, reviewers);
    if (!ids.ok)
      return refusal(ids.words, environmentsCommand(facts, gate.kind === 'missing' ? 'new' : 'all'));
    const existing = gate.kind === 'no_rule' ? gate.environment : undefined;
    const others = otherBranches(existing, branch);
    if (others.length > 0)
      return refusal(
        `${environment} lets ${others.join(', ')} deploy as well, and I won't remove branch rules: remove ${others.length === 1 ? 'it' : 'them'} at https://github.com/${repository}/settings/environments first.`,
      );
    const isPrivate = !evidence.repository.ok || evidence.repository.value.private;
    return {
      ok: true,
      params: {
        app: target.app,
        environment,
        branch,
        reviewerIds: ids.value,
        addBranch: !allowsOnly(existing, branch),
        was: gate.kind,
      },
      plan: {
        title: `Create the ${environment} gate with ${reviewers.join(', ')} as required reviewer`,
        will: [
          `${existing ? 'Keep' : 'Create'} the ${environment} environment in ${repository}.`,
          `Add required reviewer: ${reviewers.join(', ')}.`,
          `Restrict deployment branches to ${branch}.`,
        ],
        expect: [
          `Each deploy to ${environment} waits until ${reviewers.join(' or ')} approves it.`,
          ...(isPrivate
            ? [
                'On a private repository, the GitHub plan may not include this rule; GitHub would then refuse it.',
              ]
            : []),
        ],
        evidence: [environmentsCheck.run(evidence, context).summary],
        undo: `Remove the rule at https://github.com/${repository}/settings/environments`,
        byHand: environmentsCommand(facts, existing ? 'all' : 'new'),
        danger: false,
      },
    };
  },
  stillApplies({ was }, { environments }, { target, facts }) {
    if (!environments.ok)
      return { ok: false, words: `couldn't read the environments (${environments.detail})` };
    const { kind } = readGate(environments.value, gateOf(target, facts));
    return kind === was
      ? { ok: true }
      : { ok: false, words: 'the environment has changed since this was proposed' };
  },
  requests({ environment, branch, reviewerIds: ids, addBranch }) {
    const path = `/environments/${encodeURIComponent(environment)}`;
    const body = {
      reviewers: ids.map((id) => ({ type: 'User', id })),
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    };
    const policy = { path: `${path}/deployment-branch-policies`, body: { name: branch } };
    return [
      { api: 'github', method: 'PUT', path, body, token: 'admin' },
      ...(addBranch ? [{ api: 'github', method: 'POST', token: 'admin', ...policy } as const] : []),
    ];
  },
  look({ environment }, { environments }, { target, facts }) {
    if (!environments.ok) return { seen: 'not_yet', words: environments.detail };
    const gate = readGate(environments.value, gateOf(target, facts));
    if (gate.kind === 'complete') {
      const words = `${environment} has its required reviewers, and only ${facts.github.gate.branch} deploys to it`;
      return { seen: 'done', words, evidence: [words] };
    }
    if (gate.kind === 'wrong_branches') {
      const words = `${environment} has its required reviewers, but lets ${gate.found} deploy; expected only ${facts.github.gate.branch}`;
      return { seen: 'not_yet', words };
    }
    return {
      seen: 'not_yet',
      words: `the ${environment} gate is not in place (${gate.kind.replaceAll('_', ' ')})`,
    };
  },
};

/** GitHub silently drops reviewers who cannot see the repository, so only collaborators count. */
function reviewerIds({ reviewers }: ActionEvidence, wanted: readonly string[]) {
  if (!reviewers.ok) return refusal(`Couldn't read the reviewers (${reviewers.detail}).`);
  const strangers = reviewers.value.filter(({ id, isCollaborator }) => id === null || !isCollaborator);
  if (strangers.length > 0 || reviewers.value.length < wanted.length) {
    const names = strangers.map(({ login }) => login).join(', ');
    return refusal(
      `Not a collaborator on the repository: ${names}. Add them on GitHub, or fix github.gate.reviewers.`,
    );
  }
  return { ok: true, value: reviewers.value.map(({ id }) => id ?? 0) } as const;
}

function otherBranches(environment: Environment | undefined, branch: string): readonly string[] {
  const branches = environment?.branches;
  return Array.isArray(branches) ? branches.filter((one) => one !== branch) : [];
}

function allowsOnly(environment: Environment | undefined, branch: string): boolean {
  const branches = environment?.branches;
  return Array.isArray(branches) && branches.includes(branch);
}
