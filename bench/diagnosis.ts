/** A whole diagnosis, with every upstream answering after 200 ms, against the same questions asked one after the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOutside } from '../sandbox/outside.ts';
import { writeLocalRunbook } from '../sandbox/runbook-file.ts';
import { buildWorld, loadScenario } from '../sandbox/scenario.ts';
import type { Service, World } from '../sandbox/world.ts';
import { createOutside } from '../src/compose/upstreams.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { createDiagnosisService } from '../src/operations/diagnosis/diagnosis-service.ts';
import { evidenceRequests } from '../src/operations/diagnosis/evidence-requests.ts';
import { createRedactor } from '../src/runbook/redaction/redact.ts';
import { type Figure, median, timed } from './figure.ts';

const DELAY_MS = 200;
const ROUNDS = 7;
const UPSTREAMS: readonly Service[] = ['heroku', 'heroku-logs', 'github', 'status', 'app', 'console'];

export async function diagnosisBench(): Promise<Figure[]> {
  const scenario = loadScenario('healthy');
  let delayMs = DELAY_MS;
  const world: World = buildWorld(scenario, Date.now());
  const slow = () => UPSTREAMS.map((service) => ({ service, play: { delayMs } }));
  const outside = await startOutside(() => ({ ...world, faults: delayMs === 0 ? [] : slow() }));
  const folder = mkdtempSync(join(tmpdir(), 'raxx-bench-'));
  const runbook = join(folder, 'runbook.yml');
  writeLocalRunbook('runbook.yml', runbook, {
    apps: Object.fromEntries(Object.entries(outside.apps).map(([name, { url }]) => [name, url])),
    console: outside.console.url,
  });
  const config = readConfig({ ...outside.env, RUNBOOK: runbook });
  if (!config.ok) throw new Error('the local world gives no valid configuration');
  const { facts, secrets } = config.value;
  const redactor = createRedactor({ secrets });
  const target = facts.targets.find(({ gated }) => gated);
  if (!target) throw new Error('the runbook names no gated target');

  /** Fresh clients: no connection, ETag or shared collection of a former round. */
  const fresh = () => {
    const clients = createOutside(config.value, createLog('silent', redactor));
    const deps = { outside: clients, facts, redactor, now: Date.now, expire: AbortSignal.timeout };
    return { clients, diagnosisService: () => createDiagnosisService(deps) };
  };
  const oneRoundTrip = () => timed(() => fetch(outside.console.url));
  const inTurn = async () => {
    const requests = evidenceRequests(
      target,
      facts,
      fresh().clients,
      { signal: AbortSignal.timeout(60_000), use: 'incident' } as const,
      Date.now,
    );
    for (const { send } of Object.values(requests)) await send();
  };
  const times = async (work: () => Promise<number>) => {
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) taken.push(await work());
    return taken;
  };

  try {
    const first = await timed(() =>
      fresh().diagnosisService().diagnose(target, { id: 'bench', use: 'read' }),
    );
    const cold = await times(() =>
      timed(() => fresh().diagnosisService().diagnose(target, { id: 'bench', use: 'read' })),
    );
    const trip = median(await times(oneRoundTrip));
    const sequential = await timed(inTurn);
    const { diagnosisService } = fresh();
    await diagnosisService().diagnose(target, { id: 'bench', use: 'read' });
    const warm = await times(() =>
      timed(() => diagnosisService().diagnose(target, { id: 'bench', use: 'read' })),
    );
    delayMs = 0;
    const own = await times(() =>
      timed(() => fresh().diagnosisService().diagnose(target, { id: 'bench', use: 'read' })),
    );
    const limit = 2.5 * DELAY_MS + 150;
    return [
      { name: 'one round trip to an upstream that waits 200 ms', value: trip, unit: 'ms' },
      {
        name: 'diagnosis, cold clients, median',
        value: median(cold),
        unit: 'ms',
        target: `≤ ${limit} ms`,
        holds: median(cold) <= limit,
      },
      { name: 'diagnosis, cold clients, worst of the rounds', value: Math.max(...cold), unit: 'ms' },
      { name: 'diagnosis, the very first of the process', value: first, unit: 'ms' },
      {
        name: 'diagnosis in round trips',
        value: median(cold) / trip,
        unit: '×',
        target: '≤ 3.25 ×',
        holds: median(cold) / trip <= 3.25,
      },
      {
        name: 'the same questions one after the other, in diagnoses',
        value: sequential / median(cold),
        unit: '×',
      },
      { name: 'diagnosis with ETags and finished runs remembered, median', value: median(warm), unit: 'ms' },
      {
        name: 'diagnosis with upstreams that answer at once (our own share)',
        value: median(own),
        unit: 'ms',
      },
      {
        name: 'memory of this process, simulators included (RSS)',
        value: process.memoryUsage().rss / 1_048_576,
        unit: 'MiB',
      },
    ];
  } finally {
    await outside.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
