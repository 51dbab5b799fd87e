/** What drifted from the runbook's facts. */
import { describe, expect, it } from 'vitest';
import { driftCheck } from '../../../src/runbook/checks/drift.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { Repository } from '../../../src/runbook/model/github.ts';
import type { Slug } from '../../../src/runbook/model/heroku.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { app, finding, NOW, seen, unseen } from '../../support/evidence.ts';

const KNOWN = ['deploy-heroku.yml', 'deploy-antlers.yml', 'pr-preview.yml'];
/** The three that should be there, one file more or another. */
const files = (file: string, state: string, text: string | null = '') => ({
  workflows: seen([
    ...KNOWN.filter((one) => one !== file).map((one) => ({ file: one, state: 'active', text: '' })),
    { file, state, text },
  ]),
});
const slugOn = (stack: string | null): Partial<Evidence> => ({
  slug: seen<Slug>({ id: 's', commit: null, size: null, stack, processTypes: {}, createdAt: NOW }),
});
const repository = (more: Partial<Repository>) => ({
  repository: seen({ private: true, defaultBranch: 'main', ...more }),
});
const named = ['deploy-heroku.yml', 'deploy-antlers.yml', 'pr-preview.yml'].map((file) => ({
  file,
  state: 'active',
  text: '',
}));
const legacy = 'steps:\n  - uses: akhileshns/heroku-deploy@v3\n    with:\n      heroku_app_name: x\n';
const well = 'stack heroku-24 and 3 workflows match the runbook';

describe('drift from the runbook', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, status: Status, summary: string]>([
    ['passes when everything matches the runbook file', {}, 'pass', well],
    [
      'fails on another stack',
      { app: seen(app({ stack: 'heroku-22' })) },
      'fail',
      "the app's stack is heroku-22, not heroku-24",
    ],
    [
      'fails while the running slug was built on another stack',
      slugOn('heroku-22'),
      'fail',
      "the running slug's stack is heroku-22, not heroku-24",
    ],
    ['passes with a slug without a known stack', slugOn(null), 'pass', well],
    [
      'fails with a renamed repository: it refuses a dispatch under its old name',
      repository({ movedTo: 'raxx/api' }),
      'fail',
      'the repository raxx-app/TradeMasterAPI was renamed to raxx/api: update github.repository in the runbook file',
    ],
    [
      'is a warning with a default branch that was renamed',
      repository({ defaultBranch: 'trunk' }),
      'warn',
      'the default branch is trunk, but github.ref in the runbook file is main',
    ],
    [
      'is a warning with a token that expires within two weeks',
      repository({ tokenExpiresAt: NOW + 9 * 24 * 3_600_000 }),
      'warn',
      'the GitHub token expires in 9 d (2026-05-10 10:00:00 UTC): create a new one for the bot',
    ],
    [
      'passes with a token that lives longer',
      repository({ tokenExpiresAt: NOW + 15 * 24 * 3_600_000 }),
      'pass',
      well,
    ],
    [
      'passes with a workflow of another branch, which GitHub still lists',
      { workflows: seen([...named, { file: 'x.yml', state: 'active', text: null, isElsewhere: true }]) },
      'pass',
      well,
    ],
    ['passes when the slug was not read', { slug: unseen() }, 'pass', well],
    [
      'fails with a workflow that someone disabled',
      files('deploy-heroku.yml', 'disabled_manually'),
      'fail',
      'deploy-heroku.yml was disabled manually',
    ],
    [
      'fails with a workflow that went to sleep',
      files('pr-preview.yml', 'disabled_inactivity'),
      'fail',
      'pr-preview.yml was disabled for inactivity',
    ],
    [
      'fails with workflows that are missing or deleted',
      { workflows: seen([{ file: 'pr-preview.yml', state: 'deleted', text: null }]) },
      'fail',
      'deploy-heroku.yml is missing; deploy-antlers.yml is missing; pr-preview.yml is deleted',
    ],
    [
      'fails with a retired workflow that is back',
      files('deploy.yml', 'active'),
      'fail',
      'deploy.yml was retired, but is back',
    ],
    [
      'fails with a retired workflow that is back and switched off',
      files('deploy.yml', 'disabled_manually'),
      'fail',
      'deploy.yml was retired, but is back',
    ],
    [
      'passes with a retired workflow that GitHub still lists as deleted',
      files('deploy.yml', 'deleted', null),
      'pass',
      well,
    ],
    [
      'fails with the old action without its safe option',
      files('x.yml', 'active', legacy),
      'fail',
      'x.yml:2 uses akhileshns/heroku-deploy without dontautocreate: true',
    ],
    [
      'passes with the old action and its safe option',
      files('x.yml', 'active', `${legacy}      dontautocreate: true\n`),
      'pass',
      well,
    ],
    [
      'fails with the action in the case of its published name',
      files('x.yml', 'active', legacy.replace('akhileshns', 'AkhileshNS')),
      'fail',
      'x.yml:2 uses akhileshns/heroku-deploy without dontautocreate: true',
    ],
    [
      'lists every fault at once',
      { ...files('deploy.yml', 'active', legacy), app: seen(app({ stack: 'heroku-22' })) },
      'fail',
      "deploy.yml was retired, but is back; deploy.yml:2 uses akhileshns/heroku-deploy without dontautocreate: true; the app's stack is heroku-22, not heroku-24",
    ],
    [
      'is unknown when the text of a workflow could not be read',
      files('x.yml', 'active', null),
      'unknown',
      "Couldn't read the text of x.yml",
    ],
    [
      'is unknown without the workflows',
      { workflows: unseen('forbidden', 'GitHub workflow files: 403') },
      'unknown',
      'Not seen: GitHub workflow files: 403',
    ],
    [
      'is unknown without the app',
      { app: unseen('timeout', 'Heroku app: no answer') },
      'unknown',
      'Not seen: Heroku app: no answer',
    ],
  ])('%s', (_name, more, status, summary) => {
    const found = finding(driftCheck, more);
    expect({ status: found.status, summary: found.said.split('\n')[0] }).toEqual({ status, summary });
  });

  it('does not repeat in its details what the summary says', () => {
    const other = { app: seen(app({ stack: 'heroku-22' })) };
    expect(finding(driftCheck, other).said).toBe("the app's stack is heroku-22, not heroku-24");
  });

  it.each<readonly [name: string, more: Partial<Evidence>]>([
    ['that was not seen', { slug: unseen() }],
    ['that is not there', { slug: seen(null) }],
  ])('says nothing about the stack of a slug %s', (_name, more) => {
    const { said } = finding(driftCheck, { ...more, app: seen(app({ stack: 'heroku-22' })) });
    expect(said).not.toContain("the running slug's stack");
  });
});
