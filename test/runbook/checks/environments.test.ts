/** Step 5: the gate of the target's own environment. */
import { describe, expect, it } from 'vitest';
import { environmentsCheck } from '../../../src/runbook/checks/environments.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { Environment, Reviewer } from '../../../src/runbook/model/github.ts';
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
    ['passes when it is complete', {}, 'pass', stands],
    [
      'is a warning when its only reviewer is the bot’s own user, and self-review is prevented',
      gate({ mayNotReview: 'Kristerpher' }),
      'warn',
      "Nobody can approve the bot's deploys to production: its only reviewer, Kristerpher, is the bot's own GitHub user, and self-review is prevented",
    ],
    [
      'passes when someone other than the barred user may approve',
      gate({ mayNotReview: 'raxx-bot' }),
      'pass',
      stands,
    ],
    [
      'fails when the environment is missing',
      only(environment('staging'), environment('preview')),
      'fail',
      'No production environment; found staging, preview',
    ],
    ['fails when there is no environment at all', only(), 'fail', 'No production environment; found none'],
    [
      'is a warning when its name differs in case',
      only(environment('Production')),
      'warn',
      "The environment is called Production, not production: GitHub ignores case, but the runbook doesn't",
    ],
    [
      'fails without required reviewers, which the plan of a private repository may not support',
      gate({ requiredReviewers: null }),
      'fail',
      "production has no required reviewers, or the GitHub plan doesn't support them",
    ],
    [
      'says the same when the repository was not seen',
      { ...gate({ requiredReviewers: null }), repository: unseen() },
      'fail',
      "production has no required reviewers, or the GitHub plan doesn't support them",
    ],
    [
      'fails with an empty rule, which the plan of a public repository supports',
      { ...gate({ requiredReviewers: [] }), repository: seen({ private: false, defaultBranch: 'main' }) },
      'fail',
      'production has no required reviewers',
    ],
    [
      'fails when it requires someone else',
      gate({ requiredReviewers: [user('other')] }),
      'fail',
      "production does not require Kristerpher's approval",
    ],
    [
      'passes when the login differs in case',
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
      'is a warning when it requires a team, whose members are unknown',
      gate({ requiredReviewers: [team('release')] }),
      'warn',
      "production requires approval from team release; can't tell whether Kristerpher is in it",
    ],
    [
      'fails when it requires a team but allows every branch',
      gate({ requiredReviewers: [team('release')], branches: 'any' }),
      'fail',
      'Any branch can deploy to production; expected only main',
    ],
    [
      'fails with every branch',
      gate({ branches: 'any' }),
      'fail',
      'Any branch can deploy to production; expected only main',
    ],
    [
      'fails with protected branches',
      gate({ branches: 'protected' }),
      'fail',
      'Any protected branch can deploy to production; expected only main',
    ],
    [
      'fails with more branches',
      gate({ branches: ['main', 'hotfix/*'] }),
      'fail',
      'Branches main, hotfix/* can deploy to production; expected only main',
    ],
    [
      'fails with another branch',
      gate({ branches: ['develop'] }),
      'fail',
      'Branch develop can deploy to production; expected only main',
    ],
    [
      'fails with an empty list of branches',
      gate({ branches: [] }),
      'fail',
      'No branch can deploy to production; expected only main',
    ],
    [
      'is unknown when its branches could not be read',
      gate({ branches: null }),
      'unknown',
      "production has its reviewers, but its branch policy couldn't be read",
    ],
    [
      'is unknown, never failed, without the permission to read it',
      { environments: unseen('forbidden', 'GitHub environments: HTTP 403') },
      'unknown',
      'Not seen: GitHub environments: HTTP 403',
    ],
  ])('%s', (_name, more, status, words) => {
    expect(summary(more)).toEqual({ status, summary: words });
  });

  it('is shown with the other environments as details', () => {
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
      'preview: no reviewers, branches unknown',
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
      'No staging environment; staging needs no gate',
    ],
  ])('%s', (_name, more, status, words) => {
    expect(summary(more, 'staging')).toEqual({ status, summary: words });
  });
});
