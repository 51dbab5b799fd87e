/**
 * Compares a whole diagnosis, with every upstream responding after 200 ms,
 * to the same requests sent one after the other.
 */
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

type Target = Parameters<ReturnType<typeof createDiagnosisService>['diagnose']>[0];

const SOMEONE = { id: 'bench', use: 'read' } as const;

export async function diagnosisBench(): Promise<Figure[]> {
  const world: World = buildWorld(loadScenario('healthy'), Date.now());
  let delayMs = DELAY_MS;
  const slow = () => UPSTREAMS.map((service) => ({ service, play: { delayMs } }));
  const outside = await startOutside(() => ({ ...world, faults: delayMs === 0 ? [] : slow() }));
  const folder = mkdtempSync(join(tmpdir(), 'raxx-bench-'));
  try {
    const { fresh, target } = prepare(outside, join(folder, 'runbook.yml'));
    const diagnose = (service = fresh().service()) => timed(() => service.diagnose(target, SOMEONE));
    const first = await diagnose();
    const cold = await repeat(() => diagnose());
    const trip = median(await repeat(() => timed(() => fetch(outside.console.url))));
    const sequential = await timed(fresh().queryInTurn);
    const { service } = fresh();
    await diagnose(service());
    const warm = await repeat(() => diagnose(service()));
    delayMs = 0;
    const own = await repeat(() => diagnose());
    return figures({ first, cold, trip, sequential, warm, own });
  } finally {
    await outside.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `fresh` creates clients without any connection, ETag, or shared collection from an earlier round. */
function prepare(outside: Awaited<ReturnType<typeof startOutside>>, runbook: string) {
  writeLocalRunbook('runbook.yml', runbook, {
    apps: Object.fromEntries(Object.entries(outside.apps).map(([name, { url }]) => [name, url])),
    console: outside.console.url,
  });
  const config = readConfig({ ...outside.env, RUNBOOK: runbook });
  if (!config.ok) throw new Error('the local world gives no valid configuration');
  const { facts, secrets } = config.value;
  const redactor = createRedactor({ secrets });
  const target: Target | undefined = facts.targets.find(({ gated }) => gated);
  if (!target) throw new Error('the runbook names no gated target');
  const fresh = () => {
    const clients = createOutside(config.value, createLog('silent', redactor));
    const deps = { outside: clients, facts, redactor, now: Date.now, expire: AbortSignal.timeout };
    const how = { signal: AbortSignal.timeout(60_000), use: 'incident' } as const;
    return {
      service: () => createDiagnosisService(deps),
      queryInTurn: async () => {
        for (const { send } of Object.values(evidenceRequests(target, facts, clients, how, Date.now)))
          await send();
      },
    };
  };
  return { fresh, target };
}

async function repeat(work: () => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) taken.push(await work());
  return taken;
}

interface Measured {
  readonly first: number;
  readonly cold: readonly number[];
  readonly trip: number;
  readonly sequential: number;
  readonly warm: readonly number[];
  readonly own: readonly number[];
}

function figures({ first, cold, trip, sequential, warm, own }: Measured): Figure[] {
  const limit = 2.5 * DELAY_MS + 150;
  const typical = median(cold);
  return [
    { name: 'one round trip to an upstream that waits 200 ms', value: trip, unit: 'ms' },
    {
      name: 'diagnosis, cold clients, median',
      value: typical,
      unit: 'ms',
      target: `≤ ${limit} ms`,
      holds: typical <= limit,
    },
    { name: 'diagnosis, cold clients, worst of the rounds', value: Math.max(...cold), unit: 'ms' },
    { name: 'diagnosis, the very first of the process', value: first, unit: 'ms' },
    {
      name: 'diagnosis in round trips',
      value: typical / trip,
      unit: '×',
      target: '≤ 3.25 ×',
      holds: typical / trip <= 3.25,
    },
    {
      name: 'the same questions one after the other, in diagnoses',
      value: sequential / typical,
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
}
