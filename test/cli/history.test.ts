/** `history --verify` and `export`, end to end: the real program as a process, on a real ledger and on a file alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerifyFile } from '../../src/cli/verify-file.ts';
import { proveExported } from '../../src/compose/exported-ledger.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { printableJson } from '../../src/runbook/text/harmless.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { auditPath, openAuditFile } from '../../src/store/audit/audit-file.ts';
import { auditKeysOf } from '../../src/store/audit/audit-key.ts';
import { type Db, openEmbedded } from '../../src/store/database/db.ts';
import { exportRecords } from '../../src/store/proof/export.ts';
import { copyLedger } from '../../src/store/proof/ledger-copy.ts';
import { openAtTerminal } from '../../src/store/terminal/actions.ts';
import { openMigrated } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';
import { embeddedFolder } from '../support/embedded-folder.ts';
import { LONG } from '../support/long.ts';
import { runToEnd } from '../support/run.ts';

/** These tests start processes with an embedded database each, while other tests run beside them. */
const MOST_MS = 60_000;
const KEY = 'a-key-of-the-audit-that-nobody-knows';
const TOKENS = { HEROKU_API_KEY: 'HRKU-history-test', GITHUB_TOKEN: 'ghp_history_test' };

let folder: string;
let file: string;
let written: string;
/** Hashes as cards and the log show them: of the last line of the ledger, and of the local file. */
let anchor: string;
let local: string;

const raxx = (args: readonly string[], env: Record<string, string> = {}) =>
  runToEnd(['src/cli.ts', ...args], env);

const keys = auditKeysOf([KEY]);

async function fill(db: Db): Promise<void> {
  const actionStore = createActionStore(db, null, undefined, keys);
  const proposed = await actionStore.propose(draft());
  await actionStore.approve(proposed.ok ? proposed.action.id : '', 'U2', false, NOW + 1);
  await actionStore.note(null, 'refused', 'U9', { words: 'no' }, NOW + 2);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'raxx-history-test-'));
  file = join(folder, 'ledger.jsonl');
  const apart = openAuditFile(auditPath(folder), () => {}, keys);
  const line = apart.append({ at: NOW, actionId: null, event: 'one', who: 'terminal u@h', detail: {} });
  const db = await openMigrated();
  await fill(db);
  const copy = await copyLedger(db);
  await db.close();
  written = [...exportRecords(copy, [line], createRedactor({ secrets: [KEY] }).deep, NOW)]
    .map((record) => `${printableJson(record)}\n`)
    .join('');
  writeFileSync(file, written);
  anchor = copy.head?.hash.slice(0, 32) ?? '';
  local = line.hash;
}, MOST_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the program does, without a process: `stdin` is the content of stdin. */
async function verify(path: string, anchors: readonly string[], keys: readonly string[] = [], stdin = '') {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const prove = proveExported(keys, Readable.from([stdin]));
  const code = await runVerifyFile(path, { json: anchors.length === 0, anchors }, { terminal, prove });
  return { code, out, err };
}

describe('an exported ledger', () => {
  it('is JSON lines with the audit of this machine, without a secret', () => {
    const records = written
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one).record);
    expect(records).toEqual(['ledger', 'action', 'line', 'line', 'line', 'local_line']);
    expect(written).not.toContain(KEY);
  });

  it('is verified with only the file and the key', { timeout: MOST_MS }, async () => {
    const ended = await raxx(['history', '--verify', '--file', file, '--anchor', anchor, '--anchor', local], {
      AUDIT_KEY: KEY,
    });
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toContain(
      `The audit is intact: 3 lines, the last one ${anchor}. 1 action and 0 incidents match it.\n`,
    );
    expect(ended.out).toMatch(/From line 1 on, lines carry key id [0-9a-f]{16}, checked against AUDIT_KEY/);
    expect(ended.out).toContain(`The anchor ${anchor} is line 3 of the audit.\n`);
    expect(ended.out).toContain(`The anchor ${local} is line 1 of the local file.\n`);
  });

  it('is verified from stdin without the key, which the output says', async () => {
    const ended = await verify('-', [], [], written);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({
      schema: 1,
      unread: null,
      audit: { lines: 3, faults: [], keyed: { since: 1, checked: false } },
      local: { lines: 1 },
    });
  });

  it.each([
    ['a changed line', (text: string) => text.replace('"who":"U2"', '"who":"U7"'), 'line 2 was changed'],
    ['a cut end', (text: string) => text.split('\n').slice(0, 4).join('\n'), 'line 3 is missing at the end'],
  ])('reveals %s with exit status 1', async (_name, change, words) => {
    const ended = await verify('-', [anchor], [KEY], change(written));
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('The audit is not intact:\n');
    expect(ended.out).toContain(words);
  });

  it('fails for the anchor of a line that it does not have', async () => {
    const forged = 'f'.repeat(32);
    const ended = await verify(file, [forged], [KEY]);
    expect(ended.code).toBe(1);
    expect(ended.out).toContain('The audit is intact: 3 lines');
    expect(ended.out).toContain(`No line has the anchor ${forged}: that line was removed`);
  });

  it.each([
    ['is no export', 'package.json', 'nothing in it was written by npx raxx export'],
    ['is not there', 'none.jsonl', 'none.jsonl could not be verified'],
  ])('is unknown, with exit status 2, for a file that %s', async (_name, path, words) => {
    const ended = await verify(path, [anchor]);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(words);
    expect(ended.out).toContain(`The anchor ${anchor} could not be looked up`);
  });
});

describe('raxx history --verify', { timeout: MOST_MS }, () => {
  it.each([
    [
      78,
      'the key is too short',
      ['--file', 'none.jsonl'],
      { AUDIT_KEY: 'short' },
      'AUDIT_KEY should be a key of',
    ],
    [
      64,
      'an anchor is too short',
      ['--file', 'none.jsonl', '--anchor', 'c0de1234'],
      {},
      '32 to 64 hexadecimal',
    ],
    [64, 'a target is named with a file', ['prod', '--file', 'none.jsonl'], {}, 'leave out the target'],
  ])('exits with %i when %s', async (code, _name, args, env, words) => {
    const ended = await raxx(['history', '--verify', ...args], env);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(words);
  });

  it.skipIf(LONG)(
    'holds the ledger that is here, and what it exported, to the row that was changed',
    { timeout: 4 * MOST_MS },
    async () => {
      const db = await openEmbedded(await embeddedFolder(folder));
      await fill(db);
      await db.close();
      const env = { ...TOKENS, RAXX_DATA_DIR: folder, AUDIT_KEY: KEY };
      const at = (auditKeys: readonly string[]) =>
        openAtTerminal({
          directory: folder,
          isDyno: false,
          auditKeys,
          now: Date.now,
          expire: AbortSignal.timeout,
          onError: () => {},
          onLost: () => {},
        });
      for (const [given, words] of [
        [[], `AUDIT_KEY is not set here: history --verify will flag the lines of this change`],
        [[KEY], ''],
      ] as const) {
        const opened = await at(given);
        expect(opened.warning ?? '').toContain(words);
        expect(opened.warning === null).toBe(words === '');
        await opened.close();
      }
      const whole = await raxx(['history', '--verify'], env);
      expect(whole.code).toBe(0);
      expect(whole.out).toContain('The audit is intact: 3 lines');
      expect(whole.out).toContain('That file is intact: 1 line,');
      const exported = await raxx(['export'], env);
      expect(exported).toMatchObject({ code: 0, err: '' });
      expect(await verify('-', [local], [KEY], exported.out)).toMatchObject({ code: 0 });

      const tampering = await openEmbedded(folder);
      await tampering.sql(`update actions set state = 'failed'`);
      await tampering.close();
      const changed = await raxx(['history', '--verify'], env);
      expect(changed.code).toBe(1);
      expect(changed.out).toContain('column state is failed; line 2 says approved');
    },
  );
});
