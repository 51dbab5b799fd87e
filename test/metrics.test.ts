/** The metrics, as a scraper gets them. */

import { afterEach, describe, expect, it } from 'vitest';
import {
  meterActs,
  meterOutside,
  meterPing,
  meterReadings,
  meterWatch,
  meterWrite,
} from '../src/compose/metering.ts';
import { metricsRoute } from '../src/http/metrics-route.ts';
import { createHttpServer } from '../src/http/server.ts';
import { createMetrics, type MetricsDeps } from '../src/metrics.ts';
import { unseen } from '../src/runbook/model/observed.ts';
import { openQueue, queueStates } from '../src/store/queue.ts';
import { openMigrated } from './support/databases.ts';
import { testFacts } from './support/facts.ts';
import { noActs } from './support/no-acts.ts';
import { noOutside } from './support/no-outside.ts';

const TOKEN = 'metrics-token-4711';

const quiet: MetricsDeps = {
  queues: async () => [{ name: 'draw', jobs: 3, oldestSeconds: 41.5 }],
  isDatabaseUp: async () => true,
  budgets: () => [{ api: 'heroku', remaining: 4_400, limit: 4_500, resetAt: null }],
};

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

async function serve(metrics: ReturnType<typeof createMetrics> | null) {
  const http = createHttpServer({
    port: 0,
    routes: new Map(),
    reads: metrics === null ? new Map() : new Map([['/metrics', metricsRoute(TOKEN, metrics)]]),
    slackListener: () => null,
    readiness: async () => ({ ok: true, reasons: [] }),
    now: Date.now,
  });
  const port = await http.start();
  stop = async () => {
    http.cut();
    await http.stop();
  };
  return async (headers: Readonly<Record<string, string>> = {}, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers, method });
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get('content-type'),
    };
  };
}

describe('GET /metrics', () => {
  it('answers 404 while no token is set', async () => {
    const get = await serve(null);
    expect((await get({ authorization: `Bearer ${TOKEN}` })).status).toBe(404);
  });

  it('refuses requests without the token', async () => {
    const get = await serve(createMetrics(quiet));
    for (const authorization of [
      '',
      'Bearer ',
      'Bearer wrong',
      `Bearer ${TOKEN}x`,
      TOKEN,
      `Basic ${TOKEN}`,
    ]) {
      const { status, text } = await get({ authorization });
      expect(status).toBe(401);
      expect(text).not.toContain('raxx_');
    }
    expect((await get({ authorization: `Bearer ${TOKEN}` }, 'POST')).status).toBe(404);
  });

  it('answers with what was counted, in the text format of Prometheus', async () => {
    const metrics = createMetrics(quiet);
    const elapsed = () => 0;
    const get = await serve(metrics);
    metrics.command('diagnose');
    metrics.failedAnswer();
    metrics.failedJob('draw');
    const dynos = async () => unseen('timeout', 'Heroku dynos', 'late', 0);
    const { heroku } = meterOutside(
      { ...noOutside, heroku: { ...noOutside.heroku, dynos } },
      metrics,
      elapsed,
    );
    await heroku.dynos('raxx-api-prod', { signal: new AbortController().signal, use: 'incident' } as const);
    expect(heroku.requests('raxx-api-prod')).toBe(0);
    await meterWrite(
      async () => ({ kind: 'refused', words: 'no' }),
      metrics,
    )({
      api: 'heroku',
      method: 'PATCH',
      path: '/apps/x/formation',
      body: {},
    });
    const looks: unknown[] = [];
    await meterWatch(async (...look) => void looks.push(look), metrics, elapsed)('prod', 'hint');
    // A look for a hint has a budget of its own.
    expect(looks).toEqual([['prod', 'hint']]);
    await expect(meterWatch(() => Promise.reject(new Error()), metrics, elapsed)('prod')).rejects.toThrow();
    await meterPing(async () => {}, metrics)('id', 1, 'channel');
    const actionService = meterActs(
      { ...noActs.actionService, approve: async () => ({ ok: false, words: 'no', manualCommand: null }) },
      metrics,
    );
    await actionService.approve('id', { id: 'U1', isOperator: true, isApprover: true });
    const never = () => Promise.reject(new Error('not expected'));
    const diagnosisService = meterReadings(
      { refusal: () => null, waitingFor: () => [], diagnose: never, status: never, logs: never },
      metrics,
    );
    const [target] = testFacts.targets;
    if (target)
      await expect(diagnosisService.diagnose(target, { id: 'U1', use: 'incident' })).rejects.toThrow();
    metrics.diagnosis('down');
    // Without a sample there is no delay.
    await new Promise((resolve) => setTimeout(resolve, 100));

    const { status, text, type } = await get({ authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=/);
    for (const line of [
      'raxx_commands_total{command="diagnose"} 1',
      'raxx_failed_answers_total 1',
      'raxx_diagnoses_total{verdict="down"} 1',
      'raxx_upstream_read_duration_seconds_count{upstream="heroku",read="dynos"} 1',
      'raxx_upstream_read_errors_total{upstream="heroku",reason="timeout"} 1',
      'raxx_upstream_writes_total{upstream="heroku",result="refused"} 1',
      'raxx_look_duration_seconds_count{target="prod"} 2',
      'raxx_failed_looks_total{target="prod"} 1',
      'raxx_decisions_total{decision="approve",result="refused"} 1',
      'raxx_pings_total{to="channel"} 1',
      'raxx_failed_jobs_total{queue="draw"} 1',
      'raxx_queue_jobs{queue="draw"} 3',
      'raxx_queue_oldest_job_seconds{queue="draw"} 41.5',
      'raxx_database_up 1',
      'raxx_upstream_budget_remaining{upstream="heroku"} 4400',
      'raxx_upstream_budget_limit{upstream="heroku"} 4500',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/^raxx_event_loop_delay_seconds\{quantile="0.99"\} \d/m);
    const names = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(names.filter((line) => !line.startsWith('raxx_'))).toEqual([]);
  });

  it('leaves out queues that cannot be read', async () => {
    const get = await serve(
      createMetrics({
        ...quiet,
        isDatabaseUp: async () => false,
        queues: () => Promise.reject(new Error('gone')),
      }),
    );
    const { text } = await get({ authorization: `bearer ${TOKEN}` });
    expect(text).toContain('raxx_database_up 0');
    expect(text).not.toMatch(/^raxx_queue_jobs\{/m);
  });
});

it('jobs that are due and waiting are counted, with the age of the oldest', async () => {
  const db = await openMigrated();
  const queue = await openQueue(db.bossOptions, { onError: () => {} });
  await db.tx(async (sql) => {
    for (const at of [Date.now() - 90_000, Date.now() - 1_000, Date.now() + 90_000])
      await queue.enqueue(sql, 'page', { incidentId: 'i1' }, 'prod', at);
  });
  const [page, ...others] = await queueStates(db.sql);
  expect(others).toEqual([]);
  expect(page).toMatchObject({ name: 'page', jobs: 2 });
  expect(page?.oldestSeconds).toBeGreaterThan(80);
  await queue.stop(1_000);
  await db.close();
}, 60_000);
