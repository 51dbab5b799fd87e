/**
 * Checks Heroku and GitHub for `raxx doctor`: whether the tokens work, and whether what the runbook file names exists.
 */
import { workflowStateWords } from '../../runbook/checks/drift.ts';
import { judgeGate } from '../../runbook/checks/environments.ts';
import { accessFaults } from '../../runbook/checks/repository-access.ts';
import { type Budget, budgetWords, floorOf } from '../../runbook/model/budget.ts';
import type { Environment, Repository } from '../../runbook/model/github.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed, Unseen } from '../../runbook/model/observed.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { gateOf, readGate } from '../../runbook/runs/gate.ts';
import type { Outside } from '../ports/upstreams.ts';

export interface Checkup {
  readonly status: 'ok' | 'warn' | 'fail' | 'unknown';
  /** Example: `Heroku raxx-api-prod`. */
  readonly about: string;
  /** Says what was found, and what to do about it. */
  readonly words: string;
}

export interface CheckupDeps {
  readonly outside: Outside;
  readonly facts: Facts;
  now(): Instant;
  expire(ms: number): AbortSignal;
}

/** These reasons prove nothing, because the next attempt may succeed. */
const PASSING: ReadonlySet<Unseen['why']> = new Set(['timeout', 'unreachable', 'rate_limited']);

/** Returns the results in the order of the runbook file. Never rejects. */
export async function checkOutside({ outside, facts, now, expire }: CheckupDeps): Promise<Checkup[]> {
  const options = { signal: expire(facts.deadlines.diagnoseMs), use: 'incident' } as const;
  const { heroku, github } = outside;
  const { repository, ref, deployWorkflow } = facts.github;
  const [apps, repo, environments, workflows] = await Promise.all([
    Promise.all(facts.targets.map(async ({ app }) => ({ app, seen: await heroku.app(app, options) }))),
    github.repository(options),
    github.environments(options),
    github.workflows(ref, options),
  ]);
  return [
    ...apps.map(({ app, seen }) =>
      judge(
        `Heroku ${app}`,
        seen,
        'HEROKU_API_KEY (heroku authorizations:create)',
        () => 'the token can read it',
      ),
    ),
    judge(`GitHub ${repository}`, repo, 'GITHUB_TOKEN (or the GitHub App) and github.repository', (seen) =>
      seen.private ? 'the token can read it' : 'the token can read it; the repository is public',
    ),
    ...accessOf(repo, facts, now()),
    ...gatesOf(environments, repo, facts),
    workflowOf(workflows, deployWorkflow, ref),
  ];
}

/**
 * Reports what is left of the account's hourly allowance, and from which point on it is reserved for more urgent uses.
 */
export function checkBudget(budget: Budget): Checkup {
  const about = `${budget.api === 'heroku' ? 'Heroku' : 'GitHub'} requests`;
  if (!budget.isReported)
    return { status: 'warn', about, words: "the API didn't report this hour's remaining quota" };
  const status = budget.left < floorOf(budget, 'watch') ? 'warn' : 'ok';
  return { status, about, words: budgetWords(budget) };
}

function accessOf(repo: Observed<Repository>, facts: Facts, now: Instant): Checkup[] {
  if (!repo.ok) return [];
  const about = `GitHub ${facts.github.repository}`;
  return accessFaults(repo.value, { facts, now }).map(({ status, words }) => ({ status, about, words }));
}

/** Checks each gated target's gate: without one, a deploy would be refused, or would wait for nobody. */
function gatesOf(
  seen: Observed<readonly Environment[]>,
  repo: Observed<Repository>,
  facts: Facts,
): Checkup[] {
  return facts.targets
    .filter(({ gated }) => gated)
    .map((target) => {
      const about = `GitHub environment ${target.environment}`;
      if (!seen.ok) return judge(about, seen, 'GITHUB_TOKEN (Actions: read)', () => '');
      const rule = gateOf(target, facts);
      const gate = readGate(seen.value, rule);
      if (gate.kind === 'complete')
        return { status: 'ok', about, words: 'its required reviewers and branch match the runbook' };
      const { summary } = judgeGate(gate, repo, rule);
      return { status: 'warn', about, words: `${summary}. See npx raxx diagnose ${target.name}, step 5` };
    });
}

function judge<T>(about: string, seen: Observed<T>, cure: string, words: (value: T) => string): Checkup {
  if (seen.ok) return { status: 'ok', about, words: words(seen.value) };
  const status = PASSING.has(seen.why) ? 'unknown' : 'fail';
  return { status, about, words: `${seen.detail}. Check ${cure}` };
}

function workflowOf(
  seen: Awaited<ReturnType<Outside['github']['workflows']>>,
  file: string,
  ref: string,
): Checkup {
  const about = `GitHub ${file}`;
  const cure = 'github.deploy_workflow in the runbook file';
  const read = judge(about, seen, cure, () => '');
  if (!seen.ok) return read;
  const found = seen.value.find((one) => one.file === file);
  if (!found) return { status: 'fail', about, words: `there is no such workflow. Check ${cure}` };
  if (found.state !== 'active')
    return {
      status: 'fail',
      about,
      words: `the workflow ${workflowStateWords(found.state)}. Enable it: gh workflow enable ${file}`,
    };
  return found.text === null
    ? { status: 'warn', about, words: `active, but its text on ${ref} couldn't be read` }
    : { status: 'ok', about, words: `active; readable on ${ref}` };
}
