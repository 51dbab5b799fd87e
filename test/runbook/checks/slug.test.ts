/** Step 3: is there anything to run? */
import { describe, expect, it } from 'vitest';
import { slugCheck } from '../../../src/runbook/checks/slug.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { Slug } from '../../../src/runbook/model/heroku.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { app, finding, NOW, seen, unseen } from '../../support/evidence.ts';

const slug = (more: Partial<Slug>) =>
  seen<Slug>({
    id: 's42',
    commit: '4f07077242424242',
    size: 41_943_040,
    stack: 'heroku-24',
    processTypes: {},
    createdAt: NOW - 8 * 3_600_000,
    ...more,
  });

describe('the slug of the current release', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, status: Status, said: string]>([
    ['passes with its commit, size and age', {}, 'pass', 'commit 4f070772, 40 MiB, built 8 h ago'],
    [
      'passes without a commit or a size on record',
      { slug: slug({ commit: null, size: null }) },
      'pass',
      'commit not recorded, built 8 h ago',
    ],
    [
      'fails when it is null',
      { slug: seen(null) },
      'fail',
      'The current release has no slug: nothing to run',
    ],
    [
      'fails when it is null, with slug_size null as more evidence',
      { slug: seen(null), app: seen(app({ slugSize: null })) },
      'fail',
      'The current release has no slug: nothing to run; slug_size: null',
    ],
    [
      'fails when it is null, whether the app was seen or not',
      { slug: seen(null), app: unseen() },
      'fail',
      'The current release has no slug: nothing to run',
    ],
    [
      'is unknown when it was not seen',
      { slug: unseen('timeout', 'Heroku slug: no response in time') },
      'unknown',
      'Not seen: Heroku slug: no response in time',
    ],
  ])('%s', (_name, more, status, said) => {
    expect(finding(slugCheck, more)).toEqual({ status, said });
  });
});
