/** Watches, incidents and their wakes on the database: SQL in sight, compare-and-set in the WHERE. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type {
  Acknowledged,
  IncidentBook,
  LookDone,
  PingPlace,
  WatchRow,
} from '../operations/incident-book.ts';
import { formatInstant } from '../runbook/age.ts';
import type { Instant } from '../runbook/evidence.ts';
import type { Incident, OpenWake, Picture, Snooze, Wake } from '../runbook/incident.ts';
import { NOTHING_KNOWN, type WatchMemory, type WatchStep } from '../runbook/watch.ts';
import { appendAudit } from './audit.ts';
import type { Db, Row, Sql } from './db.ts';
import type { Queue } from './queue.ts';

/** What is sent to the queue; the terminal sends nothing. */
export type IncidentJobs = Pick<Queue, 'enqueue' | 'askForLook' | 'askForLooks'>;

export function createIncidentBook(db: Db, queue: IncidentJobs | null): IncidentBook {
  const enqueue: Queue['enqueue'] = async (...job) => queue?.enqueue(...job);
  const find = (id: string) => findIn(db.sql, id);

  /** A line of the timeline; told in the card's thread. */
  async function tell(
    sql: Sql,
    id: string,
    event: string,
    who: string,
    words: string,
    at: Instant,
  ): Promise<number> {
    const { seq } = await appendAudit(sql, { at, actionId: id, event, who, detail: { words } });
    await enqueue(sql, 'draw_incident', { incidentId: id });
    await enqueue(sql, 'tell_incident', { incidentId: id, seq });
    return seq;
  }

  async function keepMemory(sql: Sql, done: LookDone, memory: WatchMemory): Promise<boolean> {
    const { target, revision, at, asked, saw } = done;
    const rows = await sql(
      `insert into watches as w (target, memory, asked, looked_at, saw_at, revision)
       values ($1, $3::text::jsonb, $4::text::jsonb, $5, case when $6 then $5::timestamptz end, 1)
       on conflict (target) do update set memory = excluded.memory, asked = excluded.asked, looked_at = excluded.looked_at,
         saw_at = coalesce(excluded.saw_at, w.saw_at), revision = w.revision + 1
       where w.revision = $2 returning target`,
      [target, revision, JSON.stringify(memory), JSON.stringify(asked), iso(at), saw],
    );
    return rows.length > 0;
  }

  async function keep(done: LookDone, step: WatchStep): Promise<{ ok: boolean; incident: Incident | null }> {
    return db.tx(async (sql) => {
      if (!(await keepMemory(sql, done, step.memory))) return { ok: false, incident: null };
      const id = await keepIncident(sql, done, step);
      const { target, at } = done;
      for (const words of step.notices) await noticeIn(sql, target, words, at);
      if (step.endSnooze) await endSnoozeIn(sql, target, 'bot', 'The snooze ends early: it got worse.', at);
      return { ok: true, incident: id === null ? null : must(await findIn(sql, id)) };
    });
  }

  async function keepIncident(sql: Sql, done: LookDone, step: WatchStep): Promise<string | null> {
    const { target, app, at } = done;
    const [newest] = await sql(
      'select id, state, picture from incidents where target = $1 order by opened_at desc limit 1 for update',
      [target],
    );
    let id = newest === undefined ? null : String(newest.id);
    const isOpen = newest?.state === 'open';
    const change = step.incident;
    if (change?.kind === 'open') {
      id = randomUUID();
      await openIn(sql, { id, target, app, since: change.since, picture: change.picture, at });
      await tell(sql, id, 'opened', 'bot', change.picture.title, at);
    } else if (change && id !== null) {
      if (change.kind === 'resolve') {
        await sql(
          `update incidents set state = 'resolved', resolved_at = $2, revision = revision + 1 where id = $1 and state = 'open'`,
          [id, iso(at)],
        );
        await tell(sql, id, 'resolved', 'bot', change.words, at);
      } else {
        const { picture } = change;
        const isNew = change.kind === 'reopen' || !isSamePicture(newest?.picture as Picture, picture);
        await sql(
          `update incidents set state = 'open', resolved_at = null, picture = $2::text::jsonb,
             acknowledged_by = case when state = 'open' then acknowledged_by end,
             acknowledged_at = case when state = 'open' then acknowledged_at end,
             revision = revision + case when $3 then 1 else 0 end where id = $1`,
          [id, JSON.stringify(picture), isNew],
        );
        if (change.kind === 'reopen')
          await tell(sql, id, 'reopened', 'bot', `It is back: ${picture.title}`, at);
        else if (isNew) await enqueue(sql, 'draw_incident', { incidentId: id });
      }
    } else if (!isOpen) return null;
    if (id === null) return null;
    for (const { event, words } of step.lines) await tell(sql, id, event, 'bot', words, at);
    await keepWakes(sql, id, target, step, at);
    return id;
  }

  async function keepWakes(
    sql: Sql,
    id: string,
    target: string,
    step: WatchStep,
    at: Instant,
  ): Promise<void> {
    if (step.over.length > 0) {
      const rows = await sql(
        'update wakes set over_at = $3 where incident_id = $1 and key = any($2) and over_at is null returning key, reason',
        [id, step.over, iso(at)],
      );
      for (const { reason } of rows) {
        if (step.incident?.kind !== 'resolve') await tell(sql, id, 'over', 'bot', `No longer: ${reason}`, at);
      }
    }
    if (step.incident?.kind === 'resolve') return;
    for (const wake of step.wakes) await addWake(sql, id, target, wake, at);
  }

  async function addWake(sql: Sql, id: string, target: string, wake: Wake, at: Instant): Promise<void> {
    const { key, condition, reason, dueAt } = wake;
    const [added] = await sql(
      `insert into wakes (id, incident_id, target, key, condition, reason, since, due_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
      [randomUUID(), id, target, key, condition, reason, iso(at), iso(dueAt)],
    );
    if (!added) {
      // It may have become due earlier: what explained it is gone. Later it never becomes.
      await sql(
        `update wakes set due_at = $3, reason = $4 where target = $1 and key = $2 and over_at is null and told_at is null and due_at > $3`,
        [target, key, iso(dueAt), reason],
      );
      return;
    }
    await sql('update incidents set revision = revision + 1 where id = $1', [id]);
    if (dueAt > at) await tell(sql, id, 'counting', 'bot', reason, at);
    else await enqueue(sql, 'draw_incident', { incidentId: id });
    await enqueue(sql, 'page', { incidentId: id }, dueAt);
  }

  async function noticeIn(sql: Sql, target: string, words: string, at: Instant): Promise<void> {
    await appendAudit(sql, { at, actionId: null, event: 'notice', who: 'bot', detail: { target, words } });
    await enqueue(sql, 'notice', { words });
  }

  async function endSnoozeIn(
    sql: Sql,
    target: string,
    who: string,
    words: string,
    at: Instant,
  ): Promise<void> {
    const [ended] = await sql('delete from snoozes where target = $1 returning target', [target]);
    if (!ended) return;
    await appendAudit(sql, { at, actionId: null, event: 'snooze_ended', who, detail: { target, words } });
    await enqueue(sql, 'notice', { words: `${target}: ${words}`, who });
    // The card says that it is snoozed.
    const [open] = await sql(`select id from incidents where target = $1 and state = 'open'`, [target]);
    if (open) await enqueue(sql, 'draw_incident', { incidentId: String(open.id) });
  }

  async function acknowledge(id: string, who: string, at: Instant): Promise<Acknowledged> {
    return db.tx(async (sql): Promise<Acknowledged> => {
      const [moved] = await sql(
        `update incidents set acknowledged_by = $2, acknowledged_at = $3, revision = revision + 1
         where id = $1 and state = 'open' and acknowledged_by is null returning id`,
        [id, who, iso(at)],
      );
      const incident = must(await findIn(sql, id));
      if (!moved) return { ok: false, why: incident.state === 'open' ? 'already' : 'resolved', incident };
      await tell(sql, id, 'acknowledged', who, 'Acknowledged.', at);
      return { ok: true, incident: must(await findIn(sql, id)) };
    });
  }

  return {
    async watchOf(target) {
      const [row] = await db.sql('select * from watches where target = $1', [target]);
      return row ? watchOf(row) : { ...NOBODY_LOOKED, target };
    },
    async newest(target) {
      const [found] = await listIn(db.sql, 'where target = $1 order by opened_at desc limit 1', [target]);
      return found ?? null;
    },
    find,
    open: () => listIn(db.sql, `where state = 'open' order by opened_at`, []),
    recent: (count) => listIn(db.sql, 'order by opened_at desc limit $1', [count]),
    keepQuiet: (done, memory) => keepMemory(db.sql, done, memory),
    keep,
    async noteCrash(target, at) {
      await db.sql(
        `insert into watches (target, memory, crash_told_at) values ($1, $2::text::jsonb, $3)
         on conflict (target) do update set crash_told_at = $3`,
        [target, JSON.stringify(NOTHING_KNOWN), iso(at)],
      );
    },
    ping: (incident, wakes, words, at) =>
      db.tx(async (sql) => {
        const { id, revision } = incident;
        const [moved] = await sql(
          `update incidents set pings = pings + 1, last_ping_at = $3, acknowledged_by = null, acknowledged_at = null,
             revision = revision + 1
           where id = $1 and revision = $2 and state = 'open' returning id`,
          [id, revision, iso(at)],
        );
        if (!moved) return null;
        await sql(
          'update wakes set told_at = coalesce(told_at, $3) where incident_id = $1 and key = any($2) and over_at is null',
          [id, wakes.map(({ key }) => key), iso(at)],
        );
        const { seq } = await appendAudit(sql, {
          at,
          actionId: id,
          event: 'pinged',
          who: 'bot',
          detail: { words },
        });
        await enqueue(sql, 'draw_incident', { incidentId: id });
        await enqueue(sql, 'ping', { incidentId: id, seq, to: 'channel' });
        await enqueue(sql, 'ping', { incidentId: id, seq, to: 'person' });
        return must(await findIn(sql, id));
      }),
    acknowledge,
    wake: (target, app, wake, picture, who, at) =>
      db.tx(async (sql) => {
        const [open] = await sql(`select id from incidents where target = $1 and state = 'open' for update`, [
          target,
        ]);
        const id = open === undefined ? randomUUID() : String(open.id);
        if (!open) await openIn(sql, { id, target, app, since: at, picture, at });
        await tell(sql, id, open ? 'escalated' : 'opened', who, wake.reason, at);
        await addWake(sql, id, target, wake, at);
        return must(await findIn(sql, id));
      }),
    pageAgain: (id, at) => db.tx((sql) => enqueue(sql, 'page', { incidentId: id }, at)),
    async snoozeOf(target, now) {
      const [row] = await db.sql('select * from snoozes where target = $1 and until > $2', [
        target,
        iso(now),
      ]);
      return row ? snoozeOf(row) : null;
    },
    snooze: (target, { until, by, at, severity }) =>
      db.tx(async (sql) => {
        await sql(
          `insert into snoozes (target, until, by_whom, at, severity) values ($1, $2, $3, $4, $5)
           on conflict (target) do update set until = $2, by_whom = $3, at = $4, severity = $5`,
          [target, iso(until), by, iso(at), severity],
        );
        const detail = { target, until: iso(until) };
        await appendAudit(sql, { at, actionId: null, event: 'snoozed', who: by, detail });
        const words = `${target}: nobody is pinged until ${formatInstant(until)}, unless it gets worse.`;
        await enqueue(sql, 'notice', { words, who: by });
        const [open] = await sql(`select id from incidents where target = $1 and state = 'open'`, [target]);
        if (open)
          await tell(sql, String(open.id), 'snoozed', by, `Snoozed until ${formatInstant(until)}.`, at);
      }),
    endSnooze: (target, who, words, at) => db.tx((sql) => endSnoozeIn(sql, target, who, words, at)),
    notice: (target, words, at) => db.tx((sql) => noticeIn(sql, target, words, at)),
    async placeCard(id, channel, ts, before) {
      const rows = await db.sql(
        'update incidents set channel = $2, message_ts = $3 where id = $1 and message_ts is not distinct from $4 returning id',
        [id, channel, ts, before],
      );
      return rows.length > 0;
    },
    async placePing(id, { seq, to, channel, ts }) {
      await db.sql(
        `insert into pings (incident_id, seq, sent_to, channel, message_ts) values ($1, $2, $3, $4, $5)
         on conflict do nothing`,
        [id, seq, to, channel, ts],
      );
    },
    async pingsOf(id) {
      const rows = await db.sql('select * from pings where incident_id = $1 order by seq, sent_to', [id]);
      return rows.map(pingOf);
    },
    async forgetPing(id, { channel, ts }) {
      await db.sql('delete from pings where incident_id = $1 and channel = $2 and message_ts = $3', [
        id,
        channel,
        ts,
      ]);
    },
    askForLooks: async (targets, everySeconds) => queue?.askForLooks(targets, everySeconds),
    askForLook: async (target) => queue?.askForLook(target),
  };
}

interface Opening extends Pick<Incident, 'id' | 'target' | 'app' | 'since' | 'picture'> {
  readonly at: Instant;
}

async function openIn(sql: Sql, { id, target, app, since, picture, at }: Opening): Promise<void> {
  await sql(
    `insert into incidents (id, target, app, state, since, opened_at, picture)
     values ($1, $2, $3, 'open', $4, $5, $6::text::jsonb)`,
    [id, target, app, iso(since), iso(at), JSON.stringify(picture)],
  );
}

/** The time of the look apart, nothing new was seen: the card stays as it is. */
function isSamePicture(before: Picture, after: Picture): boolean {
  return isDeepStrictEqual({ ...before, at: 0 }, { ...after, at: 0 });
}

async function findIn(sql: Sql, id: string): Promise<Incident | null> {
  const [found] = await listIn(sql, 'where id = $1', [id]);
  return found ?? null;
}

async function listIn(sql: Sql, where: string, params: readonly unknown[]): Promise<Incident[]> {
  const rows = await sql(
    `select incidents.*,
       coalesce((select json_agg(json_build_object('key', key, 'condition', condition, 'reason', reason, 'since', since,
                                                   'dueAt', due_at, 'toldAt', told_at, 'overAt', over_at) order by since, key)
                 from wakes where incident_id = incidents.id), '[]') as wakes,
       coalesce((select json_agg(json_build_object('seq', seq, 'event', event, 'who', who, 'at', at, 'hash', left(hash, 8),
                                                   'words', coalesce(detail->>'words', '')) order by seq)
                 from audit where action_id = incidents.id), '[]') as trail
     from incidents ${where}`,
    params,
  );
  return rows.map(incidentOf);
}

/** The row as it was written by this module: its shapes are ours. */
function incidentOf(row: Row): Incident {
  return {
    id: String(row.id),
    target: String(row.target),
    app: String(row.app),
    state: row.state as Incident['state'],
    since: instant(row.since),
    openedAt: instant(row.opened_at),
    resolvedAt: instantOrNull(row.resolved_at),
    picture: row.picture as Picture,
    wakes: arrayOf(row.wakes).map((one): OpenWake => {
      const { key, condition, reason, since, dueAt, toldAt, overAt } = Object(one);
      return {
        key,
        condition,
        reason,
        since: instant(since),
        dueAt: instant(dueAt),
        toldAt: instantOrNull(toldAt),
        overAt: instantOrNull(overAt),
      };
    }),
    pings: Number(row.pings),
    lastPingAt: instantOrNull(row.last_ping_at),
    acknowledged:
      row.acknowledged_by === null
        ? null
        : { by: String(row.acknowledged_by), at: instant(row.acknowledged_at) },
    revision: Number(row.revision),
    card: row.message_ts === null ? null : { channel: String(row.channel), ts: String(row.message_ts) },
    trail: arrayOf(row.trail).map((one) => {
      const { seq, event, who, at, words, hash } = Object(one);
      return { seq, event, who, at: instant(at), words, hash };
    }),
  };
}

const NOBODY_LOOKED: Omit<WatchRow, 'target'> = {
  memory: NOTHING_KNOWN,
  asked: { now: null, before: null },
  crashToldAt: null,
  lookedAt: null,
  sawAt: null,
  revision: 0,
};

function watchOf(row: Row): WatchRow {
  return {
    target: String(row.target),
    // Written by an earlier version it may lack what came later.
    memory: { ...NOTHING_KNOWN, ...Object(row.memory) },
    asked: { ...NOBODY_LOOKED.asked, ...Object(row.asked) },
    crashToldAt: instantOrNull(row.crash_told_at),
    lookedAt: instantOrNull(row.looked_at),
    sawAt: instantOrNull(row.saw_at),
    revision: Number(row.revision),
  };
}

function snoozeOf(row: Row): Snooze {
  return {
    until: instant(row.until),
    by: String(row.by_whom),
    at: instant(row.at),
    severity: Number(row.severity),
  };
}

function pingOf(row: Row): PingPlace {
  return {
    seq: Number(row.seq),
    to: row.sent_to as PingPlace['to'],
    channel: String(row.channel),
    ts: String(row.message_ts),
  };
}

function must(incident: Incident | null): Incident {
  if (incident) return incident;
  throw new Error('there is no such incident');
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

function instant(value: unknown): Instant {
  return value instanceof Date ? value.getTime() : Date.parse(String(value));
}

function instantOrNull(value: unknown): Instant | null {
  return value === null || value === undefined ? null : instant(value);
}
