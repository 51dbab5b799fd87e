import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { failureOf } from '../../src/runbook/incidents/failure.ts';
import {
  contextOf,
  detail,
  dyno,
  evidence,
  incident as herokuIncident,
  http,
  job,
  NOW,
  run,
  seen,
} from '../support/evidence.ts';
import { testFacts } from '../support/facts.ts';

const platform = seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [herokuIncident()] });
const runs = [run(9, { conclusion: 'failure', createdAt: NOW - 60_000 }), run(7)];
const runDetails = [
  detail(9, { jobs: [job('freeze-check', 'success'), job('deploy', 'failure')] }),
  detail(7),
];
const failedRun = { runs: seen(runs), runDetails: seen(runDetails) };
const prod = contextOf('prod');
/** The same target, which is not the first of the file. */
const second = { ...prod, facts: { ...testFacts, targets: testFacts.targets.toReversed() } };

function failure(world: object, context = prod) {
  const diagnosis = diagnose(evidence(world), context, { tookMs: 1, limits: [] });
  return failureOf(diagnosis, context, { change: null, isOff: false });
}

describe('the failure', () => {
  it('of the second target is a failed run while the first one reports an incident of Heroku', () => {
    expect(failure({ platform, ...failedRun }, second)?.failure).toMatchObject({
      kind: 'condition',
      condition: 1,
    });
    expect(failure({ platform }, second)).toBeNull();
    expect(failure({ platform })?.failure).toMatchObject({ kind: 'condition', condition: 3 });
  });

  it('gives a check as evidence only where it says more than the title', () => {
    const down = { health: http(503) };
    const two = seen({
      systems: [{ system: 'Apps', status: 'red' }],
      incidents: [herokuIncident(), { ...herokuIncident(), id: '3002', title: 'Slow builds' }],
    });
    expect(failure({ platform, ...down })?.evidence.join()).not.toContain('Heroku status');
    expect(failure({ platform: two, ...down })?.evidence.join()).toMatch(/Heroku status: .* and 1 more/);
    expect(failure(failedRun)?.evidence.join()).not.toContain('run 9');
  });

  it('of a run keeps the check of the runs as evidence while another run waits at the gate', () => {
    const waiting = run(8, { status: 'waiting', conclusion: null, createdAt: NOW - 3 * 3_600_000 });
    const atGate = detail(8, {
      approvals: [],
      pending: [{ environment: 'production', reviewers: ['Kristerpher'] }],
      jobs: [job('freeze-check', 'success'), job('deploy', null, { status: 'waiting', steps: [] })],
    });
    const found = failure({
      runs: seen([runs[0], waiting, runs[1]]),
      runDetails: seen([runDetails[0], atGate, runDetails[1]]),
    });
    expect(found?.failure).toEqual({ kind: 'condition', condition: 1, about: '9/1' });
    expect(found?.evidence.join()).toMatch(
      /CI workflow runs: run 9 .*; run 8 has waited 3 h for Kristerpher/,
    );
  });

  it('of an app that is down during an incident of Heroku is that incident, and offers nothing', () => {
    for (const context of [prod, second])
      expect(failure({ platform, health: http(503) }, context)).toMatchObject({
        failure: { kind: 'condition', condition: 3 },
        title: expect.stringContaining('https://status.heroku.com'),
        actions: [],
      });
  });

  const dynos = (state: string) => seen([dyno(state, 30_000)]);
  it.each([
    ['an HTTP status', { health: http(503) }, 'health/http_503'],
    ['a dyno', { health: http(503), dynos: dynos('crashed') }, 'formation/crashed'],
  ])('of an app that is down names the fault of the first check that fails: %s', (_name, world, fault) => {
    const found = failure(world);
    expect(found?.failure.kind).toBe('verdict');
    expect(found?.fault).toBe(fault);
  });
});
