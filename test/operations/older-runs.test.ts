/** The runs beyond the ten shown: found where they matter, by few requests, through real clients at a local GitHub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobState, RunState } from '../../sandbox/github/state.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import { localReadings, startLocalWorld } from '../support/local-readings.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;

beforeAll(async () => {
  world = healthy();
  local = await startLocalWorld(() => world);
});
afterAll(() => local.close());

function healthy(): World {
  const scenario = loadScenario('healthy');
  return buildWorld(scenario, Date.now());
}

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** As many pushes as given, a minute apart, newest first; then `more`. */
function only(pushes: number, ...more: readonly RunState[]): void {
  world = healthy();
  const [push] = world.github.runs.filter(({ event }) => event === 'push');
  if (!push) throw new Error('no push');
  const newer = Array.from({ length: pushes }, (_, index) => ({
    ...push,
    id: 9_900 - index,
    age: 60 * (index + 5),
    duration: 30,
  }));
  world.github.runs = [...newer, ...more];
}

function dispatched(more: Partial<RunState>): RunState {
  const found = healthy().github.runs.find(({ event }) => event === 'workflow_dispatch');
  if (!found) throw new Error('no dispatch');
  return { ...found, ...more };
}

const did = (name: string, conclusion: string): JobState => ({
  name,
  status: 'completed',
  conclusion,
  steps: [{ name: 'work', status: 'completed', conclusion }],
});
const checked = did('freeze-check', 'success');

async function diagnose(): Promise<{ diagnosis: Diagnosis; asked: readonly string[]; step4: string }> {
  const before = local.outside.github.arrived.length;
  const { facts, diagnosisService } = localReadings(local.env);
  const [prod] = facts.targets;
  if (!prod) throw new Error('no target');
  const answer = await diagnosisService.diagnose(prod, { id: 'test', use: 'read' });
  if (!answer.ok) throw new Error('limited');
  const asked = local.outside.github.arrived.slice(before).map(({ path }) => path);
  const step4 = answer.value.findings.find(({ id }) => id === 'workflow_runs');
  return { diagnosis: answer.value, asked, step4: `${step4?.status}: ${step4?.summary}` };
}

const lookups = (asked: readonly string[]) => asked.filter((path) => /\/runs\?(?!per_page=10&)/.test(path));

describe('the older runs', () => {
  it('include a production deploy that failed hours ago behind fifteen pushes, which pages', async () => {
    only(
      15,
      dispatched({
        id: 9_100,
        age: 8 * HOUR,
        conclusion: 'failure',
        jobs: [checked, did('deploy', 'failure')],
      }),
    );
    const { diagnosis, asked, step4 } = await diagnose();
    expect(step4).toMatch(
      /^fail: run 9100 .* failed after passing the gate \(deploy, step work\); approved by Kristerpher/,
    );
    expect(diagnosis.escalations).toMatchObject([{ condition: 1, about: '9100/1' }]);
    expect(lookups(asked)).toHaveLength(1);
    expect(asked.filter((path) => path.includes('/actions/runs/9100/'))).toHaveLength(2);
  });

  it('cost one request in the usual world', async () => {
    only(3, dispatched({ id: 9_100, age: 2 * DAY }));
    const { asked, step4 } = await diagnose();
    expect(step4).toMatch(/^pass: run 9100/);
    expect(lookups(asked)).toHaveLength(1);
  });

  it('leave production untouched only when none was found', async () => {
    only(15);
    expect((await diagnose()).step4).toMatch(/no production run in 30 d: production is untouched$/);
    only(15, dispatched({ id: 9_100, age: 20 * DAY }));
    expect((await diagnose()).step4).toMatch(/^pass: run 9100 .*19 d ago\) succeeded/);
  });

  it('include the one dispatch for production among many for staging, found by its deployment', async () => {
    const toStaging = Array.from({ length: 8 }, (_, index) =>
      dispatched({ id: 9_200 - index, age: 3 * HOUR + index * 600, environment: 'staging', approvals: [] }),
    );
    only(
      12,
      ...toStaging,
      dispatched({
        id: 9_100,
        age: 8 * HOUR,
        conclusion: 'failure',
        jobs: [checked, did('deploy', 'failure')],
      }),
    );
    const { step4, asked } = await diagnose();
    expect(step4).toMatch(/^fail: run 9100 .* failed after passing the gate/);
    expect(asked.filter((path) => path.includes('/actions/runs/9200/'))).toEqual([]);
  });

  it('include the run that holds the queue, with its link, what it waits for and since when', async () => {
    const waits = dispatched({
      id: 9_100,
      status: 'waiting',
      conclusion: null,
      age: 13 * DAY + 60,
      duration: 60,
      approvals: [],
      jobs: [checked, { name: 'deploy', status: 'waiting', conclusion: null, steps: [] }],
    });
    const held = dispatched({
      id: 9_990,
      status: 'pending',
      conclusion: null,
      age: 120,
      duration: 0,
      jobs: [],
      approvals: [],
    });
    only(15, held, waits);
    const { step4, asked, diagnosis } = await diagnose();
    expect(step4).toMatch(
      /^warn: run 9990 \(dispatch, [0-9a-f]{8}, 2 min ago\) is queued behind run 9100, which has waited 13 d for Kristerpher at the production gate$/,
    );
    expect(JSON.stringify(diagnosis.findings)).toContain('/actions/runs/9100');
    expect(lookups(asked)).toHaveLength(1);
    // One that a push began is not among the dispatches: it is asked for by its state.
    only(15, held, { ...waits, event: 'push' });
    const other = await diagnose();
    expect(other.step4).toContain('is queued behind run 9100, which has waited 13 d');
    expect(lookups(other.asked)).toHaveLength(3);
  });
});
