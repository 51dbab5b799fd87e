import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SavedFormation } from '../../src/runbook/model/action.ts';
import { openAuditFile, verifyAuditFile } from '../../src/store/audit/audit-file.ts';
import { createLocalActionStore } from '../../src/store/terminal/local-action-store.ts';
import { draft, NOW } from '../support/draft.ts';

let path: string;
let lost: string[];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'raxx-audit-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  path = join(folder, 'data', 'terminal-audit.jsonl');
  lost = [];
});

const open = () => openAuditFile(path, (why) => lost.push(why));
const event = (name: string) => ({
  at: NOW,
  actionId: null,
  event: name,
  who: 'terminal u@h',
  detail: { b: 1, a: [null] },
});

describe('the audit in a file', () => {
  it('continues its chain from one process to the next', () => {
    open().append(event('one'));
    open().append(event('two'));
    expect(verifyAuditFile(path)).toMatchObject({ lines: 2, faults: [] });
    expect(
      open()
        .lines()
        .map(({ seq }) => seq),
    ).toEqual([1, 2]);
  });

  it('is not a fault when it does not exist', () => {
    expect(verifyAuditFile(path)).toBeNull();
  });

  it.each<readonly [string, (lines: string[]) => string[], string[]]>([
    [
      'changed',
      ([one, two, three]) => [`${one}`, `${two}`.replace('u@h', 'v@h'), `${three}`],
      ['line 2 was changed'],
    ],
    ['removed', ([one, , three]) => [`${one}`, `${three}`], ['line 2 is missing: the next one is 3']],
    [
      'reordered',
      ([one, two, three]) => [`${one}`, `${three}`, `${two}`],
      ['line 2 is in the wrong place: after 3'],
    ],
    ['made unreadable', ([one, two]) => [`${one}`, `${two}`, '{"seq":3'], ['line 3 cannot be read']],
    [
      'put in twice',
      ([one, two]) => [`${one}`, `${two}`, `${two}`],
      ['line 2 is in the wrong place: after 2'],
    ],
  ])('shows a line that was %s', (_name, change, words) => {
    for (const name of ['one', 'two', 'three']) open().append(event(name));
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    writeFileSync(path, `${change(lines).join('\n')}\n`);
    expect(verifyAuditFile(path)?.faults.map((fault) => fault.words)).toEqual(words);
  });

  it('reports once that it cannot be written, and continues', () => {
    path = join(path, 'below-a-file');
    open().append(event('one'));
    appendFileSync(join(path, '..', '..', 'x'), '');
    rmSync(join(path, '..'), { recursive: true });
    writeFileSync(join(path, '..'), '');
    const file = open();
    expect(file.append(event('two')).seq).toBe(1);
    expect(file.append(event('three')).seq).toBe(2);
    expect(lost).toHaveLength(1);
  });
});

describe('the local ledger', () => {
  it('changes a row only from the states and the revision of the step', async () => {
    const actionStore = createLocalActionStore(open());
    const { action } = await actionStore.begin(draft(), NOW).then((begun) => {
      if (!begun.ok) throw new Error('busy');
      return begun;
    });
    const send = { name: 'send', at: NOW + 1, progress: {} } as const;
    const accept = { name: 'accept', at: NOW + 1, progress: {} } as const;
    expect(await actionStore.move(action.id, { ...accept, revision: 1 })).toBeNull();
    const sent = await actionStore.move(action.id, send);
    expect(sent).toMatchObject({ state: 'executing', sentAt: NOW + 1, revision: 2 });
    expect(await actionStore.move(action.id, send)).toBeNull();
    expect(await actionStore.move(action.id, { ...accept, revision: 7 })).toBeNull();
    expect(await actionStore.open()).toHaveLength(1);
    expect(action.trail.map((line) => line.event)).toEqual(['proposed', 'approved']);
  });

  it('keeps the formation of the last effective stop until the app runs again, across processes', async () => {
    const web = { processType: 'web', quantity: 2, size: 'Standard-1X' };
    const stop = async (formation: SavedFormation, at: number) => {
      const actionStore = createLocalActionStore(open());
      const begun = await actionStore.begin(draft({ params: { app: 'raxx-api-prod', ...formation } }), at);
      if (!begun.ok) throw new Error('busy');
      const { id } = begun.action;
      await actionStore.move(id, { name: 'send', at, progress: {} });
      await actionStore.move(id, { name: 'accept', revision: 2, at, progress: {} });
    };
    await stop({ ...web, quantity: 1 }, NOW);
    await stop(web, NOW + 1);
    const next = createLocalActionStore(open());
    expect(await next.savedFormations('raxx-api-prod')).toEqual([{ ...web, at: NOW + 1 }]);
    expect(await next.savedFormations('raxx-api-staging')).toEqual([]);
    await next.forgetFormations('raxx-api-prod', [{ processType: 'web', since: NOW + 1 }], NOW + 2);
    expect(await next.savedFormations('raxx-api-prod')).toHaveLength(1);
    await next.forgetFormations('raxx-api-prod', [{ processType: 'web', since: NOW + 2 }], NOW + 2);
    expect(await next.savedFormations('raxx-api-prod')).toEqual([]);
  });
});
