/** Each scenario, through real clients and real HTTP: verdict, failure modes, steps, exit status, and nothing leaked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import { buildWorld, loadScenarios, type Scenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { createPaint } from '../../src/cli/paint.ts';
import { printDiagnosis } from '../../src/cli/print-diagnosis.ts';
import { exitStatus } from '../../src/runbook/diagnosis/exit-status.ts';
import { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import { localReadings, startLocalWorld } from '../support/local-readings.ts';

const scenarios = loadScenarios();
let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;

beforeAll(async () => {
  world = buildWorld(firstOf(scenarios), Date.now());
  local = await startLocalWorld(() => world);
});
afterAll(() => local.close());

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('there is none');
  return first;
}

async function diagnoseScenario(scenario: Scenario): Promise<{ diagnosis: Diagnosis; deadlineMs: number }> {
  world = buildWorld(scenario, Date.now());
  const { facts, readings } = localReadings(local.env);
  const target = facts.targets.find(({ name }) => name === scenario.target);
  if (!target) throw new Error(`no target ${scenario.target}`);
  const answer = await readings.diagnose(target, { id: 'test', use: 'read' });
  if (!answer.ok) throw new Error('limited');
  return { diagnosis: answer.value, deadlineMs: facts.deadlines.diagnoseMs };
}

/** `B/R10 likely` */
function modeWords({ modes }: Diagnosis): string[] {
  return modes.map(({ id, code, confidence }) => `${id}${code === null ? '' : `/${code}`} ${confidence}`);
}

describe.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
  'scenario %s',
  (_id, scenario) => {
    it('shows its verdict, failure modes, steps and exit status', { timeout: 15_000 }, async () => {
      const { diagnosis, deadlineMs } = await diagnoseScenario(scenario);
      const steps = Object.fromEntries(diagnosis.findings.map(({ id, status }) => [id, status]));
      const { verdict, modes, exit, steps: expected } = scenario.expect;
      expect({
        verdict: diagnosis.verdict,
        modes: modeWords(diagnosis),
        exit: exitStatus(diagnosis),
        steps: { ...steps, ...expected },
      }).toEqual({ verdict, modes, exit, steps });
      expect(diagnosis.tookMs).toBeLessThan(deadlineMs + 1_000);

      const json = toJson(diagnosis);
      expect(json.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, null, null, null, null]);
      const shown = printDiagnosis(diagnosis, createPaint(false)) + JSON.stringify(json);
      expect(shown).toContain(verdict.toUpperCase());
      for (const token of Object.values(LOCAL_TOKENS)) expect(shown).not.toContain(token);
      expect(shown).not.toMatch(
        /s3cr3t-passw0rd|hunter2|reset-token-4711|203\.0\.113\.\d|eyJhbGciOiJIUzI1NiJ9/,
      );
    });
  },
);
