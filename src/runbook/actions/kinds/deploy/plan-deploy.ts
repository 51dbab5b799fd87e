/** Plans a deploy: what it would ship, what stands in its way, and what the card says about it. */

import { shippedMigrations } from '../../../changes/migrations.ts';
import { workflowStateWords } from '../../../checks/drift.ts';
import { environmentsCheck, nobodyLeft } from '../../../checks/environments.ts';
import { freezeCheck } from '../../../checks/freeze.ts';
import { accessFaults } from '../../../checks/repository-access.ts';
import { releaseKind } from '../../../heroku/release-kind.ts';
import type { Plan } from '../../../model/action.ts';
import { type ActionEvidence, type Planned, type Refusal, refusal } from '../../../model/action-spec.ts';
import type { Commit, Shipment } from '../../../model/github.ts';
import type { Release } from '../../../model/heroku.ts';
import type { Facts } from '../../../model/runbook-config.ts';
import type { RunbookContext } from '../../../model/terms.ts';
import { gateOf, holdsDeploys, readGate } from '../../../runs/gate.ts';
import { readRuns, runsSeen } from '../../../runs/reading.ts';
import { whereItStands } from '../../../runs/words.ts';
import { capitalize } from '../../../text/capitalize.ts';
import { formatAgo } from '../../../text/time.ts';
import { dispatchCommand, environmentsCommand } from '../../manual-command.ts';
import { currentRelease, formationOf, newestVersion } from '../formation-of.ts';
import { runningCommit } from '../running-commit.ts';
import { checkWords, comparisonLines, lostCommits, shortSha } from './shipment-words.ts';

export function planDeploy(
  evidence: ActionEvidence,
  context: RunbookContext,
  wish: { readonly ref?: string },
): Planned<'deploy'> {
  const { app, environment, processType } = context.target;
  const ref = wish.ref ?? context.facts.github.ref;
  const shipping = whatShips(evidence, context, ref);
  if (!shipping.ok) return shipping;
  return {
    ok: true,
    params: {
      app,
      environment,
      processType,
      ref,
      sha: shipping.head.sha,
      fromVersion: newestVersion(evidence),
    },
    plan: planOf(shipping, evidence, context, ref),
  };
}

interface Shipping {
  readonly ok: true;
  readonly shipment: Shipment;
  /** The commit to deploy. */
  readonly head: Commit;
  /** The current release, which is where a rollback would go. */
  readonly release: Release;
}

function whatShips(evidence: ActionEvidence, context: RunbookContext, ref: string): Shipping | Refusal {
  const { target, facts } = context;
  const { gate } = facts.github;
  if (target.gated && ref !== gate.branch)
    return refusal(`${target.name} takes only ${gate.branch}: its gate lets no other branch through.`);
  const fault = gateFault(evidence, context);
  if (fault !== null)
    return refusal(
      evidence.environments.ok
        ? `${capitalize(fault)}. Create the gate, or set gated: false in the runbook file if the GitHub plan has no gates.`
        : `${capitalize(fault)}, and I won't deploy without seeing the gate. Try again.`,
      // A command that deploys would bypass the missing gate, so the manual command opens the environments page
      // instead.
      environmentsCommand(facts, 'all'),
    );
  const byHand = dispatchCommand(facts, ref, target.environment);
  const refused = whyRefused(evidence, context);
  if (refused) return refused;
  if (!evidence.shipment.ok)
    return refusal(`Can't tell what would ship (${evidence.shipment.detail}).`, byHand);
  const shipment = evidence.shipment.value;
  const { head } = shipment;
  if (!head) return refusal(whyNoBranch(shipment, evidence, facts));
  const current = currentRelease(evidence);
  if (!current.ok) return refusal(`Couldn't read the releases (${current.words}).`, byHand);
  const onItsWay = sameCommitRun(evidence, context, head.sha);
  if (onItsWay !== null) return refusal(`${onItsWay}.`);
  return { ok: true, shipment, head, release: current.value };
}

function planOf(
  { shipment, head, release }: Shipping,
  evidence: ActionEvidence,
  context: RunbookContext,
  ref: string,
): Plan {
  const { target, facts, now } = context;
  const { app, environment, processType } = target;
  const running = runningCommit(evidence);
  const warnings = warningsOf(evidence, context);
  const checks = checkWords(shipment, shortSha(head.sha));
  return {
    title: titleOf(shipment, shortSha(head.sha), app, running),
    will: [
      `Dispatch ${facts.github.deployWorkflow} on ${ref} with environment=${environment}.`,
      `Ship ${shortSha(head.sha)}: ${head.title}, by ${head.author}, ${formatAgo(head.at, now)}.`,
    ],
    expect: [
      warnings.gate ?? gateWords(context),
      ...idleWords(evidence, processType),
      'The new release restarts the app.',
      `If ${ref} gets new commits before this is approved, the proposal is canceled.`,
      ...warnings.access,
    ],
    evidence: [
      ...comparisonLines(shipment, running, release.version),
      ...openRuns(evidence, context),
      lastDeploy(evidence, context),
      ...checks.evidence,
      `freeze: ${freezeCheck.run(evidence, context).summary}`,
      ...(warnings.gate === null ? [`gate: ${environmentsCheck.run(evidence, context).summary}`] : []),
    ],
    warnings: [
      ...lostCommits(shipment, running, release.version),
      ...checks.warnings,
      ...(shipment.comparison ? shippedMigrations(shipment.comparison.diff) : []),
    ],
    undo: `Roll back to v${release.version}`,
    byHand: dispatchCommand(facts, ref, environment),
    danger: false,
  };
}

function titleOf({ comparison, ref }: Shipment, sha: string, app: string, running: string | null): string {
  const isLive = running !== null && comparison?.ahead === 0 && comparison.behind === 0;
  return isLive ? `Redeploy ${sha} (${ref}, already live) to ${app}` : `Deploy ${sha} (${ref}) to ${app}`;
}

function gateWords({ target, facts }: RunbookContext): string {
  return target.gated
    ? `Approving here starts the run, which then waits until ${facts.github.gate.reviewers.join(' or ')} approves it on GitHub as well.`
    : `${target.name} has no gate: it deploys at once.`;
}

/** Explains why a run of the same commit stands in the way. Returns null when no such run is headed for the target. */
export function sameCommitRun(evidence: ActionEvidence, context: RunbookContext, sha: string): string | null {
  const seen = runsSeen(evidence);
  if (!seen) return null;
  const twin = readRuns(seen, context).find(
    (one) => one.run.status !== 'completed' && one.run.sha === sha && one.target === 'this',
  );
  if (!twin) return null;
  const { run } = twin;
  return `${shortSha(sha)} is already on its way to ${context.target.name}: run ${run.id} ${whereItStands(twin, context)} (${run.url}). Approve that one, or cancel it first`;
}

/**
 * Explains why the gate would not hold this deploy. Returns null when it would, or when the target needs no gate. A run
 * that names a missing environment creates it without a gate (GitHub, "using environments").
 */
export function gateFault(
  { environments }: ActionEvidence,
  { target, facts }: RunbookContext,
): string | null {
  if (!target.gated) return null;
  const rule = gateOf(target, facts);
  const name = rule.environment;
  if (!environments.ok) return `couldn't read the ${name} gate (${environments.detail})`;
  const gate = readGate(environments.value, rule);
  if (gate.kind === 'missing')
    return `the gate is missing (failure mode E): there is no ${name} environment, so nothing would hold the deploy`;
  // GitHub ignores the case of environment names, so a misspelled environment still holds the deploy if it has the
  // rule.
  if (!holdsDeploys(gate))
    return `the gate is missing (failure mode E): ${gate.environment.name} has no required reviewers, so nothing would hold the deploy`;
  return null;
}

/** The bot does not send a request that GitHub is known to refuse. */
function whyRefused({ workflows, repository }: ActionEvidence, context: RunbookContext): Refusal | null {
  const { deployWorkflow, repository: name } = context.facts.github;
  const moved = repository.ok
    ? accessFaults(repository.value, context).find(({ status }) => status === 'fail')
    : undefined;
  if (moved) return refusal(`${capitalize(moved.words)}. GitHub accepts no dispatch under the old name.`);
  const found = workflows.ok ? workflows.value.find(({ file }) => file === deployWorkflow) : undefined;
  if (!found || found.state === 'active') return null;
  return refusal(
    `${deployWorkflow} ${workflowStateWords(found.state)}: GitHub would refuse the dispatch.`,
    `gh workflow enable ${deployWorkflow} --repo ${name}`,
  );
}

/** Warns up front about problems that would otherwise show only after a wait. */
function warningsOf({ repository, environments }: ActionEvidence, context: RunbookContext) {
  const { target, facts } = context;
  const access = repository.ok ? accessFaults(repository.value, context) : [];
  const gate = target.gated && environments.ok ? readGate(environments.value, gateOf(target, facts)) : null;
  return {
    /** Explains why the run would wait forever; null when someone can approve it. */
    gate:
      gate?.kind === 'nobody_left'
        ? `It would wait at the gate forever. ${capitalize(nobodyLeft(target.environment, gate.login))}. Add a reviewer first: https://github.com/${facts.github.repository}/settings/environments`
        : null,
    access: access.map(({ words }) => `${capitalize(words)}.`),
  };
}

/** Lists the open runs that this deploy would wait for, if the workflow allows only one run at a time. */
function openRuns(evidence: ActionEvidence, context: RunbookContext): string[] {
  const seen = runsSeen(evidence);
  return (seen ? readRuns(seen, context) : [])
    .filter((one) => one.run.status !== 'completed' && one.target === 'this')
    .map((one) => `open: run ${one.run.id} (${shortSha(one.run.sha)}) ${whereItStands(one, context)}`);
}

function idleWords(evidence: ActionEvidence, processType: string): readonly string[] {
  const entry = formationOf(evidence, processType);
  return entry.ok && entry.value?.quantity === 0
    ? [`${processType} is scaled to 0: the release won't run until the app is restored.`]
    : [];
}

function whyNoBranch({ ref, isTag }: Shipment, { repository }: ActionEvidence, facts: Facts): string {
  if (isTag) return `${ref} is a tag, and only a branch can be deployed: name the branch that contains it.`;
  if (/^[0-9a-f]{7,40}$/i.test(ref))
    return `${ref} looks like a commit, and GitHub dispatches only branches: push a branch, or leave out the ref.`;
  const main = repository.ok ? repository.value.defaultBranch : ref;
  const isOld = ref === facts.github.ref;
  const hint = isOld
    ? ` The default branch is now ${main}: set github.ref in the runbook file.`
    : ` The default branch is ${main}.`;
  return `There is no branch ${ref} (or the token can't see it).${main === ref ? '' : hint}`;
}

function lastDeploy({ releases }: ActionEvidence, { now }: RunbookContext): string {
  if (!releases.ok) return `last deploy: unknown (${releases.detail})`;
  const last = releases.value.find((one) => releaseKind(one) === 'deploy' && one.status === 'succeeded');
  return last
    ? `last deploy: v${last.version} ${formatAgo(last.createdAt, now)}, by ${last.actor}`
    : 'last deploy: none among the newest releases';
}
