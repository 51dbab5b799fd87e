/** The contract's rules for the verdict, the first that applies; and the exit status that follows. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { exitStatus } from '../../src/runbook/diagnosis/exit-status.ts';
import { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import {
  blindEvidence,
  contextOf,
  dyno,
  environment,
  evidence,
  http,
  incident,
  logWindow,
  NOW,
  release,
  seen,
  unseen,
} from '../support/evidence.ts';

const look = (more: Partial<Evidence>, base = evidence) =>
  diagnose(base(more), contextOf(), { tookMs: 812, limits: [] });
const web = (quantity: number) => seen([{ type: 'web', quantity, size: 'Basic', command: 'x' }]);
const maintenance = seen({
  id: 'a',
  name: 'n',
  maintenance: true,
  region: 'us',
  stack: 'heroku-24',
  slugSize: 1,
});
const silence = seen({ kind: 'timeout', detail: 'x', ms: 5_000 } as const);
const r14 = seen(logWindow('-60 heroku[web.1]: Error R14 (Memory quota exceeded)'));
const deployFailed = seen([release(43, { status: 'failed' }), release(42, { current: true })]);

describe('the verdict', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, verdict: string, exit: number]>([
    ['all well', {}, 'healthy', 0],
    ['scaled to 0 with a slug', { formation: web(0), dynos: seen([]), health: http(503) }, 'stopped', 1],
    ['in maintenance', { app: maintenance, health: http(503) }, 'stopped', 1],
    [
      'never deployed is down, not stopped',
      { formation: web(0), dynos: seen([]), slug: seen(null), health: http(502) },
      'down',
      1,
    ],
    ['a 5xx', { health: http(500) }, 'down', 1],
    ['no answer', { health: silence }, 'down', 1],
    ['no answer, without a list of dynos', { health: silence, dynos: unseen() }, 'down', 1],
    ['all crashed, although something answers', { dynos: seen([dyno('crashed')]) }, 'down', 1],
    ['idle counts as up', { dynos: seen([dyno('idle')]) }, 'healthy', 0],
    ['starting counts as up', { dynos: seen([dyno('starting', 5_000)]) }, 'healthy', 0],
    ['the dynos were not seen', { dynos: unseen() }, 'unknown', 2],
    ['the formation was not seen', { formation: unseen() }, 'unknown', 2],
    [
      'all crashed, without the formation',
      { dynos: seen([dyno('crashed')]), formation: unseen() },
      'down',
      1,
    ],
    ['no dyno and no formation: it may be stopped', { dynos: seen([]), formation: unseen() }, 'unknown', 2],
    ['it answers, but one of two is gone', { formation: web(2) }, 'degraded', 1],
    ['it answers, with R14', { logs: r14 }, 'degraded', 1],
    ['it answers, the last release failed', { releases: deployFailed }, 'degraded', 1],
    ['403 is not a failure', { health: http(403) }, 'healthy', 0],
    [
      'a missing gate does not make it unhealthy',
      { environments: seen([environment('staging')]) },
      'healthy',
      1,
    ],
    [
      'GitHub not seen',
      { runs: unseen(), runDetails: unseen(), environments: unseen(), workflows: unseen() },
      'healthy',
      2,
    ],
    [
      'a Heroku incident',
      { platform: seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [incident()] }) },
      'healthy',
      1,
    ],
  ])('%s', (_name, more, verdict, exit) => {
    const diagnosis = look(more);
    expect({ verdict: diagnosis.verdict, exit: exitStatus(diagnosis) }).toEqual({ verdict, exit });
  });

  it('is unknown, not down, when nothing answers at all: the bot itself may be offline', () => {
    expect(look({ health: silence, console: silence }, blindEvidence)).toMatchObject({
      verdict: 'unknown',
      modes: [],
      actions: [],
    });
    expect(look({ health: silence, console: http(200) }, blindEvidence).verdict).toBe('down');
  });

  it('is never healthy when something was not seen', () => {
    for (const { status } of look({}, blindEvidence).findings) expect(status).toBe('unknown');
  });
});

describe('a diagnosis as JSON', () => {
  it('has the contract’s keys, and no others', () => {
    const json = toJson(look({ logs: r14 }));
    expect(Object.keys(json)).toEqual([
      'schema',
      'target',
      'app',
      'at',
      'took_ms',
      'verdict',
      'steps',
      'failure_modes',
      'escalations',
      'actions',
      'changes',
    ]);
    expect(json).toMatchObject({
      schema: 1,
      target: 'prod',
      app: 'raxx-api-prod',
      at: new Date(NOW).toISOString(),
      took_ms: 812,
    });
    // A check that is added later comes after these.
    expect(json.steps.map(({ step, id }) => [step, id]).slice(0, 10)).toEqual([
      [1, 'formation'],
      [2, 'releases'],
      [3, 'slug'],
      [4, 'workflow_runs'],
      [5, 'environments'],
      [6, 'logs'],
      [null, 'health'],
      [null, 'platform'],
      [null, 'freeze'],
      [null, 'drift'],
    ]);
    expect(Object.keys(json.failure_modes[0] ?? {})).toEqual([
      'id',
      'code',
      'confidence',
      'title',
      'evidence',
      'fix',
      'verification',
      'process_type',
    ]);
    expect(json.escalations).toEqual([
      {
        condition: 2,
        reason: expect.any(String),
        due_at: new Date(NOW - 60_000 + 30 * 60_000).toISOString(),
      },
    ]);
  });
});
