/** What `history --verify` finds: every kind of tampering with the database, and nothing in an untouched ledger. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { printableJson } from '../../src/runbook/text/harmless.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { appendAudit, lineAfter, readAudit } from '../../src/store/audit/audit.ts';
import { auditKeysOf } from '../../src/store/audit/audit-key.ts';
import { beginKey } from '../../src/store/audit/begin-key.ts';
import type { Db, Sql } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { exportRecords, readExport } from '../../src/store/proof/export.ts';
import { copyLedger } from '../../src/store/proof/ledger-copy.ts';
import { proveChain, proveLedger } from '../../src/store/proof/proof.ts';
import { DATABASES, openMigrated } from '../support/databases.ts';
import { draft, NOW } from '../support/draft.ts';
import { incident } from '../support/incident.ts';

const KEY = 'k'.repeat(32);
const OTHER = 'o'.repeat(32);
const NONE: readonly string[] = [];

const OUTCOME = { words: 'No dynos on raxx-api-prod.', evidence: [], next: [], manualCommand: null };
const wake = {
  cause: { kind: 'hand', id: 'h1' },
  reason: 'it burns',
  dueAt: NOW,
} as const;

/** A verified stop, a restart that waits, a refused click, and an acknowledged incident. */
async function live(
  db: Db,
  keys: readonly string[],
): Promise<{ stop: string; restart: string; open: string }> {
  const made = auditKeysOf(keys);
  const actionStore = createActionStore(db, null, undefined, made);
  const incidentStore = createIncidentStore(db, null, undefined, made);
  const stop = await propose(actionStore, {});
  await actionStore.approve(stop, 'U2', false, NOW + 1);
  await actionStore.move(stop, { name: 'send', at: NOW + 2, progress: {} });
  const ends = { name: 'succeed', revision: 2, progress: {}, watchUntil: null, outcome: OUTCOME } as const;
  await actionStore.move(stop, { ...ends, at: NOW + 3 });
  const restart = await propose(actionStore, { kind: 'restart' });
  await actionStore.note(restart, 'refused', 'U9', { words: 'no' }, NOW + 4);
  const { id: open } = await incidentStore.wake(
    'prod',
    'raxx-api-prod',
    wake,
    incident().picture,
    'U1',
    NOW + 5,
  );
  await incidentStore.acknowledge(open, 'U2', NOW + 6);
  await actionStore.note(null, 'refused', 'U9', { words: 'no' }, NOW + 7);
  return { stop, restart, open };
}

async function propose(actionStore: ActionStore, more: Parameters<typeof draft>[0]): Promise<string> {
  const proposed = await actionStore.propose(draft(more));
  if (!proposed.ok) throw new Error('there is a live one');
  return proposed.action.id;
}

class Undone extends Error {}

/** What is found after `tamper`, which is rolled back. */
async function foundAfter(
  db: Db,
  tamper: (sql: Sql) => Promise<unknown>,
  keys: readonly string[] = NONE,
): Promise<{ faults: string[]; unverified: readonly string[] }> {
  let found: { faults: string[]; unverified: readonly string[] } | null = null;
  const work = db.tx(async (sql) => {
    await sql('alter table audit disable trigger all');
    await tamper(sql);
    const copy = await copyLedger({ snapshot: (read) => read(sql) });
    const { faults, unverified } = proveLedger(copy, auditKeysOf(keys));
    found = { faults: faults.map(({ words }) => words), unverified };
    throw new Undone();
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  if (!found) throw new Error('nothing was read');
  return found;
}

/** Rewrites the chain from `seq` on, like someone who has the database but no key. */
async function rewriteFrom(sql: Sql, seq: number, who: string): Promise<void> {
  const lines = await readAudit(sql);
  let before = lines.find((line) => line.seq === seq - 1) ?? null;
  for (const line of lines.filter((one) => one.seq >= seq)) {
    before = lineAfter(before, { ...line, who: line.who === 'U2' ? who : line.who });
    await sql(
      'update audit set who = $2, previous_hash = $3, hash = $4, key_id = null, mac = null where seq = $1',
      [before.seq, before.who, before.previousHash, before.hash],
    );
  }
  await sql('update audit_head set hash = $1', [before?.hash]);
}

describe.each(DATABASES)('the proof on $name', ({ skip, open }) => {
  describe.skipIf(skip !== null)(skip ?? 'with a database', () => {
    let db: Db;
    let id: Awaited<ReturnType<typeof live>>;
    beforeAll(async () => {
      db = await open();
      id = await live(db, NONE);
    });
    afterAll(() => db.close());

    const short = (whole: string) => whole.slice(0, 8);

    it('finds nothing in an untouched ledger', async () => {
      expect(proveLedger(await copyLedger(db), [])).toMatchObject({
        lines: 9,
        faults: [],
        unverified: [],
        keyedBy: null,
        actions: 2,
        incidents: 1,
      });
    });

    it.each<readonly [string, string, string[]]>([
      [
        'an end that was deleted',
        'delete from audit where seq > 8',
        ["line 9 is missing at the end: the bot's last line is 9"],
      ],
      [
        'an audit that was emptied',
        'delete from audit',
        [
          "lines 1 to 9 are missing at the end: the bot's last line is 9",
          'action STOP (stop of raxx-api-prod) has no line in the audit',
          'action RESTART (restart of raxx-api-prod) has no line in the audit',
          'incident OPEN (raxx-api-prod) has no line in the audit',
        ],
      ],
      [
        'an end that was deleted with the note of it',
        `delete from audit where seq > 3; update audit_head set seq = 3, hash = (select hash from audit where seq = 3)`,
        [
          'action STOP (stop of raxx-api-prod): column state is succeeded; line 3 says executing',
          'action STOP (stop of raxx-api-prod): column ended_at is 2026-05-01T10:00:00.003Z; line 3 says nothing',
          'action STOP (stop of raxx-api-prod): column outcome is not what line 3 says',
          'action RESTART (restart of raxx-api-prod) has no line in the audit',
          'incident OPEN (raxx-api-prod) has no line in the audit',
        ],
      ],
      [
        'the note that was deleted',
        'delete from audit_head',
        ['the record of the last line is gone (audit_head)'],
      ],
      [
        'a state that was changed',
        `update actions set state = 'failed' where kind = 'stop'`,
        ['action STOP (stop of raxx-api-prod): column state is failed; line 4 says succeeded'],
      ],
      [
        'an outcome that was changed',
        `update actions set outcome = jsonb_set(outcome, '{words}', '"All is well."') where kind = 'stop'`,
        ['action STOP (stop of raxx-api-prod): column outcome is not what line 4 says'],
      ],
      [
        'an approval by someone else',
        `update approvals set person = 'U7'`,
        ['action STOP (stop of raxx-api-prod): column approvals is not what line 4 says'],
      ],
      [
        'another asker, plan and parameters',
        `update actions set asked_by = 'U7', plan = '{}', params = '{}' where kind = 'restart'`,
        [
          'action RESTART (restart of raxx-api-prod): column params is not what line 5 says',
          'action RESTART (restart of raxx-api-prod): column plan is not what line 5 says',
          'action RESTART (restart of raxx-api-prod): column asked_by is U7; line 5 says U1',
        ],
      ],
      [
        'another who took the incident',
        `update incidents set acknowledged_by = 'U7'`,
        ['incident OPEN (raxx-api-prod): column acknowledged_by is U7; line 8 says U2'],
      ],
      [
        'an action that was deleted',
        `delete from actions where kind = 'restart'`,
        ['lines 5 to 6 refer to action RESTART, whose row is gone'],
      ],
      [
        'an incident that was deleted',
        'delete from wakes; delete from incidents',
        ['lines 7 to 8 refer to incident OPEN, whose row is gone'],
      ],
      [
        'an action that was put in',
        `insert into actions (id, kind, target, app, state, params, plan, origin, asked_by, asked_at, expires_at,
           approvals_needed, self_approve)
         select '11111111-0000-4000-8000-000000000000', 'rollback', target, app, 'succeeded', params, plan, origin, 'U7',
           now(), now(), 1, true from actions where kind = 'stop'`,
        ['action 11111111 (rollback of raxx-api-prod) has no line in the audit'],
      ],
    ])('finds %s', async (_name, statements, words) => {
      const { faults } = await foundAfter(db, async (sql) => {
        for (const statement of statements.split('; ')) await sql(statement);
      });
      const named = words.map((one) =>
        one
          .replace('STOP', short(id.stop))
          .replace('RESTART', short(id.restart))
          .replace('OPEN', short(id.open)),
      );
      expect(faults.toSorted()).toEqual(named.toSorted());
    });

    it('still shows the gap of a deleted end after more lines are written', async () => {
      const { faults } = await foundAfter(db, async (sql) => {
        await sql('delete from audit where seq > 7');
        await appendAudit(sql, { at: NOW + 9, actionId: null, event: 'refused', who: 'U9', detail: {} });
      });
      expect(faults).toContain('lines 8 to 9 are missing: the next one is 10');
    });

    it('finds a line that was inserted without the bot', async () => {
      const { faults } = await foundAfter(db, async (sql) => {
        const forged = lineAfter((await readAudit(sql)).at(-1) ?? null, {
          at: NOW + 9,
          actionId: null,
          event: 'refused',
          who: 'U7',
          detail: {},
        });
        await sql(
          `insert into audit (seq, at, event, who, detail, previous_hash, hash) values (10, $1, 'refused', 'U7', '{}', $2, $3)`,
          [new Date(forged.at).toISOString(), forged.previousHash, forged.hash],
        );
      });
      expect(faults).toEqual(['line 10 was not written by this bot, whose last line is 9']);
    });

    it('finds a chain that was rewritten with its rows, by an anchor', async () => {
      const seen = (await readAudit(db.sql)).at(-1)?.hash ?? '';
      let after = '';
      const { faults } = await foundAfter(db, async (sql) => {
        await rewriteFrom(sql, 2, 'U7');
        after = (await readAudit(sql)).at(-1)?.hash ?? '';
      });
      // The chain by itself is intact.
      expect(faults).toEqual([]);
      expect(after).not.toBe(seen);
    });
  });
});

describe('a keyed audit', () => {
  let db: Db;
  beforeAll(async () => {
    db = await openMigrated();
    await live(db, NONE);
    await beginKey(db, auditKeysOf([KEY]), NOW + 100, () => {});
    await beginKey(db, auditKeysOf([KEY]), NOW + 101, () => {});
    const actionStore = createActionStore(db, null, undefined, auditKeysOf([KEY]));
    await actionStore.note(null, 'refused', 'U2', { words: 'no' }, NOW + 102);
    await beginKey(db, auditKeysOf([OTHER, KEY]), NOW + 103, () => {});
  });
  afterAll(() => db.close());
  const [one, two] = auditKeysOf([KEY, OTHER]).map((key) => key.id);

  it('says since when and by which keys, and checks the lines of every key it has', async () => {
    expect(proveLedger(await copyLedger(db), auditKeysOf([OTHER, KEY]))).toMatchObject({
      lines: 12,
      faults: [],
      unverified: [],
      keyedBy: { since: 10, keyIds: [one, two], checked: true },
    });
    const lines = await readAudit(db.sql);
    expect(lines.slice(9).map(({ event, detail }) => [event, detail.before])).toEqual([
      ['audit_key', null],
      ['refused', undefined],
      ['audit_key', one],
    ]);
  });

  it('is checked as a chain without a key', async () => {
    expect(proveLedger(await copyLedger(db), [])).toMatchObject({
      faults: [],
      unverified: [],
      keyedBy: { checked: false },
    });
  });

  it('reports lines as unchecked whose former key is missing', async () => {
    const { faults, unverified } = await foundAfter(db, async () => {}, [OTHER]);
    expect(faults).toEqual([]);
    expect(unverified).toEqual([
      expect.stringContaining(`Key id ${one} is not in AUDIT_KEY here, and lines 10 to 11 name it`),
    ]);
  });

  it('names a key that is newer than those it has', async () => {
    const { faults } = await foundAfter(db, async () => {}, [KEY]);
    expect(faults).toEqual([
      expect.stringContaining(`line 12 names key id ${two}, which AUDIT_KEY does not have here`),
    ]);
  });

  it.each([
    ['from its keyed part onward', 11, 'lines 11 to 12 lack a key, although line 10 has one'],
    ['as a whole', 1, `no line carries key id`],
  ])('finds a chain that was rewritten %s', async (_name, from, words) => {
    const { faults } = await foundAfter(db, (sql) => rewriteFrom(sql, from, 'U7'), [OTHER, KEY]);
    expect(faults).toEqual([expect.stringContaining(words)]);
  });

  it('finds a line that names the key but was not sealed with it', async () => {
    const { faults } = await foundAfter(
      db,
      (sql) => sql(`update audit set mac = repeat('0', 64) where seq = 11`),
      [OTHER, KEY],
    );
    expect(faults).toEqual([`line 11 was not made with key id ${one}, which it names`]);
  });
});

describe('an export', () => {
  let db: Db;
  beforeAll(async () => {
    db = await openMigrated();
    await live(db, [KEY]);
    await createActionStore(db, null, undefined, auditKeysOf([KEY])).note(
      null,
      'refused',
      'U9',
      { words: 'zero\u200bwidth, \u202ereversed, é, 🚀' },
      NOW,
    );
  });
  afterAll(() => db.close());

  async function exported(secrets: readonly string[] = NONE): Promise<string[]> {
    const redactor = createRedactor({ secrets });
    const local = [
      lineAfter(null, { at: NOW, actionId: null, event: 'one', who: 'terminal u@h', detail: {} }),
    ];
    return [...exportRecords(await copyLedger(db), local, redactor.deep, NOW)].map((record) =>
      printableJson(redactor.deep(record)),
    );
  }

  function proven(records: readonly string[], keys: readonly string[] = [KEY]) {
    const read = readExport(records.join('\n'));
    if (!read) throw new Error('no export');
    const { faults, unverified, ...rest } = proveLedger(read.ledger, auditKeysOf(keys));
    return {
      ...rest,
      unverified,
      faults: [...read.faults, ...faults.map(({ words }) => words)],
      local: read.local,
    };
  }

  it('is verified like the database, with and without the key', async () => {
    const records = await exported();
    expect(records.join('')).not.toMatch(/[\u200b\u202e\n]/);
    expect(proven(records)).toMatchObject({
      faults: [],
      unverified: [],
      lines: 10,
      actions: 2,
      incidents: 1,
    });
    expect(proven(records, [])).toMatchObject({ faults: [], unverified: [], keyedBy: { checked: false } });
    expect(proveChain(proven(records).local, []).faults).toEqual([]);
  });

  it.each<readonly [string, (records: string[]) => string[], string]>([
    ['a cut off end', (records) => records.slice(0, -3), '10 lines were exported; the file has 8'],
    ['a missing beginning', (records) => records.slice(1), 'the first record is missing'],
    [
      'a changed row',
      (records) =>
        records.map((one) => one.replace(/^(\{"record":"action".*"state":")succeeded/, '$1failed')),
      'column state is failed; line 4 says succeeded',
    ],
    [
      'a changed line',
      (records) => records.map((one) => one.replace('"event":"executing"', '"event":"sent"')),
      'line 3 was changed',
    ],
    [
      'an invalid record',
      (records) => [...records, '{"record":"line","line":{}}'],
      'record 16 cannot be read',
    ],
  ])('shows %s', async (_name, change, words) => {
    expect(proven(change(await exported())).faults).toContainEqual(expect.stringContaining(words));
  });

  it('loses secrets, and says which lines and rows cannot be checked for that reason', async () => {
    const records = await exported(['it burns it burns', 'No dynos on raxx-api-prod']);
    expect(records.join('')).not.toContain('No dynos');
    const { faults, unverified } = proven(records);
    expect(faults).toEqual([]);
    expect(unverified).toEqual([
      'Line 4 was redacted in this export: its text cannot be checked against its hash.',
      expect.stringMatching(/^action \w{8} was redacted in this export: outcome cannot be checked/),
    ]);
  });

  it('is distinguished from any other file', () => {
    expect(readExport('# raxx-chatops\n\nnot JSON')).toBeNull();
    expect(readExport('')).toBeNull();
  });
});

describe('any history', () => {
  let db: Db;
  beforeAll(async () => {
    db = await openMigrated();
  });
  afterAll(() => db.close());

  const KINDS = ['stop', 'restart', 'rollback', 'deploy'] as const;
  const STEPS = [
    'propose',
    'begin',
    'approve',
    'reject',
    'expire',
    'execute',
    'stage',
    'end',
    'after',
    'note',
    'wake',
    'ack',
    'ping',
    'key',
  ] as const;

  it('of actions and incidents is proven intact', { timeout: 60_000 }, async () => {
    const step = fc.record({
      does: fc.constantFrom(...STEPS),
      kind: fc.constantFrom(...KINDS),
      words: fc.string(),
      pick: fc.nat(),
    });
    let at = NOW;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
        for (const one of steps) {
          at += 1_000;
          await play(one, at);
        }
        expect(proveLedger(await copyLedger(db), auditKeysOf([OTHER, KEY]))).toMatchObject({
          faults: [],
          unverified: [],
        });
      }),
      { numRuns: 12 },
    );
  });

  interface Step {
    readonly does: (typeof STEPS)[number];
    readonly kind: (typeof KINDS)[number];
    readonly words: string;
    readonly pick: number;
  }

  let keys = auditKeysOf([KEY]);

  async function play({ does, kind, words, pick }: Step, at: Instant): Promise<void> {
    const actionStore = createActionStore(db, null, undefined, keys);
    const incidentStore = createIncidentStore(db, null, undefined, keys);
    const all = await actionStore.recent(6);
    const id = all[pick % Math.max(1, all.length)]?.id;
    const asked = draft({ kind, reason: words.replaceAll('\0', ''), askedAt: at, expiresAt: at + 60_000 });
    const outcome = { ...OUTCOME, words: asked.reason ?? '' };
    switch (does) {
      case 'propose':
        return void (await actionStore.propose({ ...asked, approvalsNeeded: 1 + (pick % 2) }));
      case 'begin':
        return void (await actionStore.begin({ ...asked, origin: 'terminal' }, at));
      case 'note':
        return actionStore.note(id ?? null, 'refused', 'U9', { words: asked.reason ?? '' }, at);
      case 'key':
        keys = auditKeysOf([OTHER, KEY]);
        return beginKey(db, keys, at, () => {});
      case 'wake':
      case 'ack':
      case 'ping':
        return playIncident(incidentStore, does, at);
    }
    if (id === undefined) return;
    const { revision = 0, progress = {} } = (await actionStore.find(id)) ?? {};
    const read = { at, revision, progress } as const;
    switch (does) {
      case 'approve':
        return void (await actionStore.approve(id, `U${pick % 3}`, false, at));
      case 'reject':
        return void (await actionStore.move(id, { name: 'reject', at, who: 'bot', outcome, rights: null }));
      case 'expire':
        return void (await actionStore.move(id, { name: 'expire', at, outcome }));
      case 'execute':
        return void (await actionStore.move(id, { name: 'send', at, progress: {} }));
      case 'stage':
        return void (await actionStore.move(id, {
          ...read,
          name: 'advance',
          stage: 'run_waits',
          holds: true,
        }));
      case 'end':
        return void (await actionStore.move(id, { ...read, name: 'succeed', outcome, watchUntil: at }));
      case 'after': {
        const aftermath = { kind: 'held', words: 'It held.', at, next: [] } as const;
        return void (await actionStore.move(id, { name: 'close_aftercare', at, revision, aftermath }));
      }
    }
  }

  async function playIncident(
    incidentStore: IncidentStore,
    does: 'wake' | 'ack' | 'ping',
    at: Instant,
  ): Promise<void> {
    const [open] = await incidentStore.open();
    if (does === 'wake' || !open)
      return void (await incidentStore.wake('prod', 'raxx-api-prod', wake, incident().picture, 'U1', at));
    return void (does === 'ack'
      ? await incidentStore.acknowledge(open.id, 'U2', at)
      : await incidentStore.ping(open, { wakes: open.wakes, keepsOwner: at % 2_000 === 0 }, 'ping', at));
  }
});
