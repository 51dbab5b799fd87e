/** Reads from the audit what people did besides changing an app: escalate, snooze, acknowledge, add a note. */

import type { Happening } from '../../runbook/model/happening.ts';
import { readTimelineWords } from '../../runbook/model/timeline.ts';
import { ANCHOR_DIGITS } from '../audit/audit.ts';
import { instant, instantOrNull, textOrNull } from '../database/columns.ts';
import type { Row, Sql } from '../database/db.ts';

/** The bot also opens incidents, but only people escalate. */
const BY_PEOPLE = `
  select audit.at, audit.event, audit.who, left(audit.hash, ${ANCHOR_DIGITS}) as hash,
    audit.detail->>'words' as words, audit.detail->>'until' as until,
    coalesce(incidents.target, audit.detail->>'target') as target
  from audit left join incidents on incidents.id = audit.action_id
  where audit.event in ('snoozed', 'snooze_ended', 'acknowledged', 'escalated', 'noted', 'opened')
    -- That the bot ended a snooze early is news to everybody who relied on it.
    and (audit.who <> 'bot' or audit.event = 'snooze_ended')
    -- A snooze is in the incident's timeline as well: it counts once.
    and (audit.event <> 'snoozed' or audit.action_id is null)`;

export async function listHappenings(
  sql: Sql,
  count: number,
  target: string | undefined,
): Promise<readonly Happening[]> {
  const rows = await sql(
    `select * from (${BY_PEOPLE}) as happened
     where $2::text is null or target = $2 order by at desc limit $1`,
    [count, target ?? null],
  );
  return rows.map(happeningOf);
}

function happeningOf({ at, event, who, hash, words, until, target }: Row): Happening {
  return {
    kind: kindOf(String(event)),
    target: textOrNull(target),
    who: String(who),
    at: instant(at),
    words: readTimelineWords({ event: String(event), words: textOrNull(words), byHand: false }).words,
    until: instantOrNull(until),
    hash: String(hash),
  };
}

/** An escalation either opens an incident or is added to an open one. */
function kindOf(event: string): Happening['kind'] {
  switch (event) {
    case 'snoozed':
    case 'snooze_ended':
    case 'acknowledged':
    case 'noted':
      return event;
    default:
      return 'escalated';
  }
}
