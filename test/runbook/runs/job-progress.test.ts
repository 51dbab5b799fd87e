import { describe, expect, it } from 'vitest';
import { stateOfJob } from '../../../src/runbook/runs/job-progress.ts';

describe('the state of a job', () => {
  it.each([
    ['queued', null, 'pending'],
    ['waiting', null, 'pending'],
    ['in_progress', null, 'in_progress'],
    ['completed', 'success', 'complete'],
    ['completed', 'skipped', 'complete'],
    ['completed', 'failure', 'error'],
    ['completed', 'timed_out', 'error'],
    ['completed', 'cancelled', 'error'],
  ])('is, for %s with the conclusion %s, %s', (status, conclusion, state) => {
    expect(stateOfJob({ status, conclusion })).toBe(state);
  });
});
