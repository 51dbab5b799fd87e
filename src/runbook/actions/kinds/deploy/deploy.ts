/** A deploy: dispatches the deploy workflow for the commit that was approved, and follows its run to the release. */

import { shippedMigrations } from '../../../changes/migrations.ts';
import { environmentsCheck, nobodyLeft } from '../../../checks/environments.ts';
import { freezeCheck } from '../../../checks/freeze.ts';
import { accessFaults } from '../../../checks/repository-access.ts';
import { releaseKind } from '../../../heroku/release-kind.ts';
import type { ActionEvidence, ActionSpec, ManualCommand, Planned, Progress } from '../../../model/action.ts';
import type { Shipment } from '../../../model/evidence.ts';
import { asRecord } from '../../../model/record.ts';
import type { Facts } from '../../../model/runbook-config.ts';
import type { Context } from '../../../model/terms.ts';
import { gateOf, holdsDeploys, readGate } from '../../../runs/gate.ts';
import { readRuns, runsSeen } from '../../../runs/reading.ts';
import { whereItStands } from '../../../runs/words.ts';
import { formatAgo } from '../../../text/time.ts';
import { dispatchCommand, environmentsCommand } from '../../manual-command.ts';
import { currentRelease, formationOf, newestVersion } from '../formation-of.ts';
import { runningCommit } from '../running-commit.ts';
import { stayedUp } from '../stayed-up.ts';
import { followRun } from './follow-run.ts';
import { lookForRelease } from './look-for-release.ts';
import { comparisonLines, newCommits, shortSha, stateOfRuns } from './shipment-words.ts';

/** A run that was dispatched shows up within seconds; GitHub promises nothing. */
const FIND_RUN_MS = 90_000;
const WATCH_MS = 10 * 60_000;

const PLANNING = [
  'releases',
  'slug',
  'formation',
  'runs',
  'runDetails',
  'deployments',
  'olderRuns',
  'environments',
  'repository',
  'workflows',
  'console',
  'freezeSecret',
  'shipment',
] as const;

export const deploy: ActionSpec<'deploy'> = {
  kind: 'deploy',
  rule: 'deploy',
  // It changes the app when its deploy job runs, not while it is queued or waits at the gate.
  holdsAtOnce: false,
  // A second dispatch would be a second run.
  safeToRepeat: false,
  needs: PLANNING,
  looksAt({ runEndedAt, stage }: Progress) {
    if (runEndedAt !== undefined) return ['releases', 'slug', 'formation', 'dynos', 'health'];
    // What is queued waits for another run, which is named, with whom that one waits for.
    return stage === 'queued' || stage === 'held' ? ['dispatched', 'runs', 'runDetails'] : ['dispatched'];
  },
  withinMs: FIND_RUN_MS,
  next: [],
  plan: planDeploy,
  stillApplies({ ref, sha }, evidence, context) {
    const gate = gateFault(evidence, context);
    if (gate !== null) return { ok: false, words: gate };
    if (!evidence.shipment.ok)
      return { ok: false, words: `${ref} could not be seen (${evidence.shipment.detail})` };
    const { head, comparison } = evidence.shipment.value;
    const onItsWay = sameCommitRun(evidence, context, sha);
    if (onItsWay !== null) return { ok: false, words: onItsWay.replace(/\.$/, '') };
    if (head?.sha === sha) return { ok: true };
    if (!head) return { ok: false, words: `the branch ${ref} is gone` };
    return {
      ok: false,
      words: `${ref} has moved: ${shortSha(sha)} was approved, it is at ${shortSha(head.sha)} now (${head.title}, by ${head.author})`,
      evidence: newCommits(comparison, sha),
    };
  },
  requests: ({ ref, environment }, { facts: { github } }, id) => [
    {
      api: 'github',
      method: 'POST',
      path: `/actions/workflows/${encodeURIComponent(github.deployWorkflow)}/dispatches`,
      body: {
        ref,
        inputs: { environment, ...(github.nonceInput === undefined ? {} : { [github.nonceInput]: id }) },
        return_run_details: true,
      },
    },
  ],
  learn(answer) {
    const { workflow_run_id: runId } = asRecord(answer);
    return typeof runId === 'number' || typeof runId === 'bigint' ? { runId: Number(runId) } : {};
  },
  look: (params, evidence, context, sent) =>
    sent.progress.runEndedAt === undefined
      ? followRun(params, evidence, context, sent)
      : lookForRelease(params, evidence, context, sent),
  aftercare: {
    forMs: WATCH_MS,
    looksAt: ['formation', 'dynos', 'releases', 'health'],
    look: ({ processType }, evidence, _context, since) => stayedUp(evidence, processType, since),
    next: ['rollback'],
  },
};

function planDeploy(
  evidence: ActionEvidence,
  context: Context,
  wish: { readonly ref?: string },
): Planned<'deploy'> {
  const { target, facts } = context;
  const ref = wish.ref ?? facts.github.ref;
  const { gate } = facts.github;
  if (target.gated && ref !== gate.branch) {
    return no(`${target.name} takes only ${gate.branch}: its gate lets no other branch through.`, null);
  }
  const fault = gateFault(evidence, context);
  if (fault !== null)
    return no(
      evidence.environments.ok
        ? `${upper(fault)}. Create the gate, or say gated: false in the runbook file when the plan has none.`
        : `${upper(fault)}, and nothing is deployed past a gate that was not seen. Try again.`,
      // Nobody shall deploy past a gate that is not there.
      environmentsCommand(facts, 'all'),
    );
  const byHand = dispatchCommand(facts, ref, target.environment);
  const refusal = whyRefused(evidence, context);
  if (refusal) return refusal;
  if (!evidence.shipment.ok)
    return no(`What would ship could not be seen (${evidence.shipment.detail}).`, byHand);
  const shipment = evidence.shipment.value;
  const { head } = shipment;
  if (!head) return no(whyNoBranch(shipment, evidence, facts), null);
  const current = currentRelease(evidence);
  if (!current.ok) return no(`The releases could not be seen (${current.words}).`, byHand);
  const onItsWay = sameCommitRun(evidence, context, head.sha);
  if (onItsWay !== null) return no(onItsWay, null);
  const { app, environment, processType } = target;
  const running = runningCommit(evidence);
  const again = running !== null && shipment.comparison?.ahead === 0 && shipment.comparison.behind === 0;
  const warnings = warningsOf(evidence, context);
  const gateWords = target.gated
    ? `It waits at the gate until ${gate.reviewers.join(' or ')} lets it through on GitHub.`
    : `${target.name} has no gate: it deploys at once.`;
  return {
    ok: true,
    params: { app, environment, processType, ref, sha: head.sha, fromVersion: newestVersion(evidence) },
    plan: {
      title: `Deploy ${shortSha(head.sha)} (${ref}) to ${app}${again ? ', which runs already' : ''}`,
      will: [
        `Dispatch ${facts.github.deployWorkflow} on ${ref} with environment=${environment}.`,
        `Ship ${shortSha(head.sha)}: ${head.title}, by ${head.author}, ${formatAgo(head.at, context.now)}.`,
      ],
      expect: [
        warnings.gate ?? gateWords,
        ...(shipment.comparison ? shippedMigrations(shipment.comparison.diff) : []),
        ...idleWords(evidence, processType),
        'A new release restarts the app. Cancelled if the branch moves before approval.',
        ...warnings.access,
      ],
      evidence: [
        ...comparisonLines(shipment, running, current.value.version),
        `checks on ${shortSha(head.sha)}: ${stateOfRuns(shipment.runs)}`,
        `freeze: ${freezeCheck.run(evidence, context).summary}`,
        ...(warnings.gate === null ? [`gate: ${environmentsCheck.run(evidence, context).summary}`] : []),
        ...openRuns(evidence, context),
        lastDeploy(evidence, context),
      ],
      undo: `Roll back to v${current.value.version}`,
      byHand,
      danger: false,
    },
  };
}

const no = (words: string, manualCommand: ManualCommand): Planned<'deploy'> => ({
  ok: false,
  words,
  manualCommand,
});

/** A run of this very commit that is on its way to the target, in words; null: none was seen. */
function sameCommitRun(evidence: ActionEvidence, context: Context, sha: string): string | null {
  const seen = runsSeen(evidence);
  if (!seen) return null;
  const twin = readRuns(seen, context).find(
    (one) => one.run.status !== 'completed' && one.run.sha === sha && one.target === 'this',
  );
  if (!twin) return null;
  const { run } = twin;
  return `${shortSha(sha)} is on its way to ${context.target.name} already: run ${run.id} ${whereItStands(twin, context)} (${run.url}). Let that one through, or cancel it first.`;
}

/** A run that names a missing environment would create it, without a gate (GitHub, "using environments"). null: fine. */
function gateFault({ environments }: ActionEvidence, { target, facts }: Context): string | null {
  if (!target.gated) return null;
  const rule = gateOf(target, facts);
  const name = rule.environment;
  if (!environments.ok)
    return `whether the gate of ${name} stands could not be seen (${environments.detail})`;
  const gate = readGate(environments.value, rule);
  if (gate.kind === 'missing')
    return `the gate is missing (failure mode E): there is no environment ${name}, and nothing would hold the deploy`;
  // GitHub ignores the case of a name: a misspelled environment holds the deploy if it has the rule.
  if (!holdsDeploys(gate))
    return `the gate is missing (failure mode E): ${gate.environment.name} has no required reviewers, and nothing would hold the deploy`;
  return null;
}

/** What GitHub is known to refuse is not sent. */
function whyRefused({ workflows, repository }: ActionEvidence, context: Context): Planned<'deploy'> | null {
  const { deployWorkflow, repository: name } = context.facts.github;
  const moved = repository.ok
    ? accessFaults(repository.value, context).find(({ status }) => status === 'fail')
    : undefined;
  if (moved) return no(`${upper(moved.words)}. GitHub takes no dispatch under the old one.`, null);
  const found = workflows.ok ? workflows.value.find(({ file }) => file === deployWorkflow) : undefined;
  if (!found || found.state === 'active') return null;
  return no(
    `${deployWorkflow} is ${found.state.replaceAll('_', ' ')}: GitHub would refuse the dispatch.`,
    `gh workflow enable ${deployWorkflow} --repo ${name}`,
  );
}

/** What is known already, and would be found out by waiting. */
function warningsOf({ repository, environments }: ActionEvidence, context: Context) {
  const { target, facts } = context;
  const access = repository.ok ? accessFaults(repository.value, context) : [];
  const gate = target.gated && environments.ok ? readGate(environments.value, gateOf(target, facts)) : null;
  return {
    /** It would wait for ever; null: somebody can let it through. */
    gate:
      gate?.kind === 'nobody_left'
        ? `It would wait at the gate for ever. ${upper(nobodyLeft(target.environment, gate.login))}. Add a reviewer first: https://github.com/${facts.github.repository}/settings/environments`
        : null,
    access: access.map(({ words }) => `${upper(words)}.`),
  };
}

/** Where the workflow lets one run go on at a time, this one waits for those. */
function openRuns(evidence: ActionEvidence, context: Context): string[] {
  const seen = runsSeen(evidence);
  return (seen ? readRuns(seen, context) : [])
    .filter((one) => one.run.status !== 'completed' && one.target === 'this')
    .map((one) => `open: run ${one.run.id} (${shortSha(one.run.sha)}) ${whereItStands(one, context)}`);
}

function idleWords(evidence: ActionEvidence, processType: string): readonly string[] {
  const entry = formationOf(evidence, processType);
  return entry.ok && entry.value?.quantity === 0
    ? [`${processType} is at 0: the release is made, and nothing runs it until it is restored.`]
    : [];
}

function whyNoBranch({ ref, isTag }: Shipment, { repository }: ActionEvidence, facts: Facts): string {
  if (isTag) return `${ref} is a tag, and only a branch is deployed: say the branch that has it.`;
  if (/^[0-9a-f]{7,40}$/i.test(ref))
    return `${ref} looks like a commit, and GitHub dispatches only branches: push a branch, or deploy without a ref.`;
  const main = repository.ok ? repository.value.defaultBranch : ref;
  const isOld = ref === facts.github.ref;
  const hint = isOld
    ? ` The default branch is ${main} now: put it into github.ref of the runbook file.`
    : ` The default branch is ${main}.`;
  return `There is no branch ${ref} (or the token may not see it).${main === ref ? '' : hint}`;
}

function lastDeploy({ releases }: ActionEvidence, { now }: Context): string {
  if (!releases.ok) return `last deploy: not seen (${releases.detail})`;
  const last = releases.value.find((one) => releaseKind(one) === 'deploy' && one.status === 'succeeded');
  return last
    ? `last deploy: v${last.version} ${formatAgo(last.createdAt, now)}, by ${last.actor}`
    : 'last deploy: none among the newest releases';
}

function upper(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
