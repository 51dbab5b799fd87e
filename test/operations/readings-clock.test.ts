/** A clock that is set back while people ask. */
import { expect, it } from 'vitest';
import { createDiagnosisService } from '../../src/operations/diagnosis/diagnosis-service.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { unseen } from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';
import { noOutside } from '../support/no-outside.ts';

const [prod] = testFacts.targets;
if (!prod) throw new Error('the facts have no target');

it('does not share an old answer when the clock is set back, nor one from before an action', async () => {
  const clock = { now: Date.parse('2026-05-01T10:00:00Z'), elapsed: 1_000 };
  let asked = 0;
  const diagnosisService = createDiagnosisService({
    outside: {
      ...noOutside,
      heroku: {
        ...noOutside.heroku,
        app: async () => {
          asked += 1;
          return unseen();
        },
      },
    },
    facts: testFacts,
    redactor: createRedactor({ secrets: [] }),
    now: () => clock.now,
    elapsed: () => clock.elapsed,
    expire: () => new AbortController().signal,
  });
  await diagnosisService.diagnose(prod, { id: 'U1', use: 'read' });
  clock.now -= 10 * 60_000;
  clock.elapsed += 1_000;
  await diagnosisService.diagnose(prod, { id: 'U1', use: 'read' });
  expect(asked).toBe(1);
  clock.elapsed += 5_000;
  await diagnosisService.diagnose(prod, { id: 'U1', use: 'read' });
  expect(asked).toBe(2);
  // An action has changed the app, so what was read a moment ago is old.
  diagnosisService.forget(prod.name);
  await diagnosisService.diagnose(prod, { id: 'U1', use: 'read' });
  expect(asked).toBe(3);
});
