/** Rows of incidents and watches that another version wrote, or that someone damaged. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import type { LastHour } from '../../src/runbook/logs/last-hour.ts';
import { type Wake, wakeKey } from '../../src/runbook/model/incident.ts';
import { timelineWords } from '../../src/runbook/model/timeline.ts';
import { createActionStore } from '../../src/store/actions/action-store.ts';
import { appendAudit } from '../../src/store/audit/audit.ts';
import type { Db } from '../../src/store/database/db.ts';
import { createIncidentStore } from '../../src/store/incidents/incident-store.ts';
import { changesShape } from '../../src/store/incidents/shapes.ts';
import { openMigrated } from '../support/databases.ts';
import { NOW } from '../support/evidence.ts';
import { hourBefore, incident } from '../support/incident.ts';
import { emptyBook } from '../support/watching.ts';

const { picture } = incident();

let db: Db;
let incidentStore: IncidentStore;
let warnings: string[] = [];
const hear = (warning: Error) => warnings.push(warning.message);
beforeAll(async () => {
  db = await openMigrated();
  incidentStore = createIncidentStore(db, null);
  process.on('warning', hear);
});
afterAll(async () => {
  process.removeListener('warning', hear);
  await db.close();
});
beforeEach(() => emptyBook(db));
afterEach(async () => {
  await warned();
  warnings = [];
});

let calls = 0;
async function open(target: string): Promise<string> {
  calls += 1;
  const wake: Wake = { cause: { kind: 'hand', id: `h${calls}` }, reason: 'logins fail', dueAt: NOW };
  return (await incidentStore.wake(target, `app-${target}`, wake, picture, 'U1', NOW)).id;
}
/** Process warnings arrive a moment later. */
const warned = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  return warnings;
};

describe('an incident whose row cannot be read', () => {
  it('is named with its fault, and does not hide the others', async () => {
    const [prod, staging] = [await open('prod'), await open('staging')];
    await db.sql(`update incidents set picture = jsonb_set(picture, '{verdict}', '"so so"') where id = $1`, [
      prod,
    ]);
    const fault = new RegExp(
      `^the incident ${prod} \\(prod\\) cannot be read: picture\\.verdict: is none of`,
    );
    await expect(incidentStore.find(prod)).rejects.toThrow(fault);
    expect((await incidentStore.open()).map(({ id }) => id)).toEqual([staging]);
    expect(await warned()).toEqual([expect.stringMatching(fault)]);
  });

  it('does not count as none: its app would look healthy, and a second incident would open', async () => {
    const prod = await open('prod');
    await db.sql('update incidents set stopped = $2::text::jsonb where id = $1', [prod, '{"by": 7}']);
    await expect(incidentStore.newest('prod')).rejects.toThrow(`the incident ${prod} (prod) cannot be read`);
    await expect(open('prod')).rejects.toThrow(`the incident ${prod} (prod) cannot be read: stopped.by`);
  });
});

describe('an incident of an earlier version', () => {
  it('has defaults for what that version did not write', async () => {
    const prod = await open('prod');
    await db.sql(
      `update incidents set picture = picture - 'cause' - 'error' - 'fault' - 'atBoot' - 'evidence' - 'actions',
         stopped = '{"by": "U1", "at": 5}', changes = '{"state": "failing", "onset": null, "list": []}' where id = $1`,
      [prod],
    );
    expect(await incidentStore.find(prod)).toMatchObject({
      picture: { cause: null, error: null, fault: null, evidence: [], actions: [] },
      stopped: { by: 'U1', at: 5, reason: null },
      changes: { state: 'failing', unread: [], wanted: [], before: null },
    });
  });

  it('has no cause, reason or subject where that version stored an empty text', async () => {
    const prod = await open('prod');
    await db.sql(
      `update incidents set stopped = '{"by": "U1", "at": 5, "reason": ""}',
         picture = jsonb_set(picture, '{cause}', '""')
           || '{"failure": {"kind": "condition", "condition": 2, "about": ""}}' where id = $1`,
      [prod],
    );
    await db.sql(`update wakes set cause = '{"kind": "condition", "condition": 4, "about": ""}', key = '4'`);
    const read = await incidentStore.find(prod);
    expect(read).toMatchObject({
      picture: { cause: null, failure: { kind: 'condition', condition: 2, about: null } },
      stopped: { reason: null },
      wakes: [{ cause: { kind: 'condition', condition: 4, about: null } }],
    });
    expect(read?.wakes.map(({ cause }) => wakeKey(cause))).toEqual(['4']);
  });

  it('shows who called by hand as it always did', async () => {
    const prod = await open('prod');
    const old = { words: 'By hand: nobody can order' };
    await db.tx((sql) =>
      appendAudit(sql, { at: NOW + 1, actionId: prod, event: 'escalated', who: 'U2', detail: old }),
    );
    const trail = (await incidentStore.find(prod))?.trail ?? [];
    expect(trail.map(({ words, byHand }) => [words, byHand])).toEqual([
      ['logins fail', true],
      ['nobody can order', true],
    ]);
    expect(trail.map(timelineWords)).toEqual([
      'Escalated manually: logins fail',
      'Escalated manually: nobody can order',
    ]);
    const happened = await createActionStore(db, null).happenings(2, 'prod');
    expect(happened.map(({ words }) => words)).toEqual(['nobody can order', 'logins fail']);
  });
});

describe('a line of the timeline of an earlier version', () => {
  it.each([
    ['acknowledged', 'Acknowledged.', null],
    ['closed', 'Closed: the app stays stopped.', 'the app stays stopped.'],
    ['resolved', 'Resolved: healthy on two checks. Outage: 9 min.', 'healthy on two checks. Outage: 9 min.'],
    ['snoozed', 'Snoozed until 2026-05-01 11:00:00 UTC.', 'until 2026-05-01 11:00:00 UTC.'],
    ['stopped', 'Stopped: bad data. Nobody is paged while it is stopped.', 'bad data'],
    ['stopped', 'Stopped. Nobody is paged while it is stopped.', null],
    ['noted', 'Resolved: by hand', 'Resolved: by hand'],
  ])('does not repeat the event %s, which the whole sentence named: %s', async (event, stored, words) => {
    const prod = await open('prod');
    await db.tx((sql) =>
      appendAudit(sql, { at: NOW + 1, actionId: prod, event, who: 'U2', detail: { words: stored } }),
    );
    const line = (await incidentStore.find(prod))?.trail.at(-1);
    expect(line).toMatchObject({ event, words });
    expect(line && timelineWords(line)).toBe(stored);
  });
});

describe('an incident of a later version', () => {
  it('offers the actions that are known here', async () => {
    const prod = await open('prod');
    await db.sql(`update incidents set picture = jsonb_set(picture, '{actions}', '["fly", "stop"]')`);
    expect((await incidentStore.find(prod))?.picture.actions).toEqual(['stop']);
  });

  it('is read without changes or conditions that cannot be, and a warning names them', async () => {
    const prod = await open('prod');
    await db.sql(`update incidents set changes = '{"state": "odd"}'; `);
    await db.sql(`update wakes set cause = '{"kind": "moon"}'`);
    expect(await incidentStore.find(prod)).toMatchObject({ changes: null, wakes: [] });
    expect((await warned()).join('\n')).toMatch(
      /the changes of the incident .* cannot be read: state[\s\S]*a condition of the incident .* cannot be read/,
    );
  });
});

describe('an incident whose picture has a malformed extra', () => {
  it('is read without the rollback and the step, and a warning names them', async () => {
    const prod = await open('prod');
    await db.sql(`update incidents set picture = picture || '{"rollback": {"to": "v41"}, "doFirst": 7}'`);
    const read = await incidentStore.find(prod);
    expect(read?.picture).not.toHaveProperty('rollback');
    expect(read?.picture).not.toHaveProperty('doFirst');
    expect((await warned()).join('\n')).toMatch(
      /rollback in a picture of the incident [0-9a-f-]{36} cannot be read: to[\s\S]*doFirst in a picture of the incident [0-9a-f-]{36} cannot be read/,
    );
  });
});

describe('a warning about an incident', () => {
  it('names the incident, and is emitted once however often the row is read', async () => {
    const [prod, staging] = [await open('prod'), await open('staging')];
    await db.sql(
      `update incidents set picture = picture || '{"doFirst": 7}', worst = worst || '{"doFirst": 7}'`,
    );
    await db.sql(`update incidents set changes = '{"kind": "moon"}' where id = $1`, [prod]);
    await db.sql(`update wakes set cause = '{"kind": "moon"}' where incident_id = $1`, [staging]);
    for (let read = 0; read < 3; read += 1) {
      await incidentStore.find(prod);
      await incidentStore.open();
    }
    const names = (await warned()).map((words) => words.replace(/ cannot be read: .*/s, '')).toSorted();
    expect(names).toEqual(
      [
        `doFirst in a picture of the incident ${prod}`,
        `doFirst in a picture of the incident ${staging}`,
        `the changes of the incident ${prod}`,
        `a condition of the incident ${staging}`,
      ].toSorted(),
    );
  });
});

describe('the last hour of an incident', () => {
  const look = async (lastHour: LastHour | null) => {
    const done = { target: 'prod', app: 'app-prod', at: NOW, asked: { now: null, before: null }, saw: true };
    const { incident: kept } = await incidentStore.keep(
      { ...done, revision: 0 },
      {
        memory: NOTHING_KNOWN,
        incident: { name: 'open', at: NOW, since: NOW, wellBefore: null, picture, lastHour },
        notices: [],
        sight: [],
        wakes: [],
        over: [],
        endSnooze: false,
      },
    );
    return kept?.id ?? '';
  };

  it('is read as it was written, and takes at most 800 bytes', async () => {
    const bins = Array.from({ length: 12 }, (_, index) => ({
      from: NOW - (12 - index) * 300_000,
      to: NOW - (11 - index) * 300_000,
      requests: 98_765,
      failed: 87_654,
      medianMs: 29_999,
    }));
    const hour = { coveredMs: 3_600_000, bins };
    const id = await look(hour);
    expect((await incidentStore.find(id))?.lastHour).toEqual(hour);
    const [row] = await db.sql('select pg_column_size(last_hour) as bytes from incidents where id = $1', [
      id,
    ]);
    expect(Number(row?.bytes)).toBeLessThanOrEqual(800);
  });

  it('is absent in a row of a version that did not keep it', async () => {
    const id = await look(hourBefore(NOW));
    await db.sql('update incidents set last_hour = null');
    expect((await incidentStore.find(id))?.lastHour).toBeNull();
    expect(await warned()).toEqual([]);
  });

  it.each([
    ['a text', '"many"'],
    ['no bins', `{"until": ${NOW}, "coveredMs": 900000, "bins": []}`],
    ['a bin without its failures', `{"until": ${NOW}, "coveredMs": 900000, "bins": [[5]]}`],
    ['a negative number', `{"until": ${NOW}, "coveredMs": 900000, "bins": [[5, -1, null]]}`],
  ])(
    'is dropped, with a warning, where it is malformed, and stays in the row: %s',
    async (_name, written) => {
      const id = await look(hourBefore(NOW));
      await db.sql('update incidents set last_hour = $1::text::jsonb', [written]);
      expect(await incidentStore.find(id)).toMatchObject({ id, lastHour: null });
      expect((await warned()).join('\n')).toContain(`the last hour of the incident ${id} cannot be read: `);
      await incidentStore.acknowledge(id, 'U1', NOW);
      const [row] = await db.sql('select last_hour from incidents where id = $1', [id]);
      expect(row?.last_hour).toEqual(JSON.parse(written));
    },
  );

  it('is read where a later version stores more with it', async () => {
    const id = await look(hourBefore(NOW));
    const written = `{"until": ${NOW}, "coveredMs": 300000, "bins": [[5, 1, 40, 900]], "slowest": "/api"}`;
    await db.sql('update incidents set last_hour = $1::text::jsonb', [written]);
    expect((await incidentStore.find(id))?.lastHour).toEqual({
      coveredMs: 300_000,
      bins: [{ from: NOW - 300_000, to: NOW, requests: 5, failed: 1, medianMs: 40 }],
    });
  });

  it('is claimed by one attempt to post it, and by another once that one has failed', async () => {
    const id = await look(hourBefore(NOW));
    const claim = () => incidentStore.claimLastHour(id, NOW);
    expect((await Promise.all([claim(), claim(), claim()])).toSorted()).toEqual([false, false, true]);
    await incidentStore.releaseLastHour(id);
    expect([await claim(), await claim()]).toEqual([true, false]);
  });
});

describe('what only a later version can read of an incident', () => {
  it('stays in the row when this version changes something else', async () => {
    const id = await open('prod');
    await db.sql(
      `update incidents set changes = '{"kind": "moon"}', picture = jsonb_set(picture, '{actions}', '["fly", "restart"]') where id = $1`,
      [id],
    );
    await incidentStore.acknowledge(id, 'U1', NOW);
    const [row] = await db.sql(`select changes, picture->'actions' as actions from incidents where id = $1`, [
      id,
    ]);
    expect(row).toEqual({ changes: { kind: 'moon' }, actions: ['fly', 'restart'] });
  });
});

describe('a condition whose key is in use', () => {
  it('replaces one that cannot be read', async () => {
    await open('prod');
    const wake: Wake = {
      cause: { kind: 'condition', condition: 4, about: null },
      reason: 'no answer',
      dueAt: NOW,
    };
    const counting = {
      memory: NOTHING_KNOWN,
      incident: null,
      notices: [],
      sight: [],
      wakes: [wake],
      over: [],
      endSnooze: false,
    };
    const done = { target: 'prod', app: 'app-prod', at: NOW, asked: { now: null, before: null }, saw: true };
    await incidentStore.keep({ ...done, revision: 0 }, counting);
    await db.sql(`update wakes set cause = '{"kind": "moon"}' where key = '4'`);
    const kept = await incidentStore.keep({ ...done, revision: 1, at: NOW + 1 }, counting);
    expect(kept.incident?.wakes.filter(({ cause }) => cause.kind === 'condition')).toEqual([
      { ...wake, since: NOW + 1, toldAt: null, overAt: null },
    ]);
  });
});

describe("the watch's memory", () => {
  it('has defaults for what an earlier version did not remember', async () => {
    await db.sql(
      `insert into watches (target, memory, asked) values ('prod', '{"severity": 30, "blind": {"since": 5, "told": true}}', '{}')`,
    );
    expect(await incidentStore.watchOf('prod')).toMatchObject({
      memory: { ...NOTHING_KNOWN, severity: 30, blind: { since: 5, told: true, scope: 'all' } },
      asked: { now: null, before: null },
    });
    expect(await warned()).toEqual([]);
  });

  it('keeps the newest deploy, and forgets one that cannot be read', async () => {
    const newestDeploy = {
      version: 100,
      status: 'succeeded',
      description: 'Deploy 9be41c07',
      actor: 'ops@raxx.app',
      createdAt: NOW,
    };
    const done = { target: 'prod', app: 'app-prod', at: NOW, asked: { now: null, before: null }, saw: true };
    await incidentStore.keepQuiet({ ...done, revision: 0 }, { ...NOTHING_KNOWN, newestDeploy });
    expect((await incidentStore.watchOf('prod')).memory).toEqual({ ...NOTHING_KNOWN, newestDeploy });
    await db.sql(`update watches set memory = memory || '{"newestDeploy": {"version": "v100"}}'`);
    expect((await incidentStore.watchOf('prod')).memory).toEqual(NOTHING_KNOWN);
    expect((await warned()).join('\n')).toContain('newestDeploy cannot be read');
  });

  it('loses only what cannot be read, and a warning names it', async () => {
    const written = { ...NOTHING_KNOWN, severity: 'high', failing: { since: 7 }, known: null };
    await db.sql(
      `insert into watches (target, memory, asked) values ('prod', $1::text::jsonb, '{"now": 5}')`,
      [JSON.stringify(written)],
    );
    expect(await incidentStore.watchOf('prod')).toMatchObject({
      memory: { severity: 0, failing: { since: 7 }, known: NOTHING_KNOWN.known },
      asked: { now: null, before: null },
    });
    expect((await warned()).join('\n')).toMatch(
      /the watch's memory of prod: known cannot be read[\s\S]*severity cannot be read[\s\S]*the request counts of prod: now cannot be read/,
    );
  });
});

describe('a row that an earlier version will read after a rollback', () => {
  it('has an empty text where nothing is said: earlier versions refuse null there', async () => {
    const cause = { kind: 'condition', condition: 4, about: null } as const;
    const nameless = { ...picture, cause: null, failure: cause };
    const wake: Wake = { cause, reason: 'unreachable', dueAt: NOW };
    const { id } = await incidentStore.wake('prod', 'app-prod', wake, nameless, 'bot', NOW);
    const [row] = await db.sql(
      `select picture->>'cause' as cause, picture->'failure'->>'about' as about, worst->>'cause' as worst,
         (select cause->>'about' from wakes where incident_id = incidents.id) as wake from incidents where id = $1`,
      [id],
    );
    expect(row).toEqual({ cause: '', about: '', worst: '', wake: '' });
    const read = await incidentStore.find(id);
    expect(read?.picture).toMatchObject({ cause: null, failure: cause });
    expect(read?.wakes).toMatchObject([{ cause }]);
  });
});

describe('a change that was stored', () => {
  const change = {
    at: NOW,
    kind: 'deploy',
    what: 'v42',
    who: 'U0AB12CD3',
    verdict: 'possible',
    because: 'x',
  };
  const read = (stored: object) =>
    changesShape({
      id: 'i',
      changes: { state: 'failing', onset: null, list: [stored], unread: [], wanted: [], before: null },
    })?.list[0];

  it('mentions nobody where its maker only has a name like a member of Slack', () => {
    expect(read({ ...change, isOurs: false })?.isOurs).toBe(false);
    expect(read({ ...change, isOurs: true })?.isOurs).toBe(true);
  });

  it('of a version that stored no maker is ours where a member of Slack made it', () => {
    expect(read(change)?.isOurs).toBe(true);
    expect(read({ ...change, who: 'ops@raxx.app' })?.isOurs).toBe(false);
  });

  it('keeps which incident at Heroku it is, and is none in a version that did not store that', () => {
    expect(read({ ...change, kind: 'platform', about: '3001' })?.about).toBe('3001');
    expect(read(change)?.about).toBeNull();
  });
});
