/** What a diagnosis offers: the contract's table. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import {
  contextOf,
  dyno,
  environment,
  evidence,
  goodRequest,
  http,
  job,
  logWindow,
  release,
  routerError,
  runs,
  seen,
  unseen,
} from '../support/evidence.ts';

const actions = (more: Partial<Evidence>) =>
  diagnose(evidence(more), contextOf(), { tookMs: 1, limits: [] }).actions;
const crashed = { dynos: seen([dyno('crashed', 30_000)]), health: http(503) };
const log = (...lines: readonly string[]) => ({ logs: seen(logWindow(...lines)) });
const frozen = runs({ conclusion: 'failure' }, { jobs: [job('freeze-check', 'failure')] });
const refused = seen({ kind: 'refused', detail: 'x', ms: 1 } as const);
const slow = [3, 4, 5, 6].map((ago) => routerError(ago, 'H12', 'Request timeout', 'web.1'));
const never = {
  slug: seen(null),
  dynos: seen([]),
  formation: seen([]),
  releases: seen([release(3, { slugId: null, current: true, description: 'Set A config vars' })]),
  health: http(502),
};

describe('what is offered', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, expected: readonly string[]]>([
    ['A', never, ['deploy']],
    [
      'B/R10',
      { ...crashed, ...log('-60 heroku[web.1]: Error R10 (x)', '-30 heroku[web.1]: Error R10 (x)') },
      ['boot_timeout', 'rollback', 'restart', 'stop'],
    ],
    ['B/R14', log('-60 heroku[web.1]: Error R14 (x)'), ['resize', 'restart', 'stop']],
    ['B/R15', { ...crashed, ...log('-60 heroku[web.1]: Error R15 (x)') }, ['resize', 'restart', 'stop']],
    ['B/H10', { ...crashed, ...log(routerError(30, 'H10', 'App crashed')) }, ['rollback', 'restart', 'stop']],
    [
      'B of another process type: stopping the target would take down what runs well',
      {
        dynos: seen([dyno('up'), dyno('crashed', 60_000, 'worker.1')]),
        ...log('-60 heroku[worker.1]: State changed from up to crashed'),
      },
      ['rollback', 'restart'],
    ],
    ['B/H12', log(goodRequest(60), ...slow), ['restart', 'rollback', 'stop']],
    [
      'B/H10 with nothing else to run',
      {
        ...crashed,
        ...log(routerError(30, 'H10', 'x')),
        releases: seen([release(42, { current: true }), release(41, { slugId: 's42' })]),
      },
      ['restart', 'stop'],
    ],
    [
      'B/H10 with an older release that is not eligible',
      {
        ...crashed,
        ...log(routerError(30, 'H10', 'x')),
        releases: seen([release(42, { current: true }), release(41, { eligibleForRollback: false })]),
      },
      ['restart', 'stop'],
    ],
    ['D, the console answers', frozen, []],
    ['D, the console does not', { ...frozen, console: refused }, ['unfreeze']],
    ['E, missing', { environments: seen([environment('staging')]) }, ['create_gate']],
    [
      'E, without its rule',
      { environments: seen([environment('production', { requiredReviewers: null })]) },
      ['create_gate'],
    ],
    ['E, misspelled', { environments: seen([environment('Production')]) }, []],
    [
      'stopped with a slug',
      {
        formation: seen([{ type: 'web', quantity: 0, size: 'Basic', command: 'x' }]),
        dynos: seen([]),
        health: http(503),
      },
      ['restore'],
    ],
    [
      'in maintenance',
      {
        app: seen({ id: 'a', name: 'n', maintenance: true, region: 'us', stack: 'heroku-24', slugSize: 1 }),
        health: http(503),
      },
      [],
    ],
    ['down without a mode', { health: http(500) }, ['restart', 'stop']],
    [
      'degraded without a mode',
      { formation: seen([{ type: 'web', quantity: 2, size: 'Basic', command: 'x' }]) },
      ['restart', 'stop'],
    ],
    ['healthy', {}, []],
    ['unknown', { dynos: unseen() }, []],
  ])('%s', (_name, more, expected) => expect(actions(more)).toEqual(expected));
});
