/** Worlds rebuilt from public reports: what people who run apps on Heroku met, and what is right. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { exitStatus } from '../../src/runbook/diagnosis/exit-status.ts';
import { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import { faultsOf } from '../support/case-expectation.ts';
import { evidenceOf, readCases } from '../support/case-world.ts';

describe('the diagnosis of worlds that people reported', () => {
  it.each(readCases().map((one) => [one.title, one] as const))('%s', async (_title, one) => {
    const { evidence, context } = await evidenceOf(one);
    const diagnosis = diagnose(evidence, context, { tookMs: 1, limits: [] });
    expect(faultsOf(one, toJson(diagnosis), exitStatus(diagnosis))).toEqual([]);
  });
});
