/** What `raxx changes` prints and returns for diagnoses of a healthy app whose sources were read in part. */
import { describe, expect, it } from 'vitest';
import { runChanges } from '../../src/cli/changes.ts';
import { createPaint } from '../../src/cli/paint.ts';
import type { DiagnosisService } from '../../src/operations/diagnosis/diagnosis-service.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { SourceName } from '../../src/runbook/model/evidence.ts';
import { diagnosis } from '../support/diagnosis.ts';
import { unseen } from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';

async function run(found: Diagnosis, json = false): Promise<{ status: number; out: string }> {
  const unused = () => {
    throw new Error('raxx changes needs a diagnosis only');
  };
  const diagnosisService: DiagnosisService = {
    diagnose: async () => ({ ok: true, value: found, explain: async () => found }),
    refusal: unused,
    waitingFor: unused,
    status: unused,
    logs: unused,
  };
  const out: string[] = [];
  const status = await runChanges('prod', json, {
    terminal: {
      out: (text) => out.push(text),
      record: () => {},
      err: () => {},
      progress: () => {},
      step: () => {},
      paint: createPaint(false),
    },
    facts: testFacts,
    diagnosisService,
    watches: async () => ({ ok: true, reports: [] }),
    remembering: async (use) => ({ value: await use(diagnosisService), unknown: null }),
  });
  return { status, out: out.join('') };
}

describe('raxx changes on a healthy app', () => {
  it('exits 0 when every source of changes was read, even if another source was not', async () => {
    const found = diagnosis({ environments: unseen('forbidden', 'GitHub environments: HTTP 403') });
    const { status, out } = await run(found);
    expect(status).toBe(0);
    expect(out).not.toContain("Couldn't read");
  });

  it.each<[string, SourceName, string]>([
    ['the releases', 'releases', 'Heroku releases: HTTP 503'],
    ['the runs', 'runs', 'GitHub workflow runs: HTTP 502'],
    ["the runs' jobs", 'runDetails', 'GitHub jobs and approvals: HTTP 502'],
    ['the status page', 'platform', 'Heroku status page: HTTP 500'],
  ])('names %s and the reason, and exits 2, when they were not read', async (_, source, detail) => {
    const found = diagnosis({ [source]: unseen('unreachable', detail) });
    const { status, out } = await run(found);
    expect(out).toContain(`Couldn't read: ${detail}`);
    expect(status).toBe(2);
    expect(JSON.parse((await run(found, true)).out).not_read).toEqual([detail]);
  });

  it('says once why several sources were not read, and names each in the JSON', async () => {
    const found = diagnosis({
      releases: unseen('unauthorized', 'Heroku releases: token rejected (HTTP 401)'),
      logs: unseen('unauthorized', 'Heroku log: token rejected (HTTP 401)'),
    });
    expect((await run(found)).out).toContain(
      "No visible change in the last 24 h.\nCouldn't read: Heroku releases, Heroku log: token rejected (HTTP 401)",
    );
    expect(JSON.parse((await run(found, true)).out).not_read).toEqual([
      'Heroku releases: token rejected (HTTP 401)',
      'Heroku log: token rejected (HTTP 401)',
    ]);
  });

  it('takes the exit status and the text from the same list of unread sources', async () => {
    const read = diagnosis();
    const unread = diagnosis({ releases: unseen('unreachable', 'Heroku releases: HTTP 503') });
    const { status, out } = await run({ ...unread, changes: read.changes });
    expect(out).toContain("Couldn't read: Heroku releases: HTTP 503");
    expect(status).toBe(2);
  });
});
