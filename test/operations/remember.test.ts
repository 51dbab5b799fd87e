/** What the ledger knows stands beside the evidence of a diagnosis: the incident's own clock, who stopped the app, and a change. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutside } from '../../src/compose/upstreams.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createDiagnosisService } from '../../src/operations/diagnosis/diagnosis-service.ts';
import { createRemember, type RememberDeps } from '../../src/operations/diagnosis/remember.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(async () => {
  for (const table of ['wakes', 'incidents', 'snoozes', 'watches'])
    await local.db.sql(`delete from ${table}`);
  await local.reset();
});

function diagnosisService(deps: Partial<RememberDeps> = {}) {
  const config = readConfig(local.env);
  if (!config.ok) throw new Error(JSON.stringify(config.faults));
  const redactor = createRedactor({ secrets: config.value.secrets });
  const { incidentStore, actionStore } = local.context;
  const now = Date.now;
  const remember = createRemember({ incidentStore, actionStore, now, expire: AbortSignal.timeout, ...deps });
  const outside = createOutside(config.value, createLog('silent', redactor));
  return createDiagnosisService({
    outside,
    facts: config.value.facts,
    redactor,
    now,
    expire: AbortSignal.timeout,
    remember,
  });
}

async function diagnoseProd(deps: Partial<RememberDeps> = {}) {
  const answer = await diagnosisService(deps).diagnose(local.context.prod, { id: 'U1', use: 'read' });
  if (!answer.ok) throw new Error('too many');
  return answer.value;
}

describe('a diagnosis', () => {
  it('carries the open incident and its clock, instead of starting a new one each time', async () => {
    await local.reset('import-error');
    await local.context.watch('prod');
    const incident = await local.context.incidentStore.newest('prod');
    const diagnosis = await diagnoseProd();
    expect(diagnosis.situation.incident).toMatchObject({ id: incident?.id, state: 'open' });
    const due = diagnosis.escalations.find(({ condition }) => condition === 4);
    expect(due?.dueAt).toBe(incident?.wakes[0]?.dueAt);
  });

  it('says who stopped the app, when and why', async () => {
    const { id } = await local.approve('stop');
    const ended = await local.ended(id);
    const { situation, verdict } = await diagnoseProd();
    expect(verdict).toBe('stopped');
    expect(situation.stop).toEqual({ by: 'U2', at: ended.endedAt, reason: 'it burns' });
    const status = await diagnosisService().status([local.context.prod], { id: 'U1', use: 'read' });
    expect(status).toMatchObject({ ok: true, value: [{ situation: { stop: { by: 'U2' } } }] });
  });

  it('says that a release from a moment ago is booting, whoever made it, even without a ledger', async () => {
    await local.reset('starting');
    const broken = { recent: async () => Promise.reject(new Error('no database')) };
    const { situation } = await diagnoseProd({ actionStore: broken });
    expect(situation.change).toMatchObject({
      kind: 'deploy',
      who: expect.any(String),
      release: 100,
      booting: ['web.1'],
    });
  });

  it('does not wait for a ledger that does not answer', async () => {
    const silent = { recent: () => new Promise<never>(() => {}) };
    const startedAt = performance.now();
    const { situation } = await diagnoseProd({ actionStore: silent, expire: () => AbortSignal.timeout(50) });
    expect(situation.incident).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
