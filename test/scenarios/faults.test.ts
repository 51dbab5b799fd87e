/** Services that fail in every way: no step passes falsely, no diagnosis exceeds its deadline by a second, no token is shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { Fault, Service, World } from '../../sandbox/world.ts';
import { createPaint } from '../../src/cli/paint.ts';
import { printDiagnosis } from '../../src/cli/print-diagnosis.ts';
import { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import type { CheckId } from '../../src/runbook/model/terms.ts';
import { localReadings, startLocalWorld } from '../support/local-readings.ts';

const DEADLINE_MS = 1_800;

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;

function healthy(): World {
  const scenario = loadScenario('healthy');
  return buildWorld(scenario, Date.now());
}

beforeAll(async () => {
  world = healthy();
  local = await startLocalWorld(() => world);
});
afterAll(() => local.close());

async function diagnoseWith(fault: Omit<Fault, 'times'>) {
  world = { ...healthy(), faults: [fault] };
  const { facts, diagnosisService } = localReadings(local.env, DEADLINE_MS);
  const target = facts.targets.find(({ name }) => name === 'prod');
  if (!target) throw new Error('no prod');
  const began = performance.now();
  const answer = await diagnosisService.diagnose(target, { id: 'test', use: 'read' });
  if (!answer.ok) throw new Error('limited');
  expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 1_000);
  const shown = printDiagnosis(answer.value, createPaint(false)) + JSON.stringify(toJson(answer.value));
  for (const token of Object.values(LOCAL_TOKENS)) expect(shown).not.toContain(token);
  return {
    diagnosis: answer.value,
    status: (id: CheckId) => answer.value.findings.find((one) => one.id === id)?.status,
  };
}

const PLAYS: Readonly<Record<string, Fault['play']>> = {
  '401': { status: 401, body: { id: 'unauthorized', message: 'Invalid credentials provided.' } },
  '403': { status: 403, body: { id: 'forbidden', message: 'No.' } },
  '404': { status: 404, body: { id: 'not_found', message: 'Not Found' } },
  '429': { status: 429, body: { id: 'rate_limit', message: 'Wait.' } },
  '503': { status: 503, body: { message: 'Down.' } },
  'an error page': { html: 502 },
  'an empty object': { status: 200, body: {} },
  'an empty list': { status: 200, body: [] },
  'text that is not JSON': { html: 200 },
  silence: { hang: true },
  'a cut connection': { reset: true },
  'a cut answer': { truncate: true },
};

/** The steps that depend on each service: none of them may pass while it fails. */
const STEPS: Readonly<Partial<Record<Service, readonly CheckId[]>>> = {
  heroku: ['formation', 'releases', 'slug', 'logs', 'drift'],
  github: ['workflow_runs', 'environments', 'freeze', 'drift'],
  status: ['platform'],
};

describe.each(Object.entries(PLAYS))('%s instead of an answer', (name, play) => {
  it.each(Object.entries(STEPS))(
    'from %s never lets a step pass',
    { timeout: 10_000 },
    async (service, steps) => {
      const { diagnosis, status } = await diagnoseWith({ service: service as Service, play });
      for (const step of steps ?? []) expect([step, status(step)]).not.toEqual([step, 'pass']);
      expect(diagnosis.modes.filter(({ confidence }) => confidence === 'likely')).toEqual([]);
      if (service === 'heroku') expect(diagnosis.verdict).not.toBe('healthy');
      else expect(diagnosis.verdict).toBe('healthy');
    },
  );

  it('from the log stream never lets the log step pass', { timeout: 10_000 }, async () => {
    const { diagnosis, status } = await diagnoseWith({ service: 'heroku-logs', play });
    // Any text is read as lines. Lines that are not log events prove nothing.
    const isText = name.startsWith('an empty') || name === 'text that is not JSON';
    if (!isText) expect(status('logs')).toBe('unknown');
    expect(diagnosis.verdict).toBe('healthy');
  });

  it('from the app lets the health step pass only for a status of 200', { timeout: 10_000 }, async () => {
    const { status } = await diagnoseWith({ service: 'app', play });
    const answersWell = 'status' in play ? play.status === 200 : 'html' in play && play.html === 200;
    expect(status('health') === 'pass').toBe(answersWell);
  });
});

describe('a single refused request', () => {
  it.each<readonly [path: string, service: Service, step: CheckId]>([
    ['/dynos$', 'heroku', 'formation'],
    ['/formation$', 'heroku', 'formation'],
    ['/releases$', 'heroku', 'releases'],
    ['/slugs/', 'heroku', 'slug'],
    ['/log-sessions$', 'heroku', 'logs'],
    ['/apps/[^/]+$', 'heroku', 'drift'],
    ['/workflows/deploy-heroku.yml/runs$', 'github', 'workflow_runs'],
    ['/jobs$', 'github', 'workflow_runs'],
    ['/approvals$', 'github', 'workflow_runs'],
    ['/environments$', 'github', 'environments'],
    ['/deployment-branch-policies$', 'github', 'environments'],
    ['/actions/workflows$', 'github', 'drift'],
    ['/contents/', 'github', 'drift'],
  ])('to %s of %s makes %s unknown', { timeout: 10_000 }, async (path, service, step) => {
    const { status } = await diagnoseWith({ service, path, play: { status: 403, body: { message: 'No.' } } });
    expect(status(step)).toBe('unknown');
  });
});
