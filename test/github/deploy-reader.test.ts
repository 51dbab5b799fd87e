/** What a deploy rests on, and the run that it began: exact questions, and no guess where the answer is none. */
import { generateKeyPairSync } from 'node:crypto';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubCredentials } from '../../src/github/client.ts';
import { createGitHubReader } from '../../src/github/reader.ts';
import type { DispatchTrace } from '../../src/runbook/model/dispatch.ts';

const HOST = 'https://api.github.com';
const BASE = '/repos/raxx-app/TradeMasterAPI';
const AT = Date.parse('2026-05-01T10:00:00Z');
const SHA = '4f'.repeat(20);
const options = { signal: new AbortController().signal, use: 'incident' } as const;
const TOKEN: GitHubCredentials = { kind: 'token', token: 'github_pat_secret0000000000000000' };
const reader = (auth: GitHubCredentials = TOKEN) =>
  createGitHubReader({
    baseUrl: HOST,
    auth,
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

const api = () => nock(HOST);
const commit = (sha: string, message = 'Fix it\n\nBecause.') => ({
  sha,
  commit: { message, author: { name: 'Kris' }, committer: { date: '2026-05-01T09:00:00Z' } },
  author: { login: 'kris' },
});
const run = (id: number, more: object = {}) => ({
  id,
  event: 'workflow_dispatch',
  status: 'queued',
  conclusion: null,
  display_title: 'Deploy to Heroku',
  head_branch: 'main',
  head_sha: SHA,
  run_attempt: 1,
  actor: { login: 'raxx-bot' },
  html_url: `https://github.com/o/r/actions/runs/${id}`,
  created_at: '2026-05-01T10:00:02Z',
  updated_at: '2026-05-01T10:00:02Z',
  ...more,
});

describe('a shipment', () => {
  it('holds the tip of the branch, what it adds to the running commit, its checks, and GitHub’s clock', async () => {
    api()
      .get(`${BASE}/git/ref/heads/feature/a%23b`)
      .reply(200, { object: { sha: SHA } })
      .get(`${BASE}/commits/${SHA}`)
      .reply(200, commit(SHA))
      .get(`${BASE}/compare/abcdef1...${SHA}`)
      .reply(200, { ahead_by: 2, behind_by: 0, html_url: 'https://x', commits: [commit('a'), commit('b')] })
      .get(`${BASE}/actions/runs?head_sha=${SHA}&per_page=100&exclude_pull_requests=true`)
      .reply(200, { workflow_runs: [run(7)] }, { date: 'Fri, 01 May 2026 10:00:07 GMT' });
    expect(await reader().shipment('feature/a#b', 'abcdef1', options)).toMatchObject({
      value: {
        head: { sha: SHA, title: 'Fix it', author: 'kris' },
        comparison: { ahead: 2, commits: [{ sha: 'b' }, { sha: 'a' }] },
        runs: [{ id: 7 }],
        isTag: false,
        date: AT + 7_000,
      },
    });
  });

  it('has no comparison when nothing runs, or when GitHub does not know the running commit', async () => {
    const branch = () =>
      api()
        .get(`${BASE}/git/ref/heads/main`)
        .reply(200, { object: { sha: SHA } })
        .get(`${BASE}/commits/${SHA}`)
        .reply(200, commit(SHA))
        .get(`${BASE}/actions/runs?head_sha=${SHA}&per_page=100&exclude_pull_requests=true`)
        .reply(200, { workflow_runs: [] });
    branch();
    expect(await reader().shipment('main', null, options)).toMatchObject({
      value: { comparison: null, date: null },
    });
    branch().get(`${BASE}/compare/abcdef1...${SHA}`).reply(404, { message: 'Not Found' });
    expect(await reader().shipment('main', 'abcdef1', options)).toMatchObject({
      value: { comparison: null },
    });
  });

  it.each([
    [200, true],
    [404, false],
  ])('is empty without a branch of that name (when a tag answers %i)', async (status, isTag) => {
    api()
      .get(`${BASE}/git/ref/heads/v1`)
      .reply(404, { message: 'Not Found' })
      .get(`${BASE}/git/ref/tags/v1`)
      .reply(status, { object: { sha: SHA } });
    expect(await reader().shipment('v1', null, options)).toMatchObject({ value: { head: null, isTag } });
  });

  it('is unseen when the token may not read it', async () => {
    api().get(`${BASE}/git/ref/heads/main`).reply(403, { message: 'Resource not accessible' });
    expect(await reader().shipment('main', null, options)).toMatchObject({ ok: false, why: 'forbidden' });
  });
});

describe('the run of a dispatch', () => {
  const TRACE: DispatchTrace = {
    workflow: 'deploy-heroku.yml',
    ref: 'main',
    runId: null,
    nonce: null,
    sentAt: AT,
    since: AT,
    taken: [],
    hasRival: false,
  };
  const LATER = AT + 12_000;
  const LIST = `${BASE}/actions/workflows/deploy-heroku.yml/runs?event=workflow_dispatch&created=%3E%3D2026-05-01T09%3A59%3A55Z&per_page=100&exclude_pull_requests=true`;
  const listed = (...runs: object[]) => api().get(LIST).reply(200, { workflow_runs: runs });
  const detail = (id: number) =>
    api()
      .get(`${BASE}/actions/runs/${id}/jobs?filter=latest&per_page=100`)
      .reply(200, { jobs: [] })
      .get(`${BASE}/actions/runs/${id}/approvals`)
      .reply(200, [])
      .get(`${BASE}/actions/runs/${id}/pending_deployments`)
      .reply(200, []);
  const me = () => api().get('/user').reply(200, { login: 'Raxx-Bot', id: 1 });

  it('is found by its id, with its jobs, approvals and gates', async () => {
    api().get(`${BASE}/actions/runs/7`).reply(200, run(7));
    detail(7);
    expect(await reader().dispatched({ ...TRACE, runId: 7 }, AT, options)).toMatchObject({
      value: { kind: 'found', run: { id: 7 }, detail: { runId: 7 } },
    });
  });

  it('is not found when no run has its id', async () => {
    api().get(`${BASE}/actions/runs/7`).reply(404, { message: 'Not Found' });
    expect(await reader().dispatched({ ...TRACE, runId: 7 }, AT, options)).toMatchObject({
      value: { kind: 'none' },
    });
  });

  it('is found by its nonce, at once, whatever actor GitHub names', async () => {
    listed(run(7), run(8, { display_title: 'Deploy [n-1]', actor: null }));
    detail(8);
    expect(await reader().dispatched({ ...TRACE, nonce: 'n-1' }, AT, options)).toMatchObject({
      value: { kind: 'found', run: { id: 8 } },
    });
  });

  it('is found by nothing but its nonce when it has one', async () => {
    listed(run(7));
    expect(await reader().dispatched({ ...TRACE, nonce: 'n-1' }, LATER, options)).toMatchObject({
      value: { kind: 'none' },
    });
  });

  it.each<readonly [name: string, runs: object[], trace: Partial<DispatchTrace>, now: number, kind: string]>([
    ['one fits', [run(7)], {}, LATER, 'found'],
    ['one fits, but it is early', [run(7)], {}, AT + 9_000, 'none'],
    ['two fit, however early', [run(7), run(8)], {}, AT + 1_000, 'several'],
    ['one is another deploy’s', [run(7), run(8)], { taken: [8] }, LATER, 'found'],
    ['all are other deploys’', [run(7)], { taken: [7] }, LATER, 'none'],
    ['it may be another deploy’s', [run(7)], { hasRival: true }, LATER, 'none'],
    ['of someone else', [run(7, { actor: { login: 'kris' } })], {}, LATER, 'none'],
    ['of nobody', [run(7, { actor: null })], {}, LATER, 'none'],
    ['of another branch', [run(7, { head_branch: 'develop' })], {}, LATER, 'none'],
    ['of a tag of the same name', [run(7, { head_branch: null })], {}, LATER, 'none'],
    ['begun by a push', [run(7, { event: 'push' })], {}, LATER, 'none'],
    ['created before', [run(7, { created_at: '2026-05-01T09:59:54Z' })], {}, LATER, 'none'],
    ['created long after', [run(7, { created_at: '2026-05-01T10:01:00Z' })], {}, LATER, 'none'],
    ['none is there', [], {}, LATER, 'none'],
  ])('is found by who started it and when: %s', async (_name, runs, trace, now, kind) => {
    listed(...runs);
    me();
    if (kind === 'found') detail(7);
    expect(await reader().dispatched({ ...TRACE, ...trace }, now, options)).toMatchObject({
      value: { kind },
    });
  });

  it('is found by GitHub’s clock, however wrong ours is', async () => {
    listed(run(7));
    me();
    detail(7);
    const ahead = 3_600_000;
    expect(await reader().dispatched({ ...TRACE, sentAt: AT + ahead }, LATER + ahead, options)).toMatchObject(
      { value: { kind: 'found' } },
    );
  });

  it('takes one lookup of our login, repeated only after a failure', async () => {
    const github = reader();
    listed(run(7));
    api().get('/user').reply(403, { message: 'No.' });
    expect(await github.dispatched(TRACE, LATER, options)).toMatchObject({ ok: false, why: 'forbidden' });
    for (const _look of [1, 2]) {
      listed(run(7));
      detail(7);
    }
    me();
    expect(await github.dispatched(TRACE, LATER, options)).toMatchObject({ value: { kind: 'found' } });
    expect(await github.dispatched(TRACE, LATER, options)).toMatchObject({ value: { kind: 'found' } });
  });

  it('is started by the bot account of an App', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const auth: GitHubCredentials = {
      kind: 'app',
      appId: '1',
      privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      installationId: '42',
    };
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    api()
      .post('/app/installations/42/access_tokens')
      .reply(201, { token: 'ghs_x', expires_at, permissions: {} });
    nock(HOST, { reqheaders: { authorization: /^bearer ey/i } })
      .get('/app')
      .reply(200, { slug: 'raxx-ops' });
    listed(run(7), run(8, { actor: { login: 'raxx-ops[bot]' } }));
    detail(8);
    expect(await reader(auth).dispatched(TRACE, LATER, options)).toMatchObject({
      value: { kind: 'found', run: { id: 8 } },
    });
  });

  it('is read again just after it has ended, because lists lag', async () => {
    const github = reader();
    const ended = { status: 'completed', conclusion: 'failure', updated_at: '2026-05-01T09:59:50Z' };
    for (const jobs of [[], [{ id: 1, name: 'deploy', status: 'completed', conclusion: 'failure' }]]) {
      api()
        .get(`${BASE}/actions/runs/7`)
        .reply(200, run(7, ended))
        .get(`${BASE}/actions/runs/7/jobs?filter=latest&per_page=100`)
        .reply(200, { jobs })
        .get(`${BASE}/actions/runs/7/approvals`)
        .reply(200, []);
      expect(await github.dispatched({ ...TRACE, runId: 7 }, AT, options)).toMatchObject({
        value: { detail: { jobs: jobs.map(({ name }) => ({ name })) } },
      });
    }
  });
});

describe('a reviewer', () => {
  it.each<readonly [user: number, collaborator: number, fact: object]>([
    [200, 204, { login: 'Kristerpher', id: 11, isCollaborator: true }],
    [200, 404, { login: 'Kristerpher', id: 11, isCollaborator: false }],
    [404, 404, { login: 'Kristerpher', id: null, isCollaborator: false }],
  ])('is a fact from the user (%i) and the collaborator (%i)', async (user, collaborator, fact) => {
    api()
      .get('/users/Kristerpher')
      .reply(user, { login: 'Kristerpher', id: 11 })
      .get(`${BASE}/collaborators/Kristerpher`)
      .reply(collaborator);
    expect(await reader().reviewers(['Kristerpher'], options)).toMatchObject({ value: [fact] });
  });

  it('is unseen when GitHub does not say whether the user exists', async () => {
    api()
      .get('/users/Kristerpher')
      .reply(200, { login: 'Kristerpher', id: 11 })
      .get(`${BASE}/collaborators/Kristerpher`)
      .reply(403, { message: 'Must have push access' });
    expect(await reader().reviewers(['Kristerpher'], options)).toMatchObject({ ok: false, why: 'forbidden' });
  });
});

describe('a diff of two commits', () => {
  const files = (...names: readonly string[]) => names.map((filename) => ({ filename, status: 'modified' }));
  const comparison = (ahead_by: number, behind_by: number, more: object) => ({
    ahead_by,
    behind_by,
    html_url: 'https://x',
    commits: [],
    ...more,
  });

  it('lists the files of the comparison, with their former names', async () => {
    const renamed = { filename: 'app/db.py', previous_filename: 'db.py', status: 'renamed' };
    api()
      .get(`${BASE}/compare/aaaaaaa...bbbbbbb`)
      .reply(200, comparison(2, 0, { files: [...files('README.md'), renamed] }));
    expect(await reader().diff('aaaaaaa', 'bbbbbbb', options)).toMatchObject({
      ok: true,
      value: {
        files: [
          { path: 'README.md', before: null },
          { path: 'app/db.py', before: 'db.py' },
        ],
        isWhole: true,
      },
    });
  });

  it('includes the way back when commits go away, as in a rollback', async () => {
    api()
      .get(`${BASE}/compare/bbbbbbb...aaaaaaa`)
      .reply(200, comparison(0, 2, { files: [] }))
      .get(`${BASE}/compare/aaaaaaa...bbbbbbb`)
      .reply(200, comparison(2, 0, { files: files('app/db.py') }));
    expect(await reader().diff('bbbbbbb', 'aaaaaaa', options)).toMatchObject({
      value: { files: [{ path: 'app/db.py', before: null }] },
    });
  });

  it('is not whole at 300 files, which is all that GitHub lists', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `f${index}.py`);
    api()
      .get(`${BASE}/compare/a...b`)
      .reply(200, comparison(1, 0, { files: files(...names) }));
    expect(await reader().diff('a', 'b', options)).toMatchObject({ value: { isWhole: false } });
  });

  it('is unseen, with the reason, when a forced push removed a commit or GitHub refuses', async () => {
    api()
      .get(`${BASE}/compare/a...b`)
      .reply(404, { message: 'Not Found' })
      .get(`${BASE}/compare/a...c`)
      .reply(403, { message: 'Resource not accessible' });
    expect(await reader().diff('a', 'b', options)).toMatchObject({ ok: false, why: 'not_found' });
    expect(await reader().diff('a', 'c', options)).toMatchObject({ ok: false, why: 'forbidden' });
  });
});
