/** A deploy: dispatches the deploy workflow for the approved commit, and follows the run to its release. */

import type { Progress } from '../../../model/action.ts';
import type { ActionSpec } from '../../../model/action-spec.ts';
import { asRecord } from '../../../model/record.ts';
import { stayedUp } from '../stayed-up.ts';
import { followRun } from './follow-run.ts';
import { lookForRelease } from './look-for-release.ts';
import { gateFault, planDeploy, sameCommitRun } from './plan-deploy.ts';
import { newCommits, shortSha } from './shipment-words.ts';

/** A dispatched run usually appears within seconds, but GitHub guarantees nothing. */
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
  // A deploy changes the app only while its deploy job runs, not while the run is queued or waiting at the gate.
  holdsAtOnce: false,
  // A second dispatch would start a second run.
  safeToRepeat: false,
  needs: PLANNING,
  looksAt({ runEndedAt, stage }: Progress) {
    if (runEndedAt !== undefined) return ['releases', 'slug', 'formation', 'dynos', 'health'];
    // The card of a queued run names the run ahead of it, and what that run is waiting for.
    return stage === 'queued' || stage === 'held' ? ['dispatched', 'runs', 'runDetails'] : ['dispatched'];
  },
  withinMs: FIND_RUN_MS,
  next: [],
  plan: planDeploy,
  stillApplies({ ref, sha }, evidence, context) {
    const gate = gateFault(evidence, context);
    if (gate !== null) return { ok: false, words: gate };
    if (!evidence.shipment.ok)
      return { ok: false, words: `couldn't read ${ref} (${evidence.shipment.detail})` };
    const { head, comparison } = evidence.shipment.value;
    const onItsWay = sameCommitRun(evidence, context, sha);
    if (onItsWay !== null) return { ok: false, words: onItsWay };
    if (head?.sha === sha) return { ok: true };
    if (!head) return { ok: false, words: `the branch ${ref} is gone` };
    return {
      ok: false,
      words: `${ref} has moved: ${shortSha(sha)} was approved, but it is now at ${shortSha(head.sha)} (${head.title}, by ${head.author})`,
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
