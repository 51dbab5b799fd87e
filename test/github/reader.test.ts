import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGitHubReader } from '../../src/github/reader.ts';
import type { WorkflowRun } from '../../src/runbook/model/github.ts';

const HOST = 'https://api.github.com';
const BASE = '/repos/raxx-app/TradeMasterAPI';
const TOKEN = 'github_pat_secret0000000000000000';
const AT = 1_777_629_600_000;
const options = { signal: new AbortController().signal, use: 'incident' } as const;
const reader = () =>
  createGitHubReader({
    baseUrl: HOST,
    auth: { kind: 'token', token: TOKEN },
    repository: 'raxx-app/TradeMasterAPI',
    log: { debug: () => {} },
    now: () => AT,
  });

beforeAll(() => nock.disableNetConnect());
beforeEach(() => nock.cleanAll());
afterEach(() => expect(nock.pendingMocks()).toEqual([]));
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

const api = (more: Record<string, string> = {}) =>
  nock(HOST, {
    reqheaders: { authorization: `token ${TOKEN}`, 'x-github-api-version': '2022-11-28', ...more },
  });

const run = (more: object = {}) => ({
  id: 7,
  event: 'workflow_dispatch',
  status: 'completed',
  conclusion: 'success',
  display_title: 'Deploy',
  head_branch: 'main',
  head_sha: 'abc',
  run_attempt: 1,
  actor: { login: 'kris' },
  html_url: 'https://github.com/o/r/actions/runs/7',
  created_at: '2026-05-01T09:00:00Z',
  updated_at: '2026-05-01T09:05:00Z',
  ...more,
});

async function seenRuns(github: ReturnType<typeof reader>): Promise<readonly WorkflowRun[]> {
  const seen = await github.runs('deploy-heroku.yml', 10, options);
  if (!seen.ok) throw new Error(seen.detail);
  return seen.value;
}

const RUNS = `${BASE}/actions/workflows/deploy-heroku.yml/runs?per_page=10&exclude_pull_requests=true`;

describe('the GitHub reader', () => {
  it('reads the repository, and what is left of the rate limit', async () => {
    api().get(BASE).reply(
      200,
      { private: true, default_branch: 'main' },
      {
        'x-ratelimit-remaining': '12',
        'x-ratelimit-limit': '5000',
        'x-ratelimit-reset': '1777633200',
      },
    );
    const github = reader();
    expect(await github.repository(options)).toEqual({
      ok: true,
      value: { private: true, defaultBranch: 'main' },
      at: AT,
    });
    expect(github.rateLimit()).toEqual({
      api: 'github',
      remaining: 12,
      limit: 5000,
      resetAt: 1_777_633_200_000,
    });
  });

  it('reads where the repository has moved to, and when the token expires', async () => {
    api()
      .get(BASE)
      .reply(301, {}, { location: `${HOST}/repositories/77` })
      .get('/repositories/77')
      .reply(
        200,
        { private: true, default_branch: 'trunk', full_name: 'raxx/TradeMasterAPI' },
        { 'github-authentication-token-expiration': '2026-05-10 10:00:00 UTC' },
      );
    expect(await reader().repository(options)).toMatchObject({
      value: {
        defaultBranch: 'trunk',
        movedTo: 'raxx/TradeMasterAPI',
        tokenExpiresAt: Date.parse('2026-05-10T10:00:00Z'),
      },
    });
  });

  it('reads whom an environment bars from approving the bot’s runs', async () => {
    const rule = {
      type: 'required_reviewers',
      prevent_self_review: true,
      reviewers: [{ type: 'User', reviewer: { login: 'raxx-bot' } }],
    };
    api()
      .get(`${BASE}/environments?per_page=100`)
      .reply(200, { environments: [{ name: 'production', protection_rules: [rule] }, { name: 'staging' }] })
      .get('/user')
      .reply(200, { login: 'raxx-bot', id: 3 });
    const seen = await reader().environments(options);
    expect(seen).toMatchObject({
      value: [{ name: 'production', mayNotReview: 'raxx-bot' }, { name: 'staging' }],
    });
    expect(seen.ok && seen.value[1]).not.toHaveProperty('mayNotReview');
  });

  it('reads the runs of the deploy workflow', async () => {
    api()
      .get(RUNS)
      .reply(200, { total_count: 1, workflow_runs: [run({ actor: null })] });
    expect(await seenRuns(reader())).toMatchObject([
      { id: 7, event: 'workflow_dispatch', sha: 'abc', actor: null },
    ]);
  });

  it('reads jobs, approvals and, for a run in progress, its open gates', async () => {
    api()
      .get(RUNS)
      .reply(200, { workflow_runs: [run({ status: 'waiting', conclusion: null })] })
      .get(`${BASE}/actions/runs/7/jobs?filter=latest&per_page=100`)
      .reply(200, { jobs: [{ id: 1, name: 'deploy', status: 'waiting', conclusion: null, runner_id: null }] })
      .get(`${BASE}/actions/runs/7/approvals`)
      .reply(200, [
        {
          state: 'approved',
          comment: 'go',
          user: { login: 'Kristerpher' },
          environments: [{ name: 'production' }],
        },
      ])
      .get(`${BASE}/actions/runs/7/pending_deployments`)
      .reply(200, [
        {
          environment: { name: 'production' },
          reviewers: [
            { type: 'User', reviewer: { login: 'Kristerpher' } },
            { type: 'Team', reviewer: { slug: 'release' } },
          ],
        },
      ]);
    const github = reader();
    expect(await github.runDetails(await seenRuns(github), options)).toMatchObject({
      value: [
        {
          runId: 7,
          jobs: [{ name: 'deploy', hasRunner: false, steps: [] }],
          approvals: [{ by: 'Kristerpher', comment: 'go', environments: ['production'] }],
          pending: [{ environment: 'production', reviewers: ['Kristerpher', 'release'] }],
        },
      ],
    });
  });

  it('reads a finished run only once, and again after a re-run', async () => {
    const detail = (times: number) =>
      api()
        .get(`${BASE}/actions/runs/7/jobs?filter=latest&per_page=100`)
        .times(times)
        .reply(200, { jobs: [] })
        .get(`${BASE}/actions/runs/7/approvals`)
        .times(times)
        .reply(200, []);
    api()
      .get(RUNS)
      .reply(200, { workflow_runs: [run()] });
    const github = reader();
    const runs = await seenRuns(github);
    detail(1);
    await github.runDetails(runs, options);
    await github.runDetails(runs, options);
    expect(nock.pendingMocks()).toEqual([]);
    detail(1);
    await github.runDetails(
      runs.map((one) => ({ ...one, attempt: 2 })),
      options,
    );
  });

  it('reads deployments with their newest state and the run that created them', async () => {
    api()
      .get(`${BASE}/deployments?environment=production&per_page=10`)
      .reply(200, [{ id: 3, environment: 'production', sha: 'abc', created_at: '2026-05-01T09:00:00Z' }])
      .get(`${BASE}/deployments/3/statuses?per_page=100`)
      .reply(200, [
        {
          state: 'success',
          log_url: 'https://github.com/o/r/actions/runs/7/job/9',
          target_url: '',
          created_at: '2026-05-01T09:06:00Z',
        },
        { state: 'in_progress', created_at: '2026-05-01T09:04:00Z' },
        { state: 'waiting', log_url: null },
      ]);
    expect(await reader().deployments('production', 10, options)).toMatchObject({
      value: [{ id: 3, runId: 7, jobId: 9, state: 'success', passedAt: Date.parse('2026-05-01T09:04:00Z') }],
    });
  });

  it('reads environments with reviewers and branches, from all pages', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `e${index}` }));
    api()
      .get(`${BASE}/environments?per_page=100`)
      .reply(200, { total_count: 102, environments: many })
      .get(`${BASE}/environments?per_page=100&page=2`)
      .reply(200, {
        total_count: 102,
        environments: [
          {
            name: 'production',
            can_admins_bypass: true,
            protection_rules: [
              {
                type: 'required_reviewers',
                reviewers: [{ type: 'User', reviewer: { login: 'Kristerpher' } }],
              },
              { type: 'branch_policy' },
            ],
            deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
          },
          {
            name: 'staging',
            protection_rules: [],
            deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
          },
        ],
      })
      .get(`${BASE}/environments/production/deployment-branch-policies?per_page=100`)
      .reply(200, {
        total_count: 2,
        branch_policies: [
          { name: 'main', type: 'branch' },
          { name: 'main', type: 'tag' },
        ],
      });
    const seen = await reader().environments(options);
    expect(seen.ok && seen.value).toHaveLength(102);
    expect(seen.ok && seen.value.slice(100)).toEqual([
      {
        name: 'production',
        requiredReviewers: [{ kind: 'user', name: 'Kristerpher' }],
        branches: ['main', 'tag main'],
        adminsBypass: true,
      },
      { name: 'staging', requiredReviewers: null, branches: 'protected', adminsBypass: null },
    ]);
  });

  it('reads an environment whose branches the token may not see', async () => {
    api()
      .get(`${BASE}/environments?per_page=100`)
      .reply(200, {
        environments: [
          {
            name: 'production',
            deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
          },
        ],
      })
      .get(/deployment-branch-policies/)
      .reply(403, { message: 'Resource not accessible by personal access token' });
    expect(await reader().environments(options)).toMatchObject({
      value: [{ name: 'production', branches: null }],
    });
  });

  it('reads the workflows with their text on the branch', async () => {
    api()
      .get(`${BASE}/actions/workflows?per_page=100`)
      .reply(200, {
        total_count: 4,
        workflows: [
          { path: '.github/workflows/deploy-heroku.yml', state: 'active' },
          { path: '.github/workflows/other.yml', state: 'active' },
          { path: '.github/workflows/deploy.yml', state: 'deleted' },
          { path: 'dynamic/github-code-scanning/codeql', state: 'active' },
        ],
      });
    api({ accept: 'application/vnd.github.raw+json' })
      .get(`${BASE}/contents/.github/workflows/deploy-heroku.yml?ref=main`)
      .reply(200, 'name: Deploy\n', { 'content-type': 'application/vnd.github.raw+json' })
      .get(`${BASE}/contents/.github/workflows/other.yml?ref=main`)
      .reply(404, { message: 'Not Found' });
    expect(await reader().workflows('main', options)).toMatchObject({
      value: [
        { file: 'deploy-heroku.yml', state: 'active', text: 'name: Deploy\n' },
        { file: 'other.yml', state: 'active', text: null, isElsewhere: true },
        { file: 'deploy.yml', state: 'deleted', text: null },
      ],
    });
  });

  it('reads a secret’s age, never its value; a secret that is not listed does not exist', async () => {
    api()
      .get(`${BASE}/actions/secrets?per_page=100`)
      .times(2)
      .reply(200, {
        total_count: 1,
        secrets: [{ name: 'DEPLOY_FREEZE_OVERRIDE', updated_at: '2026-05-01T09:00:00Z' }],
      });
    expect(await reader().secret('DEPLOY_FREEZE_OVERRIDE', options)).toMatchObject({
      value: { name: 'DEPLOY_FREEZE_OVERRIDE', updatedAt: Date.parse('2026-05-01T09:00:00Z') },
    });
    expect(await reader().secret('OTHER', options)).toMatchObject({ ok: true, value: null });
  });
});

describe('a list longer than one page', () => {
  const hundred = <T>(one: (index: number) => T) => Array.from({ length: 100 }, (_, index) => one(index));
  /** A hundred entries, and the one that matters on the second page. */
  const pages = (path: string, key: string, entry: (index: number) => object, last: object) => {
    const mark = path.includes('?') ? '&' : '?';
    api()
      .get(`${BASE}${path}${mark}per_page=100`)
      .reply(200, { total_count: 101, [key]: hundred(entry) })
      .get(`${BASE}${path}${mark}per_page=100&page=2`)
      .reply(200, { total_count: 101, [key]: [last] });
  };

  it('of secrets is read to its end', async () => {
    const updated_at = '2026-05-01T09:00:00Z';
    pages('/actions/secrets', 'secrets', (index) => ({ name: `S${index}`, updated_at }), {
      name: 'LAST',
      updated_at,
    });
    expect(await reader().secret('LAST', options)).toMatchObject({ value: { name: 'LAST' } });
  });

  it('of workflows is read to its end', async () => {
    const file = (name: string) => ({ path: `.github/workflows/${name}`, state: 'deleted' });
    pages('/actions/workflows', 'workflows', (index) => file(`w${index}.yml`), file('deploy-heroku.yml'));
    const seen = await reader().workflows('main', options);
    expect(seen.ok && seen.value.at(-1)?.file).toBe('deploy-heroku.yml');
  });

  it('of branch policies is read to its end', async () => {
    const policy = { protected_branches: false, custom_branch_policies: true };
    api()
      .get(`${BASE}/environments?per_page=100`)
      .reply(200, {
        total_count: 1,
        environments: [{ name: 'production', deployment_branch_policy: policy }],
      });
    const name = (index: number) => ({ name: `b${index}`, type: 'branch' });
    pages('/environments/production/deployment-branch-policies', 'branch_policies', name, { name: 'main' });
    const seen = await reader().environments(options);
    expect(seen.ok && seen.value[0]?.branches).toHaveLength(101);
  });

  it('of jobs is read to its end', async () => {
    const job = (id: number) => ({ id, name: `j${id}`, status: 'completed', conclusion: 'success' });
    api()
      .get(RUNS)
      .reply(200, { workflow_runs: [run()] });
    pages('/actions/runs/7/jobs?filter=latest', 'jobs', job, job(700));
    api().get(`${BASE}/actions/runs/7/approvals`).reply(200, []);
    const github = reader();
    const seen = await github.runDetails(await seenRuns(github), options);
    expect(seen.ok && seen.value[0]?.jobs.at(-1)?.id).toBe(700);
  });
});

describe('older runs', () => {
  const DAY = '%3E%3D2026-04-01';
  const path = `${BASE}/actions/workflows/deploy-heroku.yml/runs`;

  it('are filtered by event and day, so that the address stays the same all day', async () => {
    api()
      .get(`${path}?event=workflow_dispatch&created=${DAY}&per_page=50&exclude_pull_requests=true`)
      .reply(200, { total_count: 60, workflow_runs: [run(), run({ id: 8, event: 'push' })] });
    const filter = {
      event: 'workflow_dispatch',
      since: Date.parse('2026-04-01T10:00:00Z'),
      count: 50,
    } as const;
    expect(await reader().runsLike('deploy-heroku.yml', filter, options)).toMatchObject({
      value: { runs: [{ id: 7 }], all: false },
    });
  });

  it('are filtered by their state', async () => {
    api()
      .get(`${path}?status=waiting&per_page=5&exclude_pull_requests=true`)
      .reply(200, { total_count: 1, workflow_runs: [run({ status: 'waiting', conclusion: null })] });
    const seen = await reader().runsLike('deploy-heroku.yml', { status: 'waiting', count: 5 }, options);
    expect(seen).toMatchObject({ value: { runs: [{ id: 7, status: 'waiting' }], all: true } });
  });

  it('have the time of their attempt and the person who started it', async () => {
    const again = {
      run_attempt: 2,
      run_started_at: '2026-05-02T09:00:00Z',
      triggering_actor: { login: 'moira' },
    };
    api()
      .get(RUNS)
      .reply(200, { workflow_runs: [run(again)] });
    expect(await seenRuns(reader())).toMatchObject([
      { attempt: 2, actor: 'moira', startedAt: Date.parse('2026-05-02T09:00:00Z') },
    ]);
  });
});

describe('a bad answer from GitHub', () => {
  it.each([
    [401, { message: 'Bad credentials' }, {}, 'unauthorized', 'Bad credentials'],
    [
      403,
      { message: 'Resource not accessible by personal access token' },
      { 'x-accepted-github-permissions': 'actions=read' },
      'forbidden',
      'it needs actions=read',
    ],
    [
      403,
      { message: 'API rate limit exceeded' },
      { 'x-ratelimit-remaining': '0' },
      'rate_limited',
      'rate limit',
    ],
    [403, { message: 'You have exceeded a secondary rate limit' }, {}, 'rate_limited', 'secondary'],
    [404, { message: 'Not Found' }, {}, 'not_found', "or the token can't see it"],
    [429, { message: 'Too many requests' }, {}, 'rate_limited', 'Too many'],
    [422, { message: 'Validation Failed' }, {}, 'unreachable', 'HTTP 422'],
  ] as const)('%i is a reason, in words', async (status, body, headers, why, words) => {
    api().get(`${BASE}/actions/secrets?per_page=100`).reply(status, body, headers);
    const seen = await reader().secret('X', options);
    expect(seen).toMatchObject({ ok: false, why });
    expect(seen).toHaveProperty('detail', expect.stringMatching(/^GitHub secrets: /));
    expect(JSON.stringify(seen)).toContain(words);
    expect(JSON.stringify(seen)).not.toContain(TOKEN);
  });

  it('is requested once more after a 503, and not a third time', async () => {
    api().get(BASE).reply(503, '<html>').get(BASE).reply(200, { private: false, default_branch: 'main' });
    expect(await reader().repository(options)).toMatchObject({ ok: true });
    api().get(BASE).times(2).reply(503, { message: 'down' });
    expect(await reader().repository(options)).toMatchObject({
      why: 'unreachable',
      detail: 'GitHub repository: HTTP 503 down',
    });
  });

  it('is unseen when the connection is cut twice, or the JSON has another shape', async () => {
    api()
      .get(BASE)
      .times(2)
      .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
    expect(await reader().repository(options)).toMatchObject({
      why: 'unreachable',
      detail: 'GitHub repository: connection closed before a response (ECONNRESET)',
    });
    api().get(BASE).reply(200, { private: 'yes', default_branch: 'main' });
    expect(await reader().repository(options)).toMatchObject({
      why: 'malformed',
      detail: expect.stringContaining('private'),
    });
    api().get(BASE).reply(200, 'not json', { 'content-type': 'application/json' });
    expect(await reader().repository(options)).toMatchObject({ why: 'malformed' });
  });

  it('is unseen when a list announces entries and shows none', async () => {
    api().get(`${BASE}/actions/secrets?per_page=100`).reply(200, { total_count: 101, secrets: [] });
    expect(await reader().secret('X', options)).toMatchObject({ ok: false });
  });
});

describe('conditional requests', () => {
  it('send the ETag, and reuse the answer for a 304', async () => {
    const body = { private: true, default_branch: 'main' };
    api().get(BASE).reply(200, body, { etag: 'W/"1"' });
    const github = reader();
    const first = await github.repository({ ...options, use: 'action' });
    api({ 'if-none-match': 'W/"1"' }).get(BASE).times(2).reply(304, '', { 'x-ratelimit-remaining': '99' });
    expect(await github.repository({ ...options, use: 'action' })).toEqual(first);
    expect(await github.repository({ ...options, use: 'action' })).toEqual(first);
    expect(github.rateLimit()).toMatchObject({ remaining: 99 });
    api({ 'if-none-match': 'W/"1"' })
      .get(BASE)
      .reply(200, { ...body, private: false }, { etag: 'W/"2"' });
    expect(await github.repository({ ...options, use: 'action' })).toMatchObject({
      value: { private: false },
    });
  });
});
