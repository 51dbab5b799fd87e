import { describe, expect, it } from 'vitest';
import { collect } from '../../src/operations/diagnosis/collect.ts';
import { VERDICT_SOURCES } from '../../src/operations/diagnosis/shared-collection.ts';
import type { Outside } from '../../src/operations/ports/upstreams.ts';
import type { WorkflowRun } from '../../src/runbook/model/github.ts';
import type { Release } from '../../src/runbook/model/heroku.ts';
import type { Observed } from '../../src/runbook/model/observed.ts';
import { unseen } from '../../src/runbook/model/observed.ts';
import { testFacts } from '../support/facts.ts';

const NOW = 1_777_629_600_000;
const [prod] = testFacts.targets;
if (!prod) throw new Error('the facts have no target');

function seen<T>(value: T): Observed<T> {
  return { ok: true, value, at: NOW };
}

const release: Release = {
  id: 'r42',
  version: 42,
  status: 'succeeded',
  current: true,
  description: 'Deploy 4f070772',
  eligibleForRollback: true,
  slugId: 'slug-42',
  imageId: null,
  actor: 'dev@raxx.app',
  createdAt: NOW,
};
const run: WorkflowRun = {
  id: 1,
  event: 'push',
  status: 'completed',
  conclusion: 'success',
  title: 't',
  branch: 'main',
  sha: 'a'.repeat(40),
  attempt: 1,
  actor: 'dev',
  url: 'https://github.com',
  createdAt: NOW,
  startedAt: NOW,
  updatedAt: NOW,
};

/** An outside in which every question is recorded, and answered by `answers` or with something empty. */
function recording(answers: Partial<Record<string, (...given: unknown[]) => Promise<unknown>>> = {}) {
  const asked: string[] = [];
  const reader = (prefix: string) =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...given: unknown[]) => {
            const name = `${prefix}.${String(method)}`;
            asked.push(name);
            return answers[name]?.(...given) ?? Promise.resolve(seen([]));
          },
      },
    );
  return {
    asked,
    outside: { heroku: reader('heroku'), github: reader('github'), probe: reader('probe') } as Outside,
  };
}

function deps(outside: Outside, deadline = new AbortController()) {
  return { outside, now: () => NOW, expire: () => deadline.signal };
}

describe('collect', () => {
  it('requests every source that depends on nothing before the first answer arrives', () => {
    const { asked, outside } = recording({
      'heroku.releases': () => new Promise(() => {}),
      'github.runs': () => new Promise(() => {}),
    });
    void collect(prod, testFacts, deps(outside), { use: 'read' });
    expect(asked).toEqual([
      'heroku.app',
      'heroku.dynos',
      'heroku.formation',
      'heroku.releases',
      'heroku.logs',
      'github.repository',
      'github.runs',
      'github.runsLike',
      'github.deployments',
      'github.environments',
      'github.workflows',
      'github.secret',
      'probe.platform',
      'probe.get',
      'probe.get',
    ]);
  });

  it('keeps what was seen by the deadline, and reports the rest as a time-out', async () => {
    const deadline = new AbortController();
    const { outside } = recording({ 'heroku.logs': () => new Promise(() => {}) });
    const evidence = collect(prod, testFacts, deps(outside, deadline), { use: 'read' });
    setImmediate(() => deadline.abort());
    const { logs, dynos } = await evidence;
    expect(logs).toEqual(unseen('timeout', 'Heroku log', 'no response within 8 s', NOW));
    expect(dynos.ok).toBe(true);
  });

  it('survives a reader that breaks its promise and throws', async () => {
    const { outside } = recording({ 'heroku.dynos': () => Promise.reject(new Error('boom')) });
    const { dynos, formation } = await collect(prod, testFacts, deps(outside), { use: 'read' });
    expect(dynos).toMatchObject({
      ok: false,
      why: 'malformed',
      detail: 'Heroku dynos: reading it failed (boom)',
    });
    expect(formation.ok).toBe(true);
  });

  it('reads the slug of the current release, not of the newest', async () => {
    const failed = { ...release, version: 43, current: false, status: 'failed', slugId: 'slug-43' };
    const slugs: unknown[] = [];
    const { outside } = recording({
      'heroku.releases': async () => seen([failed, release]),
      'heroku.slug': async (_app, slugId) => {
        slugs.push(slugId);
        return seen({ id: slugId });
      },
    });
    await collect(prod, testFacts, deps(outside), { use: 'read' });
    expect(slugs).toEqual(['slug-42']);
  });

  it('returns null when the current release has no slug, and does not guess when there is no current release', async () => {
    const bare = recording({ 'heroku.releases': async () => seen([{ ...release, slugId: null }]) });
    expect(await collect(prod, testFacts, deps(bare.outside), { use: 'read' })).toMatchObject({
      slug: { ok: true, value: null },
    });
    const lost = recording({ 'heroku.releases': async () => seen([{ ...release, current: false }]) });
    expect(await collect(prod, testFacts, deps(lost.outside), { use: 'read' })).toMatchObject({
      slug: { ok: false, why: 'not_found' },
    });
  });

  it('passes on the reason when the answer that a request depends on was not seen', async () => {
    const refused = { ok: false, why: 'unauthorized', detail: 'Heroku API: 401', at: NOW } as const;
    const { outside } = recording({
      'heroku.releases': async () => refused,
      'github.runs': async () => refused,
    });
    const evidence = await collect(prod, testFacts, deps(outside), { use: 'read' });
    expect(evidence.slug).toEqual(refused);
    expect(evidence.runDetails).toEqual(refused);
  });

  it('reads the details of every listed run', async () => {
    const looked: unknown[] = [];
    const { outside } = recording({
      'github.runs': async () =>
        seen([run, { ...run, id: 2, conclusion: 'failure' }, { ...run, id: 3, event: 'workflow_dispatch' }]),
      'github.runDetails': async (runs) => {
        looked.push((runs as WorkflowRun[]).map(({ id }) => id));
        return seen([]);
      },
    });
    await collect(prod, testFacts, deps(outside), { use: 'read' });
    expect(looked).toEqual([[1, 2, 3]]);
  });

  it('requests only the wanted sources', async () => {
    const { asked, outside } = recording();
    const evidence = await collect(prod, testFacts, deps(outside), { use: 'read', only: VERDICT_SOURCES });
    expect(asked.some((name) => name.startsWith('github.'))).toBe(false);
    expect(evidence.environments).toMatchObject({ ok: false, detail: 'GitHub environments: not queried' });
  });

  it('counts the answers for the progress line, and names the sources that have not answered', async () => {
    const { outside } = recording();
    const told: (readonly [string, readonly string[]])[] = [];
    const progress = (answered: number, of: number, waiting: readonly string[]) =>
      void told.push([`${answered}/${of}`, waiting]);
    await collect(prod, testFacts, { ...deps(outside), progress }, { use: 'read' });
    expect(told).toHaveLength(18);
    expect(told[0]).toEqual(['0/17', expect.arrayContaining(['Heroku log', 'Health URL'])]);
    expect(told.at(-1)).toEqual(['17/17', []]);
  });
});
