/** Whatever a service does wrong: no false pass, no hang past the deadline and a second, no token shown. */
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
  'no JSON': { html: 200 },
  silence: { hang: true },
  'a cut connection': { reset: true },
  'a cut answer': { truncate: true },
};

/** The steps that rest on a service: none of them may pass while it fails. */
const STEPS: Readonly<Partial<Record<Service, readonly CheckId[]>>> = {
  heroku: ['formation', 'releases', 'slug', 'logs', 'drift'],
  github: ['workflow_runs', 'environments', 'freeze', 'drift'],
  status: ['platform'],
};

describe.each(Object.entries(PLAYS))('%s', (name, play) => {
  it.each(Object.entries(STEPS))('of %s is never a pass', { timeout: 10_000 }, async (service, steps) => {
    const { diagnosis, status } = await diagnoseWith({ service: service as Service, play });
    for (const step of steps ?? []) expect([step, status(step)]).not.toEqual([step, 'pass']);
    expect(diagnosis.modes.filter(({ confidence }) => confidence === 'likely')).toEqual([]);
    if (service === 'heroku') expect(diagnosis.verdict).not.toBe('healthy');
    else expect(diagnosis.verdict).toBe('healthy');
  });

  it('of the log stream is never a pass', { timeout: 10_000 }, async () => {
    const { diagnosis, status } = await diagnoseWith({ service: 'heroku-logs', play });
    // Lines that no log has are read as lines; they are no events, so nothing is concluded from them.
    const isText = name.startsWith('an empty') || name === 'no JSON';
    if (!isText) expect(status('logs')).toBe('unknown');
    expect(diagnosis.verdict).toBe('healthy');
  });

  it('of the app is no pass of its health', { timeout: 10_000 }, async () => {
    const { status } = await diagnoseWith({ service: 'app', play });
    const answersWell = 'status' in play ? play.status === 200 : 'html' in play && play.html === 200;
    expect(status('health') === 'pass').toBe(answersWell);
  });
});

describe('a single answer that fails', () => {
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
  ])('%s of %s makes %s unknown', { timeout: 10_000 }, async (path, service, step) => {
    const { status } = await diagnoseWith({ service, path, play: { status: 403, body: { message: 'No.' } } });
    expect(status(step)).toBe('unknown');
  });
});
