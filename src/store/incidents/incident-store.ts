/** Watches, incidents and their wakes on the database: SQL in sight, compare-and-set in the WHERE. */

import { randomUUID } from 'node:crypto';
import type { Acknowledged, IncidentStore, LookDone } from '../../operations/ports/incident-store.ts';
import { overWords } from '../../runbook/incidents/page-words.ts';
import type { BlindNotice } from '../../runbook/incidents/visibility.ts';
import { NOTHING_KNOWN, type WatchMemory } from '../../runbook/incidents/watch-memory.ts';
import type { IncidentStep, WatchStep } from '../../runbook/incidents/watch-step.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import {
  type Incident,
  isSameNews,
  type Wake,
  type WakeCause,
  wakeKey,
  worseOf,
} from '../../runbook/model/incident.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import type { AuditLine } from '../audit/audit.ts';
import { type AuditKeys, NO_KEYS } from '../audit/audit-key.ts';
import { type AuditedChange, createChange } from '../audit/audited-change.ts';
import { instant, iso } from '../database/columns.ts';
import type { Db, Sql } from '../database/db.ts';
import type { Jobs, Queue } from '../queue.ts';
import { findIncident, listIncidents, must, NOBODY_LOOKED, pingOf, snoozeOf, watchOf } from './rows.ts';

/** What is sent to the queue; the terminal sends nothing. */
export type IncidentJobs = Pick<Queue, 'enqueue' | 'askForLook' | 'askForLooks'>;

type IncidentJob = 'page' | 'ping' | 'draw_incident' | 'tell_incident';

/** `told` hears of each audit line once it is committed. */
export function createIncidentStore(
  db: Db,
  queue: IncidentJobs | null,
  told: (line: AuditLine) => void = () => {},
  keys: AuditKeys = NO_KEYS,
): IncidentStore {
  async function enqueue<Name extends IncidentJob>(
    sql: Sql,
    name: Name,
    data: Jobs[Name],
    startAt?: Instant,
  ): Promise<void> {
    if (!queue) return;
    const [row] = await sql('select target from incidents where id = $1', [data.incidentId]);
    if (row) await queue.enqueue(sql, name, data, String(row.target), startAt);
  }
  const find = (id: string) => findIncident(db.sql, id);

  const change = createChange(db, told, keys);

  /** A line of the timeline; told in the card's thread. */
  async function tell(
    within: AuditedChange,
    id: string,
    event: string,
    who: string,
    words: string,
    at: Instant,
  ): Promise<number> {
    const { sql, audit } = within;
    const { seq } = await audit({ at, actionId: id, event, who, detail: { words } });
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
    return change(async (within) => {
      const { sql } = within;
      if (!(await keepMemory(sql, done, step.memory))) return { ok: false, incident: null };
      const id = await keepIncident(within, done, step);
      const { target, at } = done;
      for (const words of step.notices) await noticeIn(within, target, words, at);
      for (const one of step.sight) await tellSight(within, target, one, at);
      if (step.endSnooze) await endSnoozeIn(within, target, 'bot', 'Snooze ended early: it got worse.', at);
      return { ok: true, incident: id === null ? null : must(await findIncident(sql, id)) };
    });
  }

  async function keepIncident(
    within: AuditedChange,
    done: LookDone,
    step: WatchStep,
  ): Promise<string | null> {
    const { sql } = within;
    const { target, app, at } = done;
    const [newest] = await sql(
      'select id, state from incidents where target = $1 order by opened_at desc limit 1 for update',
      [target],
    );
    const change = step.incident;
    let id = newest === undefined ? null : String(newest.id);
    if (change?.kind === 'open') {
      id = randomUUID();
      const { since, wellBefore, picture } = change;
      await openIn(sql, { id, target, app, since, wellBefore, picture, at });
      await tell(within, id, 'opened', 'bot', change.picture.title, at);
    } else if (change && id !== null) {
      await changeIncident(within, must(await findIncident(sql, id)), change, at);
    } else if (newest?.state !== 'open') return null;
    if (id === null) return null;
    for (const { event, words } of step.lines) await tell(within, id, event, 'bot', words, at);
    await keepWakes(within, id, target, step, at);
    return id;
  }

  async function changeIncident(
    within: AuditedChange,
    before: Incident,
    change: Exclude<IncidentStep, { kind: 'open' }>,
    at: Instant,
  ): Promise<void> {
    const { sql } = within;
    const { id } = before;
    switch (change.kind) {
      case 'resolve':
        await sql(
          `update incidents set state = 'resolved', resolved_at = $2, well_since = $3, revision = revision + 1
           where id = $1 and state = 'open'`,
          [id, iso(at), iso(change.wellSince)],
        );
        await tell(within, id, 'resolved', 'bot', change.words, at);
        return;
      case 'recovering':
        if (before.wellSince !== null && before.stopped === null) return;
        await sql(
          `update incidents set well_since = coalesce(well_since, $2), stopped = null, revision = revision + 1 where id = $1`,
          [id, iso(change.since)],
        );
        await enqueue(sql, 'draw_incident', { incidentId: id });
        return;
      case 'stopped': {
        if (before.stopped) return;
        const { stop } = change;
        await sql(
          `update incidents set stopped = $2::text::jsonb, well_since = null, revision = revision + 1 where id = $1`,
          [id, JSON.stringify(stop)],
        );
        const why = stop.reason === '' ? '' : `: ${stop.reason}`;
        await tell(within, id, 'stopped', stop.by, `Stopped${why}. Nobody is paged while it is stopped.`, at);
        return;
      }
      case 'reopen':
      case 'update':
        await failAgain(within, before, change, at);
    }
  }

  /** What was seen last, beside the worst; a card is drawn anew only where it would say something else. */
  async function failAgain(
    within: AuditedChange,
    before: Incident,
    change: Extract<IncidentStep, { kind: 'reopen' | 'update' }>,
    at: Instant,
  ): Promise<void> {
    const { sql } = within;
    const { id } = before;
    const isNews = !isSameNews(before.picture, change.picture);
    const picture = isNews ? change.picture : { ...before.picture, at };
    const worse = worseOf(before.worst, picture);
    const worst = isSameNews(before.worst, worse) ? before.worst : worse;
    const isAnew = before.wellSince !== null;
    const stopped = change.kind === 'update' && change.isOff ? before.stopped : null;
    const isShown =
      isNews || isAnew || worst !== before.worst || stopped !== before.stopped || change.kind === 'reopen';
    await sql(
      `update incidents set state = 'open', resolved_at = null, well_since = null, picture = $2::text::jsonb,
         worst = $3::text::jsonb, stopped = $4::text::jsonb, failures = failures + $5::integer,
         revision = revision + $6::integer where id = $1`,
      [
        id,
        JSON.stringify(picture),
        JSON.stringify(worst),
        stopped && JSON.stringify(stopped),
        isAnew ? 1 : 0,
        isShown ? 1 : 0,
      ],
    );
    if (change.kind === 'reopen')
      await tell(within, id, 'reopened', 'bot', `It is back: ${change.picture.title}`, at);
    else if (isShown) await enqueue(sql, 'draw_incident', { incidentId: id });
  }

  async function keepWakes(
    within: AuditedChange,
    id: string,
    target: string,
    step: WatchStep,
    at: Instant,
  ): Promise<void> {
    const { sql } = within;
    if (step.over.length > 0) {
      const rows = await sql(
        'update wakes set over_at = $3 where incident_id = $1 and key = any($2) and over_at is null returning cause',
        [id, step.over, iso(at)],
      );
      // An end, or a stop, says it for all of them.
      const isSaid = step.incident?.kind === 'resolve' || step.incident?.kind === 'stopped';
      for (const { cause } of isSaid ? [] : rows)
        await tell(within, id, 'over', 'bot', overWords(cause as WakeCause), at);
    }
    if (step.incident?.kind === 'resolve') return;
    for (const wake of step.wakes) await addWake(within, id, target, wake, at);
  }

  async function addWake(
    within: AuditedChange,
    id: string,
    target: string,
    wake: Wake,
    at: Instant,
  ): Promise<void> {
    const { sql } = within;
    const { cause, reason, dueAt } = wake;
    const key = wakeKey(cause);
    const [added] = await sql(
      `insert into wakes (id, incident_id, target, key, cause, reason, since, due_at)
       values ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8) on conflict do nothing returning id`,
      [randomUUID(), id, target, key, JSON.stringify(cause), reason, iso(at), iso(dueAt)],
    );
    if (!added) {
      // It may have become due earlier: what explained it is gone. Later it never becomes. The reason is that of now.
      await sql(
        `update wakes set due_at = least(due_at, $3), reason = $4 where target = $1 and key = $2 and over_at is null`,
        [target, key, iso(dueAt), reason],
      );
      return;
    }
    await sql('update incidents set revision = revision + 1 where id = $1', [id]);
    if (dueAt > at) await tell(within, id, 'counting', 'bot', reason, at);
    else await enqueue(sql, 'draw_incident', { incidentId: id });
    await enqueue(sql, 'page', { incidentId: id }, dueAt);
  }

  async function wakeIn(
    within: AuditedChange,
    { target, app, picture, at }: Omit<Opening, 'id' | 'since' | 'wellBefore'>,
    wake: Wake,
    who: string,
  ): Promise<Incident> {
    const { sql } = within;
    const [open] = await sql(`select id from incidents where target = $1 and state = 'open' for update`, [
      target,
    ]);
    const id = open === undefined ? randomUUID() : String(open.id);
    if (!open) await openIn(sql, { id, target, app, since: at, wellBefore: null, picture, at });
    const words = wake.cause.kind === 'hand' ? `By hand: ${wake.reason}` : wake.reason;
    await tell(within, id, open ? 'escalated' : 'opened', who, words, at);
    await addWake(within, id, target, wake, at);
    return must(await findIncident(sql, id));
  }

  async function noticeIn(within: AuditedChange, target: string, words: string, at: Instant): Promise<void> {
    const { sql, audit } = within;
    await audit({ at, actionId: null, event: 'notice', who: 'bot', detail: { target, words } });
    await queue?.enqueue(sql, 'notice', { words }, target);
  }

  /** A side that no target can see is one notice: the first that lost it tells, and the last that finds it again. */
  async function tellSight(
    within: AuditedChange,
    target: string,
    { side, scope, words }: BlindNotice,
    at: Instant,
  ): Promise<void> {
    const { sql } = within;
    if (scope === 'all') {
      // Changes come one after the other: of two looks at once the second sees what the first has told.
      const memory = side === 'heroku' ? 'blind' : 'blindGitHub';
      const others = await sql(
        `select target from watches where target <> $1 and memory->$2->>'told' = 'true' and memory->$2->>'scope' = 'all'`,
        [target, memory],
      );
      if (others.length > 0) return;
    }
    await noticeIn(within, target, words, at);
  }

  async function endSnoozeIn(
    within: AuditedChange,
    target: string,
    who: string,
    words: string,
    at: Instant,
  ): Promise<void> {
    const { sql, audit } = within;
    const [ended] = await sql('delete from snoozes where target = $1 returning target', [target]);
    if (!ended) return;
    await audit({ at, actionId: null, event: 'snooze_ended', who, detail: { target, words } });
    await queue?.enqueue(sql, 'notice', { words: `${target}: ${words}`, who }, target);
    // The card says that it is snoozed.
    const [open] = await sql(`select id from incidents where target = $1 and state = 'open'`, [target]);
    if (open) await enqueue(sql, 'draw_incident', { incidentId: String(open.id) });
  }

  async function acknowledge(id: string, who: string, at: Instant): Promise<Acknowledged> {
    return change(async (within): Promise<Acknowledged> => {
      const { sql } = within;
      const [moved] = await sql(
        `update incidents set acknowledged_by = $2, acknowledged_at = $3, revision = revision + 1
         where id = $1 and state = 'open' and acknowledged_by is null returning id`,
        [id, who, iso(at)],
      );
      const incident = must(await findIncident(sql, id));
      if (!moved) return { ok: false, why: incident.state === 'open' ? 'already' : 'resolved', incident };
      await tell(within, id, 'acknowledged', who, 'Acknowledged.', at);
      return { ok: true, incident: must(await findIncident(sql, id)) };
    });
  }

  /** Of an app that is stopped: nothing but a person tells that it is meant to stay so. */
  async function close(id: string, who: string, at: Instant): Promise<Incident | null> {
    return change(async (within) => {
      const { sql } = within;
      const [closed] = await sql(
        `update incidents set state = 'resolved', resolved_at = $2, revision = revision + 1
         where id = $1 and state = 'open' and stopped is not null returning id`,
        [id, iso(at)],
      );
      if (!closed) return null;
      await sql('update wakes set over_at = $2 where incident_id = $1 and over_at is null', [id, iso(at)]);
      await tell(within, id, 'closed', who, 'Closed: the app stays stopped.', at);
      return must(await findIncident(sql, id));
    });
  }

  return {
    async watchOf(target) {
      const [row] = await db.sql('select * from watches where target = $1', [target]);
      return row ? watchOf(row) : { ...NOBODY_LOOKED, target };
    },
    async newest(target) {
      const [found] = await listIncidents(db.sql, 'where target = $1 order by opened_at desc limit 1', [
        target,
      ]);
      return found ?? null;
    },
    find,
    open: () => listIncidents(db.sql, `where state = 'open' order by opened_at`, []),
    past: (target, count) =>
      listIncidents(db.sql, `where target = $1 and state = 'resolved' order by opened_at desc limit $2`, [
        target,
        count,
      ]),
    recent: (count, target) =>
      listIncidents(db.sql, 'where $2::text is null or target = $2 order by opened_at desc limit $1', [
        count,
        target ?? null,
      ]),
    touchedSince: (from, target) =>
      listIncidents(
        db.sql,
        `where ($2::text is null or target = $2)
           and (state = 'open' or exists (select from audit where action_id = incidents.id and audit.at >= $1))
         order by opened_at`,
        [iso(from), target ?? null],
      ),
    keepQuiet: (done, memory) => keepMemory(db.sql, done, memory),
    keep,
    async noteCrash(target, at) {
      await db.sql(
        `insert into watches (target, memory, crash_told_at) values ($1, $2::text::jsonb, $3)
         on conflict (target) do update set crash_told_at = greatest(watches.crash_told_at, $3)`,
        [target, JSON.stringify(NOTHING_KNOWN), iso(at)],
      );
    },
    async beginSilence(target, since) {
      const rows = await db.sql(
        `insert into watches as w (target, memory, silent_since) values ($1, $2::text::jsonb, $3)
         on conflict (target) do update set silent_since = $3 where w.silent_since is null returning target`,
        [target, JSON.stringify(NOTHING_KNOWN), iso(since)],
      );
      return rows.length > 0;
    },
    async endSilence(target) {
      // The row as it was before is what the join sees.
      const [ended] = await db.sql(
        `update watches w set silent_since = null from watches before
         where w.target = $1 and before.target = w.target and w.silent_since is not null
         returning before.silent_since as since`,
        [target],
      );
      return ended ? instant(ended.since) : null;
    },
    ping: (incident, { wakes, keepsOwner }, words, at) =>
      change(async (within) => {
        const { sql } = within;
        const { id, revision } = incident;
        const [moved] = await sql(
          `update incidents set pings = pings + 1, last_ping_at = $3, revision = revision + 1,
             acknowledged_by = case when $4 then acknowledged_by end, acknowledged_at = case when $4 then acknowledged_at end
           where id = $1 and revision = $2 and state = 'open' returning id`,
          [id, revision, iso(at), keepsOwner],
        );
        if (!moved) return null;
        await sql(
          'update wakes set told_at = coalesce(told_at, $3) where incident_id = $1 and key = any($2) and over_at is null',
          [id, wakes.map(({ cause }) => wakeKey(cause)), iso(at)],
        );
        const { seq } = await within.audit({
          at,
          actionId: id,
          event: 'pinged',
          who: 'bot',
          detail: { words },
        });
        await enqueue(sql, 'draw_incident', { incidentId: id });
        await enqueue(sql, 'ping', { incidentId: id, seq, to: 'channel' });
        await enqueue(sql, 'ping', { incidentId: id, seq, to: 'person' });
        return must(await findIncident(sql, id));
      }),
    acknowledge,
    note: (id, who, words, at) =>
      change(async (within) => void (await tell(within, id, 'noted', who, words, at))),
    close,
    wake: (target, app, wake, picture, who, at) =>
      change((within) => wakeIn(within, { target, app, picture, at }, wake, who)),
    wakeOnce: (target, app, wake, picture, at) =>
      change(async (within) => {
        const [known] = await within.sql('select id from wakes where target = $1 and key = $2 limit 1', [
          target,
          wakeKey(wake.cause),
        ]);
        return known ? null : wakeIn(within, { target, app, picture, at }, wake, 'bot');
      }),
    keepChanges: (id, changes, words, at) =>
      change(async (within) => {
        const { sql } = within;
        const [kept] = await sql(
          `update incidents set changes = $2::text::jsonb, revision = revision + 1 where id = $1 and state = 'open' returning id`,
          [id, JSON.stringify(changes)],
        );
        if (!kept) return;
        if (words === null) await enqueue(sql, 'draw_incident', { incidentId: id });
        else await tell(within, id, 'changes', 'bot', words, at);
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
      change(async (within) => {
        const { sql } = within;
        await sql(
          `insert into snoozes (target, until, by_whom, at, severity) values ($1, $2, $3, $4, $5)
           on conflict (target) do update set until = $2, by_whom = $3, at = $4, severity = $5`,
          [target, iso(until), by, iso(at), severity],
        );
        const detail = { target, until: iso(until) };
        await within.audit({ at, actionId: null, event: 'snoozed', who: by, detail });
        const words = `${target}: nobody is pinged until ${formatInstant(until)}, unless it gets worse.`;
        await queue?.enqueue(sql, 'notice', { words, who: by }, target);
        const [open] = await sql(`select id from incidents where target = $1 and state = 'open'`, [target]);
        if (open)
          await tell(within, String(open.id), 'snoozed', by, `Snoozed until ${formatInstant(until)}.`, at);
      }),
    endSnooze: (target, who, words, at) => change((within) => endSnoozeIn(within, target, who, words, at)),
    notice: (target, words, at) => change((within) => noticeIn(within, target, words, at)),
    async placeCard(id, channel, ts, before) {
      const rows = await db.sql(
        'update incidents set channel = $2, message_ts = $3 where id = $1 and message_ts is not distinct from $4 returning id',
        [id, channel, ts, before],
      );
      return rows.length > 0;
    },
    async placePing(id, { seq, to, channel, ts, shown }) {
      await db.sql(
        `insert into pings (incident_id, seq, sent_to, channel, message_ts, shown) values ($1, $2, $3, $4, $5, $6)
         on conflict (channel, message_ts) do update set shown = excluded.shown`,
        [id, seq, to, channel, ts, shown],
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

interface Opening extends Pick<Incident, 'id' | 'target' | 'app' | 'since' | 'wellBefore' | 'picture'> {
  readonly at: Instant;
}

async function openIn(sql: Sql, { id, target, app, since, wellBefore, picture, at }: Opening): Promise<void> {
  await sql(
    `insert into incidents (id, target, app, state, since, opened_at, picture, worst, well_before)
     values ($1, $2, $3, 'open', $4, $5, $6::text::jsonb, $6::text::jsonb, $7)`,
    [id, target, app, iso(since), iso(at), JSON.stringify(picture), wellBefore && iso(wellBefore)],
  );
}
