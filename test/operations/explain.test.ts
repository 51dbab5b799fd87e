/** What changed, read after the verdict, with real clients on a local Heroku and a local GitHub. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld, loadScenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { runChanges } from '../../src/cli/changes.ts';
import { createPaint } from '../../src/cli/paint.ts';
import { changeSentence } from '../../src/runbook/changes/change-line.ts';
import { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import { localReadings, startLocalWorld } from '../support/local-readings.ts';

let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;

beforeAll(async () => {
  world = broken();
  local = await startLocalWorld(() => world);
});
afterAll(() => local.close());

function broken(): World {
  const scenario = loadScenario('suspect-deploy');
  return buildWorld(scenario, Date.now());
}

/** The diagnosis of prod: at once, and with the diffs that were read for it. */
async function explained(change: (world: World) => void = () => {}) {
  world = broken();
  change(world);
  local.outside.github.arrived.length = 0;
  const { facts, diagnosisService } = localReadings(local.env);
  const [prod] = facts.targets;
  if (!prod) throw new Error('no target');
  const answer = await diagnosisService.diagnose(prod, { id: 'test', use: 'read' });
  if (!answer.ok) throw new Error('limited');
  const compared = () => local.outside.github.arrived.filter(({ path }) => path.includes('/compare/')).length;
  const before = compared();
  return {
    first: answer.value,
    after: await answer.explain(),
    read: [before, compared()],
    diagnosisService,
    facts,
  };
}

const shipped = ({ github }: World) => github.branches.find(({ name }) => name === 'release')?.commits[0];

describe('the explanation of a failure', () => {
  it('names the deploy whose file is in the traceback, with a diff that the verdict did not wait for', async () => {
    const { first, after, read } = await explained();
    expect(changeSentence(first.changes, first.at)).toMatch(/v100 .*\(possible: diff not read yet\)/);
    expect(changeSentence(after.changes, after.at)).toBe(
      'Changed: v100 Deploy 86b3e4b4 by ops@raxx.app, 15 s before the failure (suspect: raptor/db.py is in the traceback)',
    );
    expect(read).toEqual([0, 1]);
    expect(toJson(after).changes[0]).toEqual({
      at: new Date(Math.floor((world.start - 180_000) / 1_000) * 1_000).toISOString(),
      kind: 'deploy',
      what: 'v100 Deploy 86b3e4b4',
      who: 'ops@raxx.app',
      verdict: 'suspect',
      because: 'raptor/db.py is in the traceback',
    });
  });

  it('reads the diff of a rollback in reverse, as what it removed', async () => {
    const { after } = await explained(({ heroku, github }) => {
      const prod = heroku.apps['raxx-api-prod'];
      const newest = prod?.releases.at(-1);
      const branch = github.branches.find(({ name }) => name === 'release');
      if (!newest || !branch) throw new Error('the scenario is another one');
      // v99 shipped the change; v100 rolls back past it.
      const [fix, base] = branch.commits;
      const v99 = prod?.releases.find(({ version }) => version === 99);
      if (!v99 || !fix || !base) throw new Error('the scenario is another one');
      v99.commit = fix.sha;
      newest.commit = base.sha;
      newest.description = 'Rollback to v98';
    });
    expect(toJson(after).changes[0]).toMatchObject({ kind: 'rollback', verdict: 'suspect' });
  });

  it('says so when the diff cannot be read, after a force push or without access to GitHub', async () => {
    const gone = await explained(({ github }) => {
      github.branches = github.branches.filter(({ name }) => name !== 'release');
    });
    expect(toJson(gone.after).changes[0]).toMatchObject({
      verdict: 'possible',
      because: expect.stringContaining("couldn't read its diff (GitHub compare: HTTP 404"),
    });
    const blind = await explained(({ faults }) => {
      faults.push({ service: 'github', path: '/compare/', play: { status: 503 } });
    });
    expect(toJson(blind.after).changes[0]).toMatchObject({
      verdict: 'possible',
      because: expect.stringContaining('HTTP 503'),
    });
  });

  it('says so when more files changed than GitHub lists', async () => {
    const { after } = await explained((one) => {
      const commit = shipped(one);
      if (commit) commit.files = Array.from({ length: 400 }, (_, index) => `a/f${index}.py`);
    });
    expect(toJson(after).changes[0]).toMatchObject({
      verdict: 'possible',
      because: 'no match in the 300 files that were read; the diff has more',
    });
  });

  it('keeps nobody waiting when GitHub does not answer', async () => {
    const startedAt = performance.now();
    const { after } = await explained(({ faults }) => {
      faults.push({ service: 'github', path: '/compare/', play: { hang: true } });
    });
    expect(performance.now() - startedAt).toBeLessThan(9_000);
    expect(toJson(after).changes[0]?.because).toMatch(/no response within 5 s/);
  }, 15_000);
});

describe('raxx changes', () => {
  async function run(json: boolean): Promise<{ status: number; out: string }> {
    const { diagnosisService, facts } = await explained();
    let out = '';
    const status = await runChanges('prod', json, {
      terminal: {
        out: (text) => {
          out += text;
        },
        record: () => {},
        err: () => {},
        progress: () => {},
        step: () => {},
        paint: createPaint(false),
      },
      facts,
      diagnosisService,
      watches: async () => ({ ok: true, reports: [] }),
      remembering: async (use) => ({ value: await use(diagnosisService), unknown: '' }),
    });
    return { status, out };
  }

  it('shows the onset, the suspects, and what is ruled out and why', async () => {
    const { status, out } = await run(false);
    expect(status).toBe(1);
    expect(out).toMatch(
      /^raxx-api-prod is DOWN\nFailing since .* UTC \(the first error in the log\)\.\n• v100/,
    );
    expect(out).toMatch(/• v99 .* by ops@raxx\.app.*\(ruled out: /);
  });

  it('prints one JSON object with the contract’s changes', async () => {
    const { out } = await run(true);
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      target: 'prod',
      verdict: 'down',
      onset: { last_well: null, seen_by: 'log' },
      changes: expect.arrayContaining([
        expect.objectContaining({ verdict: 'suspect', kind: 'deploy', what: 'v100 Deploy 86b3e4b4' }),
        expect.objectContaining({ verdict: 'ruled_out', what: 'v99 Deploy bfa4d946' }),
      ]),
      not_read: [],
      seen_before: null,
    });
  });
});
