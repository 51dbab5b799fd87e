/** The reading use-cases with real clients, against a local world. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOutside } from '../../sandbox/outside.ts';
import { writeLocalRunbook } from '../../sandbox/runbook-file.ts';
import type { World } from '../../sandbox/world.ts';
import { createOutside } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createDiagnosisService } from '../../src/operations/diagnosis/diagnosis-service.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';

/** Starts the simulators of `world` and writes a runbook file that points at them. */
export async function startLocalWorld(world: () => World) {
  const outside = await startOutside(world);
  const folder = mkdtempSync(join(tmpdir(), 'raxx-test-'));
  const runbook = join(folder, 'runbook.yml');
  writeLocalRunbook('runbook.yml', runbook, {
    apps: Object.fromEntries(Object.entries(outside.apps).map(([name, { url }]) => [name, url])),
    console: outside.console.url,
  });
  const env = { ...outside.env, RUNBOOK: runbook };
  return {
    outside,
    env,
    async close() {
      await outside.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Creates fresh clients: without connections, ETags, limits or shared collections of earlier ones. */
export function localReadings(env: Readonly<Record<string, string>>, deadlineMs?: number) {
  const config = readConfig(env);
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  const { secrets } = config.value;
  const facts =
    deadlineMs === undefined
      ? config.value.facts
      : { ...config.value.facts, deadlines: { diagnoseMs: deadlineMs } };
  const redactor = createRedactor({ secrets });
  const diagnosisService = createDiagnosisService({
    outside: createOutside(config.value, createLog('silent', redactor)),
    facts,
    redactor,
    now: Date.now,
    expire: AbortSignal.timeout,
  });
  return { facts, diagnosisService };
}
