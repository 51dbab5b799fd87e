import { describe, expect, it } from 'vitest';
import { checkWords, lostCommits } from '../../../src/runbook/actions/kinds/deploy/shipment-words.ts';
import type { Shipment } from '../../../src/runbook/model/github.ts';
import { run } from '../../support/evidence.ts';

const SHA = 'a'.repeat(40);
const shipment = (more: Partial<Shipment>): Shipment => ({
  ref: 'main',
  isTag: false,
  date: null,
  head: null,
  comparison: null,
  runs: [],
  ...more,
});

describe('what a deploy would ship', () => {
  it('warns of commits of the running release that the branch does not have', () => {
    const behind = (commits: number) =>
      shipment({
        comparison: { ahead: 3, behind: commits, commits: [], diff: { files: [], isWhole: true }, url: '' },
      });
    expect(lostCommits(behind(0), SHA, 42)).toEqual([]);
    expect(lostCommits(behind(2), null, 42)).toEqual([]);
    expect(lostCommits(behind(1), SHA, 42)).toEqual([
      '1 commit in v42 (aaaaaaaa) is not on main and would be lost.',
    ]);
    expect(lostCommits(behind(2), SHA, 42)).toEqual([
      '2 commits in v42 (aaaaaaaa) are not on main and would be lost.',
    ]);
  });

  it('warns of a failed check, and has passed ones as evidence', () => {
    const passed = run(1, { status: 'completed', conclusion: 'success' });
    const failed = run(2, { status: 'completed', conclusion: 'failure', title: 'unit tests' });
    expect(checkWords(shipment({ runs: [passed] }), 'aaaaaaaa')).toEqual({
      evidence: ['checks on aaaaaaaa: 1 passed'],
      warnings: [],
    });
    expect(checkWords(shipment({ runs: [passed, failed] }), 'aaaaaaaa')).toEqual({
      evidence: [],
      warnings: ['Checks on aaaaaaaa: 1 failed (unit tests), 1 passed.'],
    });
  });
});
