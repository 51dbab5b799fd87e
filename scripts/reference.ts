/** docs/diagnosis.md: shows what each code, state, and word leads to, found by running the diagnosis itself. */

import { STAGE_STATUS } from '../src/runbook/checks/workflow-runs/stage-status.ts';
import { diagnose } from '../src/runbook/diagnosis/diagnose.ts';
import type { Facts, Target } from '../src/runbook/model/runbook-config.ts';
import type { RunStage } from '../src/runbook/runs/stage.ts';
import { stageWords } from '../src/runbook/runs/words.ts';
import { dynoStates } from './reference/dyno-states.ts';
import { healthResponses } from './reference/health-responses.ts';
import { evidenceWith, NOW } from './reference/healthy-world.ts';
import { lastLines } from './reference/last-lines.ts';
import { logCodes } from './reference/log-codes.ts';
import { newestReleases } from './reference/releases.ts';
import { type Ask, table } from './reference/table.ts';
import { thresholds } from './reference/thresholds.ts';

export function renderReference(facts: Facts): string {
  const target = targetOf(facts);
  const ask: Ask = (more) =>
    diagnose(evidenceWith(more), { now: NOW, target, facts }, { tookMs: 0, limits: [] });
  return `${[
    '# What a diagnosis concludes',
    '<!-- Generated from src/runbook by `npm run docs`. Change the rules, not this file. -->',
    'Each row changes one thing in a healthy world and shows what the diagnosis concludes. The [runbook](runbook.md) explains the failure modes and the conditions for a page.',
    '## Thresholds',
    thresholds(),
    '## Codes in the log',
    'Three lines with the code in the last minute. A code that ends a dyno comes with its crash.',
    logCodes(ask),
    '## Dyno states',
    dynoStates(ask),
    '## Health URL responses',
    healthResponses(ask),
    '## Releases',
    newestReleases(ask),
    '## Runs of the deploy workflow',
    'The stage of a run follows from its attempt, approvals, pending deployments, the environments of its deployments and the steps that ran, never from the name of a job.',
    runStages(),
    '## Last lines of a process',
    'What a dyno wrote between its start and its exit. If no rule recognizes it, the last three lines are quoted.',
    lastLines(facts, target),
  ].join('\n\n')}\n`;
}

function targetOf({ targets }: Facts): Target {
  const target = targets.find(({ gated }) => gated) ?? targets[0];
  if (!target) throw new Error('the runbook file names no target');
  return target;
}

function runStages(): string {
  // The type guarantees that the keys of the table are its stages.
  const stages = Object.keys(STAGE_STATUS) as RunStage[];
  return table(
    ['the run', '`workflow_runs`'],
    stages.map((stage) => [stageWords(stage), STAGE_STATUS[stage]]),
  );
}
