/** A diagnosis at the terminal. */
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { printDiagnosis } from '../../src/cli/print-diagnosis.ts';
import { CHECKS } from '../../src/runbook/checks/index.ts';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { contextOf, evidence, http } from '../support/evidence.ts';

const print = (more: Parameters<typeof evidence>[0]) =>
  printDiagnosis(
    diagnose(evidence(more), contextOf(), { tookMs: 812, limits: [] }),
    picocolors.createColors(false),
  );

describe('a printed diagnosis', () => {
  it('calls each check by the title that its card has', () => {
    const printed = print({});
    for (const { title } of CHECKS)
      expect(printed).toMatch(new RegExp(`^ {2}[1-6 ] ${title} +. (?:pass|warn)`, 'm'));
    expect(printed).not.toMatch(/workflow_runs|\bplatform\b/);
  });

  it('says why the operator is needed before it names the condition', () => {
    expect(print({ health: http(503) })).toContain(
      "now: The app is unreachable and Heroku's status is green (runbook condition 4)",
    );
  });
});
