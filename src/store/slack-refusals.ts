/** Slack's refusals in the database: they are counted, and deleted after a month. */
import type { KeptRefusal, RefusalSeen } from '../operations/ports/slack-refusals.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { instant, iso, textOrNull } from './database/columns.ts';
import type { Db } from './database/db.ts';

const KEPT_MS = 30 * 24 * 60 * 60_000;
const LONGEST_DETAIL = 500;
const MOST = 20;

export async function noteRefusal(
  { sql }: Pick<Db, 'sql'>,
  { method, what, code, detail }: RefusalSeen,
  at: Instant,
): Promise<void> {
  await sql('delete from slack_refusals where last_at < $1', [iso(at - KEPT_MS)]);
  await sql(
    `insert into slack_refusals (method, what, code, detail, first_at, last_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (method, what, code) do update
       set detail = excluded.detail, times = slack_refusals.times + 1, last_at = excluded.last_at`,
    [method, what, code, detail?.slice(0, LONGEST_DETAIL) ?? '', iso(at)],
  );
}

/** Returns the refusals, newest first. */
export async function readRefusals({ sql }: Pick<Db, 'sql'>): Promise<readonly KeptRefusal[]> {
  const rows = await sql(
    'select method, what, code, detail, times, last_at from slack_refusals order by last_at desc limit $1',
    [MOST],
  );
  return rows.map(({ method, what, code, detail, times, last_at }) => ({
    method: String(method),
    what: String(what),
    code: String(code),
    detail: textOrNull(detail),
    times: Number(times),
    lastAt: instant(last_at),
  }));
}
