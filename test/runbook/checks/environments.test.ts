/** Step 5: the gate of the target's own environment. */
import { describe, expect, it } from 'vitest';
import { environmentsCheck } from '../../../src/runbook/checks/environments.ts';
import type { Environment, Evidence, Reviewer } from '../../../src/runbook/model/evidence.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { environment, finding, seen, unseen } from '../../support/evidence.ts';

type Row = readonly [name: string, more: Partial<Evidence>, status: Status, summary: string];

const user = (name: string): Reviewer => ({ kind: 'user', name });
const team = (name: string): Reviewer => ({ kind: 'team', name });
const only = (...list: readonly Environment[]) => ({ environments: seen(list) });
const gate = (more: Partial<Environment>) => only(environment('production', more));

function summary(more: Partial<Evidence>, target = 'prod') {
  const { status, said } = finding(environmentsCheck, more, target);
  return { status, summary: said.split('\n')[0] };
}

describe('the gate of production', () => {
  const stands = "production requires Kristerpher's approval; main only";
  it.each<Row>([
    ['passes when it stands', {}, 'pass', stands],
    [
      'is a warning when its only reviewer is the bot’s own user, and self-review is prevented',
      gate({ mayNotReview: 'Kristerpher' }),
      'warn',
      "Nobody can approve the bot's deploys to production: its only reviewer, Kristerpher, is the bot's own GitHub user, and self-review is prevented",
    ],
    [
      'passes when somebody else than the barred one may approve',
      gate({ mayNotReview: 'raxx-bot' }),
      'pass',
      stands,
    ],
    [
      'fails when the environment is missing',
      only(environment('staging'), environment('preview')),
      'fail',
      'No environment production: there is staging, preview',
    ],
    [
      'fails when there is no environment at all',
      only(),
      'fail',
      'No environment production: there are none',
    ],
    [
      'is a warning when it is spelled in other capitals',
      only(environment('Production')),
      'warn',
      'The environment is called Production, not production: GitHub ignores case, the runbook does not',
    ],
    [
      'fails without required reviewers, which a private repository’s plan may not have',
      gate({ requiredReviewers: null }),
      'fail',
      'production has no required reviewers, or its plan has no such rule',
    ],
    [
      'says the same when the repository was not seen',
      { ...gate({ requiredReviewers: null }), repository: unseen() },
      'fail',
      'production has no required reviewers, or its plan has no such rule',
    ],
    [
      'fails with an empty rule, and a public repository’s plan has it',
      { ...gate({ requiredReviewers: [] }), repository: seen({ private: false, defaultBranch: 'main' }) },
      'fail',
      'production has no required reviewers',
    ],
    [
      'fails when it asks somebody else',
      gate({ requiredReviewers: [user('other')] }),
      'fail',
      "production does not require Kristerpher's approval",
    ],
    [
      'passes with the login in other capitals',
      gate({ requiredReviewers: [user('kristerpher')] }),
      'pass',
      stands,
    ],
    [
      'passes with more reviewers than ours',
      gate({ requiredReviewers: [user('other'), team('release'), user('Kristerpher')] }),
      'pass',
      stands,
    ],
    [
      'is a warning when it asks a team, which cannot be looked into',
      gate({ requiredReviewers: [team('release')] }),
      'warn',
      "production requires approval from team release; can't tell whether Kristerpher is in it",
    ],
    [
      'fails when it asks a team but lets every branch through',
      gate({ requiredReviewers: [team('release')], branches: 'any' }),
      'fail',
      'production can be deployed from every branch, not only from main',
    ],
    [
      'fails with every branch',
      gate({ branches: 'any' }),
      'fail',
      'production can be deployed from every branch, not only from main',
    ],
    [
      'fails with protected branches',
      gate({ branches: 'protected' }),
      'fail',
      'production can be deployed from every protected branch, not only from main',
    ],
    [
      'fails with more branches',
      gate({ branches: ['main', 'hotfix/*'] }),
      'fail',
      'production can be deployed from main, hotfix/*, not only from main',
    ],
    [
      'fails with another branch',
      gate({ branches: ['develop'] }),
      'fail',
      'production can be deployed from develop, not only from main',
    ],
    [
      'fails with an empty list of branches',
      gate({ branches: [] }),
      'fail',
      'production can be deployed from no branch at all, not only from main',
    ],
    [
      'is unknown when its branches were not to be seen',
      gate({ branches: null }),
      'unknown',
      'production has its reviewers; its branch policy could not be read',
    ],
    [
      'is unknown, never failed, without the permission to look',
      { environments: unseen('forbidden', 'GitHub environments: HTTP 403') },
      'unknown',
      'Not seen: GitHub environments: HTTP 403',
    ],
  ])('%s', (_name, more, status, words) => {
    expect(summary(more)).toEqual({ status, summary: words });
  });

  it('is shown beside the other environments, as they are', () => {
    const { said } = finding(
      environmentsCheck,
      only(
        environment('production', { requiredReviewers: [user('Kristerpher'), team('release')] }),
        environment('staging', { requiredReviewers: null, branches: 'any' }),
        environment('preview', { requiredReviewers: [], branches: null }),
      ),
    );
    expect(said.split('\n').slice(1)).toEqual([
      'production: reviewers Kristerpher, team release, branches: main',
      'staging: no reviewers, branches: any',
      'preview: no reviewers, branches not read',
    ]);
  });
});

describe('a target that needs no gate', () => {
  it.each<Row>([
    [
      'passes with its environment, whatever its rules',
      only(environment('staging', { requiredReviewers: null, branches: 'any' })),
      'pass',
      'staging exists; staging needs no gate',
    ],
    [
      'is a warning without its environment',
      only(environment('production')),
      'warn',
      'No environment staging; staging needs no gate',
    ],
  ])('%s', (_name, more, status, words) => {
    expect(summary(more, 'staging')).toEqual({ status, summary: words });
  });
});
