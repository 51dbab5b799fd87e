/** Every check: at least one pass, one fail, one unknown, and each answer that it distinguishes. */
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/runbook/checks/index.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { HttpAnswer } from '../../../src/runbook/model/probes.ts';
import type { CheckId, Status } from '../../../src/runbook/model/terms.ts';
import {
  contextOf,
  deployment,
  detail,
  dyno,
  environment,
  evidence,
  http,
  incident,
  job,
  release,
  run,
  runs,
  seen,
  unseen,
} from '../../support/evidence.ts';

type Case = readonly [
  name: string,
  more: Partial<Evidence>,
  status: Status,
  summary: string | RegExp,
  target?: string,
];

function table(id: CheckId, cases: readonly Case[]): void {
  describe(id, () => {
    it.each(cases.map((one) => ({ one, name: one[0] })))('$name', ({ one }) => {
      const [, more, status, summary, target = 'prod'] = one;
      const check = CHECKS.find((one) => one.id === id);
      const finding = check?.run(evidence(more), contextOf(target));
      expect(finding).toMatchObject({ status });
      const said = [finding?.summary, ...(finding?.details ?? [])].join('\n');
      expect(said).toMatch(summary instanceof RegExp ? summary : new RegExp(literally(summary)));
    });
  });
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const web = (quantity: number) => seen([{ type: 'web', quantity, size: 'Basic', command: 'x' }]);
const minute = 60_000;

table('formation', [
  ['up, and since when', {}, 'pass', 'web.1: up (3 h)'],
  ['crashed', { dynos: seen([dyno('crashed', minute)]) }, 'fail', 'web.1: crashed (1 min)'],
  [
    'starting right after a release is only a warning',
    { dynos: seen([dyno('starting', 20_000)]) },
    'warn',
    'starting (20 s)',
  ],
  [
    'starting for longer than a boot may take',
    { dynos: seen([dyno('starting', 2 * minute)]) },
    'fail',
    'starting (2 min)',
  ],
  ['idle (Eco)', { dynos: seen([dyno('idle')]) }, 'warn', 'asleep until a request wakes it'],
  ['down', { dynos: seen([dyno('down')]) }, 'fail', 'web.1: down'],
  [
    'a state that Heroku added later is not success',
    { dynos: seen([dyno('quarantined')]) },
    'warn',
    'quarantined',
  ],
  ['fewer than wanted', { formation: web(2) }, 'fail', '1 of 2 dynos: web.1: up'],
  [
    'more than wanted',
    { formation: web(1), dynos: seen([dyno('up'), dyno('up', 1, 'web.2')]) },
    'warn',
    '(1 wanted)',
  ],
  [
    'one of two crashed',
    { formation: web(2), dynos: seen([dyno('up'), dyno('crashed', 1, 'web.2')]) },
    'fail',
    'web.2: crashed',
  ],
  [
    'none, scaled to 0',
    { formation: web(0), dynos: seen([]) },
    'fail',
    'No dynos on raxx-api-prod: web is scaled to 0',
  ],
  [
    'none, never deployed',
    { formation: seen([]), dynos: seen([]) },
    'fail',
    'the formation has no web process',
  ],
  ['none, although wanted', { dynos: seen([]) }, 'fail', '1 wanted, none running'],
  [
    'a one-off dyno does not count as up',
    { dynos: seen([dyno('up', 1, 'run.77')]) },
    'fail',
    /No dynos[\s\S]*other dyno: run\.77: up/,
  ],
  [
    'other process types are shown',
    { dynos: seen([dyno('up'), dyno('crashed', 1, 'worker.1')]) },
    'pass',
    'other dyno: worker.1: crashed',
  ],
  [
    'not seen',
    { dynos: unseen('unauthorized', 'Heroku dynos: refused') },
    'unknown',
    'Not seen: Heroku dynos: refused',
  ],
]);

const current = (more = {}) => release(42, { current: true, ...more });
const configOnly = [
  release(3, { description: 'Set SECRET_KEY config vars', slugId: null, current: true }),
  release(2, { description: 'Enable Logplex', slugId: null }),
  release(1, { description: 'Initial release', slugId: null }),
];

table('releases', [
  ['the last deploy', {}, 'pass', 'Last deploy: v42 Deploy 4f070742, 8 h ago by ops@raxx.app'],
  [
    'a later config var change is not a deploy',
    { releases: seen([release(43, { description: 'Set A config vars', current: true }), release(42)]) },
    'pass',
    'Last deploy: v42 Deploy 4f070742, 8 h ago by ops@raxx.app; current: v43 Set A config vars',
  ],
  [
    'only config vars: no code has ever been deployed',
    { releases: seen(configOnly) },
    'fail',
    'No code has ever been deployed. Releases: 1 config var change, 2 initial releases',
  ],
  [
    'a failed release',
    { releases: seen([release(43, { status: 'failed' }), current()]) },
    'fail',
    'v43 (Deploy 4f070743) failed 7 h ago; the app is still running v42',
  ],
  [
    'a pending release',
    { releases: seen([release(43, { status: 'pending' }), current()]) },
    'warn',
    'v43 is being released',
  ],
  [
    'an old deploy outside of the window',
    { releases: seen([current({ description: 'Set B config vars' })]) },
    'pass',
    'No deploy in the last release; v42 has code',
  ],
  ['none is current', { releases: seen([release(42)]) }, 'warn', 'The only release is not current'],
  ['none at all', { releases: seen([]) }, 'fail', 'no releases'],
  [
    'expired ones are marked',
    { releases: seen([current(), release(2, { status: 'expired' })]) },
    'pass',
    '(expired)',
  ],
  ['not seen', { releases: unseen() }, 'unknown', 'Not seen'],
]);

table('slug', [
  ['its commit and age', {}, 'pass', 'commit 4f070772, 40 MiB, built 8 h ago'],
  ['null: nothing to run', { slug: seen(null) }, 'fail', 'no slug: nothing to run'],
  [
    'null, and slug_size too',
    {
      slug: seen(null),
      app: seen({ id: 'a', name: 'n', maintenance: false, region: 'us', stack: 'heroku-24', slugSize: null }),
    },
    'fail',
    'slug_size: null',
  ],
  [
    'not seen',
    { slug: unseen('timeout', 'Heroku slug: no response in time') },
    'unknown',
    'no response in time',
  ],
]);

const pushes = {
  runs: seen([run(8, { event: 'push' }), run(7, { event: 'push' })]),
  runDetails: seen([detail(8, { approvals: [] }), detail(7, { approvals: [] })]),
};
const gone = {
  approvals: [],
  jobs: [job('freeze-check', 'success'), job('deploy', 'failure', { steps: [], hasRunner: false })],
};

table('workflow_runs', [
  ['succeeded', {}, 'pass', 'run 7 (dispatch, 4f070772, 1 h ago) succeeded; approved by Kristerpher'],
  [
    'only pushes',
    pushes,
    'warn',
    'The last 2 runs were both pushes: only staging has been deployed; no production run in 30 d: production is untouched',
  ],
  ['a push is for staging', pushes, 'pass', 'run 8 (push, 4f070772, 1 h ago) succeeded', 'staging'],
  ['queued', runs({ status: 'queued', conclusion: null }, { jobs: [] }), 'pass', 'is queued'],
  [
    'checking',
    runs({ status: 'in_progress', conclusion: null }, { jobs: [job('freeze-check', null)] }),
    'pass',
    'not at the gate yet',
  ],
  [
    'at the gate',
    runs(
      { status: 'waiting', conclusion: null },
      {
        approvals: [],
        pending: [{ environment: 'production', reviewers: ['Kristerpher'] }],
        jobs: [job('freeze-check', 'success'), job('deploy', null, { status: 'waiting', steps: [] })],
      },
    ),
    'warn',
    'is waiting for Kristerpher at the production gate',
  ],
  [
    'deploying',
    runs(
      { status: 'in_progress', conclusion: null },
      { jobs: [job('freeze-check', 'success'), job('deploy', null)] },
    ),
    'pass',
    'is deploying (gate passed)',
  ],
  [
    'failed in the freeze check',
    runs({ conclusion: 'failure' }, { jobs: [job('freeze-check', 'failure'), job('deploy', 'skipped')] }),
    'fail',
    'failed in the freeze check',
  ],
  [
    'rejected at the gate, and by whom',
    runs(
      { conclusion: 'failure' },
      {
        ...gone,
        approvals: [
          { state: 'rejected', by: 'Kristerpher', comment: 'not today', environments: ['production'] },
        ],
      },
    ),
    'warn',
    'was rejected at the gate by Kristerpher ("not today")',
  ],
  [
    'not passed at the gate',
    {
      ...runs({ conclusion: 'failure' }, gone),
      deployments: seen([deployment('production', { state: 'failure' })]),
    },
    'warn',
    'did not pass the gate',
  ],
  [
    'failed after the gate',
    runs({ conclusion: 'failure' }, { jobs: [job('freeze-check', 'success'), job('deploy', 'failure')] }),
    'fail',
    'failed after passing the gate',
  ],
  [
    'cancelled while deploying',
    runs({ conclusion: 'cancelled' }, { jobs: [job('freeze-check', 'success'), job('deploy', 'cancelled')] }),
    'fail',
    'was canceled while deploying',
  ],
  [
    'cancelled at the gate',
    runs(
      { conclusion: 'cancelled' },
      { jobs: [job('freeze-check', 'success'), job('deploy', 'cancelled', { steps: [] })] },
    ),
    'warn',
    'was canceled at the gate',
  ],
  [
    'cancelled before it',
    runs({ conclusion: 'cancelled' }, { jobs: [job('freeze-check', 'cancelled')] }),
    'warn',
    'was canceled before the gate',
  ],
  [
    'an invalid workflow',
    runs({ conclusion: 'startup_failure' }, { jobs: [] }),
    'fail',
    'the workflow file is invalid',
  ],
  [
    'succeeded without deploying',
    runs({}, { jobs: [job('freeze-check', 'success'), job('deploy', 'skipped')] }),
    'warn',
    'deployed nothing: its jobs were skipped',
  ],
  [
    'succeeded without approval',
    { ...runs({}, { approvals: [] }), deployments: seen([deployment('production')]) },
    'warn',
    'without approval',
  ],
  [
    'a dispatch without a trace of its environment',
    runs({}, { approvals: [] }),
    'warn',
    "GitHub doesn't say which environment it was for",
  ],
  [
    'a dispatch for staging is not production’s',
    runs({}, { approvals: [{ state: 'approved', by: 'K', comment: null, environments: ['staging'] }] }),
    'warn',
    'The last run was not for production',
  ],
  ['never ran', { runs: seen([]), runDetails: seen([]) }, 'warn', 'has never run'],
  ['not seen', { runDetails: unseen('forbidden', 'GitHub jobs: 403') }, 'unknown', 'GitHub jobs: 403'],
]);

const gate = (more: object) => ({ environments: seen([environment('production', more)]) });

table('environments', [
  ['the gate stands', {}, 'pass', "production requires Kristerpher's approval; main only"],
  [
    'missing',
    { environments: seen([environment('staging')]) },
    'fail',
    'No production environment; found staging',
  ],
  ['none at all', { environments: seen([]) }, 'fail', 'found none'],
  [
    'misspelled',
    { environments: seen([environment('Production')]) },
    'warn',
    'is called Production, not production',
  ],
  [
    'no rule, on a private repository',
    gate({ requiredReviewers: null }),
    'fail',
    "no required reviewers, or the GitHub plan doesn't support them",
  ],
  [
    'no rule, on a public repository',
    { ...gate({ requiredReviewers: [] }), repository: seen({ private: false, defaultBranch: 'main' }) },
    'fail',
    /no required reviewers$/m,
  ],
  [
    'the wrong reviewer',
    gate({ requiredReviewers: [{ kind: 'user', name: 'other' }] }),
    'fail',
    "does not require Kristerpher's approval",
  ],
  [
    'a reviewer with another case is the same login',
    gate({ requiredReviewers: [{ kind: 'user', name: 'kristerpher' }] }),
    'pass',
    "requires Kristerpher's approval",
  ],
  [
    'a team has unknown members',
    gate({ requiredReviewers: [{ kind: 'team', name: 'release' }] }),
    'warn',
    'from team release',
  ],
  [
    'every branch',
    gate({ branches: 'any' }),
    'fail',
    'Any branch can deploy to production; expected only main',
  ],
  ['more branches', gate({ branches: ['main', 'hotfix/*'] }), 'fail', 'main, hotfix/*'],
  ['protected branches', gate({ branches: 'protected' }), 'fail', 'Any protected branch'],
  ['branches not seen', gate({ branches: null }), 'unknown', "its branch policy couldn't be read"],
  [
    'no permission is never a failure',
    { environments: unseen('forbidden', 'GitHub environments: HTTP 403') },
    'unknown',
    'HTTP 403',
  ],
  [
    'an ungated target needs no gate',
    { environments: seen([environment('staging', { requiredReviewers: null })]) },
    'pass',
    'staging needs no gate',
    'staging',
  ],
  [
    'an ungated target without its environment',
    { environments: seen([]) },
    'warn',
    'No staging environment',
    'staging',
  ],
]);

const answer = (kind: Exclude<HttpAnswer['kind'], 'http'>) => seen({ kind, detail: 'CODE', ms: 5_000 });

table('health', [
  ['200', {}, 'pass', 'HTTP 200 in 84 ms'],
  ['403 answers, and is never a pass', { health: http(403) }, 'warn', 'origin enforcement'],
  ['404 is not a page of the app', { health: http(404) }, 'fail', 'Wrong health_path?'],
  ['500', { health: http(500) }, 'fail', 'HTTP 500'],
  ['503', { health: http(503) }, 'fail', 'HTTP 503'],
  ['a timeout', { health: answer('timeout') }, 'fail', 'No response within 5 s'],
  ['refused', { health: answer('refused') }, 'fail', 'Connection refused (CODE)'],
  ['cut', { health: answer('reset') }, 'fail', 'Connection closed before a response (CODE)'],
  ['a TLS error', { health: answer('tls') }, 'fail', 'TLS error (CODE)'],
  ['a DNS error', { health: answer('dns') }, 'fail', 'Host name not found (CODE)'],
  ['not reachable', { health: answer('unreachable') }, 'fail', 'Unreachable (CODE)'],
  [
    'maintenance mode',
    {
      health: http(503),
      app: seen({ id: 'a', name: 'n', maintenance: true, region: 'us', stack: 'heroku-24', slugSize: 1 }),
    },
    'warn',
    'Maintenance mode is on',
  ],
  ['not probed', { health: unseen() }, 'unknown', 'Not seen'],
]);

const platform = (more: object) => ({
  platform: seen({ systems: [{ system: 'Apps', status: 'green' }], incidents: [], ...more }),
});

table('platform', [
  ['green', {}, 'pass', 'No Heroku incident in the US region'],
  [
    'an incident in our region',
    platform({ incidents: [incident()] }),
    'fail',
    'Heroku incident in the US region: Routing errors',
  ],
  [
    'one without a region counts, too',
    platform({ incidents: [incident({ tags: [] }), incident()] }),
    'fail',
    'Routing errors and 1 more',
  ],
  ['one elsewhere', platform({ incidents: [incident({ tags: ['EMEA'] })] }), 'pass', '1 in other regions'],
  [
    'yellow without an incident',
    platform({ systems: [{ system: 'Apps', status: 'yellow' }] }),
    'warn',
    'Apps: yellow',
  ],
  [
    'unreachable is unknown, not green',
    { platform: unseen('unreachable', 'Heroku status page: HTTP 503') },
    'unknown',
    'HTTP 503',
  ],
]);

const frozen = runs(
  { conclusion: 'failure' },
  { jobs: [job('freeze-check', 'failure'), job('deploy', 'skipped')] },
);

table('freeze', [
  [
    'the last check passed',
    {},
    'pass',
    'Last freeze check passed 1 h ago; console is up; freeze toggle not visible from outside',
  ],
  ['the secret’s age', {}, 'pass', 'secret DEPLOY_FREEZE_OVERRIDE last changed 30 d ago'],
  ['no secret', { freezeSecret: seen(null) }, 'pass', 'is not set'],
  ['it failed', frozen, 'fail', 'deploys are frozen'],
  [
    'it failed, and the console does not answer',
    { ...frozen, console: answer('refused') },
    'fail',
    'the freeze may be stuck',
  ],
  [
    'it failed days ago',
    {
      ...runs(
        { conclusion: 'failure' },
        { jobs: [job('freeze-check', 'failure', { completedAt: contextOf().now - 30 * 3_600_000 })] },
      ),
    },
    'warn',
    'deploys are frozen',
  ],
  [
    'it passed, and the console does not answer',
    { console: http(503) },
    'warn',
    "the console isn't responding now",
  ],
  [
    'no run reached it',
    runs({ status: 'queued', conclusion: null }, { jobs: [] }),
    'warn',
    'The last run did not finish a freeze check',
  ],
  ['not seen', { runs: unseen() }, 'unknown', 'Not seen'],
]);

const files = (...more: readonly [file: string, state: string, text: string | null][]) => ({
  workflows: seen([
    ...['deploy-heroku.yml', 'deploy-antlers.yml', 'pr-preview.yml']
      .filter((file) => !more.some(([name]) => name === file))
      .map((file) => ({ file, state: 'active', text: '' })),
    ...more.map(([file, state, text]) => ({ file, state, text })),
  ]),
});
const legacy = 'steps:\n  - uses: akhileshns/heroku-deploy@v3\n    with:\n      heroku_app_name: x\n';

table('drift', [
  ['matches the runbook', {}, 'pass', 'stack heroku-24 and 3 workflows match the runbook'],
  [
    'another stack',
    { app: seen({ id: 'a', name: 'n', maintenance: false, region: 'us', stack: 'heroku-22', slugSize: 1 }) },
    'fail',
    "the app's stack is heroku-22, not heroku-24",
  ],
  [
    'a disabled workflow',
    files(['pr-preview.yml', 'disabled_inactivity', '']),
    'fail',
    'pr-preview.yml was disabled for inactivity',
  ],
  ['a missing workflow', { workflows: seen([]) }, 'fail', 'deploy-heroku.yml is missing'],
  [
    'a retired workflow is back',
    files(['deploy.yml', 'active', '']),
    'fail',
    'deploy.yml was retired, but is back',
  ],
  ['a retired workflow is gone', files(['deploy.yml', 'deleted', null]), 'pass', 'heroku-24'],
  [
    'the old action without its safe option',
    files(['x.yml', 'active', legacy]),
    'fail',
    'x.yml:2 uses akhileshns/heroku-deploy without dontautocreate: true',
  ],
  [
    'the old action with its safe option',
    files(['x.yml', 'active', `${legacy}      dontautocreate: true\n`]),
    'pass',
    'heroku-24',
  ],
  [
    'a text that was not read',
    files(['x.yml', 'active', null]),
    'unknown',
    "Couldn't read the text of x.yml",
  ],
  ['not seen', { workflows: unseen() }, 'unknown', 'Not seen'],
]);

describe('a check', () => {
  it('is unknown when it throws, and affects no other check', () => {
    const broken = {
      dynos: seen([
        { ...dyno('up'), type: undefined as unknown as string, updatedAt: 1n as unknown as number },
      ]),
    };
    const check = CHECKS.find(({ id }) => id === 'formation');
    const wrong = evidence({ ...broken, formation: seen(null as unknown as []) });
    expect(check?.run(wrong, contextOf())).toMatchObject({
      status: 'unknown',
      summary: expect.stringMatching(/^This check crashed/),
    });
  });

  it("comes in the runbook's order: its six steps, then those without a number", () => {
    const steps = CHECKS.map(({ step }) => step);
    expect(steps.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(steps.slice(6))).toEqual(new Set([null]));
  });
});
