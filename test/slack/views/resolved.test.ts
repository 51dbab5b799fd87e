/** When an incident began, recovered and was resolved, as its last card shows it. */
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../src/runbook/model/incident.ts';
import { resolvedView } from '../../../src/slack/views/incidents/resolved.ts';
import { testFacts } from '../../support/facts.ts';
import { MINUTE, MOIRA, resolved, SINCE } from '../../support/incident.ts';

const DAY_AND_TIME = '{date_short_pretty} {time}';
const HOUR = 60 * MINUTE;

/** The format of the time that follows `words` on the card. */
function formatAfter(words: string, more: Partial<Incident>): string | undefined {
  const { blocks } = resolvedView(resolved(more), { tried: [], now: SINCE + 48 * HOUR, facts: testFacts });
  const dates = new RegExp(`"${words}"\\},\\{"type":"date","timestamp":\\d+,"format":"([^"]+)"`);
  return dates.exec(JSON.stringify(blocks))?.[1];
}

describe('the times of a resolved incident', () => {
  it('leave out the day of the resolution while it is clear from the recovery before it', () => {
    expect(formatAfter('; healthy again ', {})).toBe(DAY_AND_TIME);
    expect(formatAfter('; resolved ', {})).toBe('{time}');
    const long = { wellSince: SINCE + 5 * HOUR, resolvedAt: SINCE + 5 * HOUR + 10 * MINUTE };
    expect(formatAfter('; resolved ', long)).toBe('{time}');
  });

  it('have the day of a resolution that came an hour or more after the recovery', () => {
    const resolvedAt = SINCE + 9 * MINUTE + HOUR;
    expect(formatAfter('; resolved ', { resolvedAt })).toBe(DAY_AND_TIME);
  });

  it('measure the day of a closing without a recovery from the beginning', () => {
    const stopped = { by: MOIRA, at: SINCE + 3 * MINUTE, reason: null };
    const closed = (resolvedAt: number) => formatAfter('; closed ', { stopped, wellSince: null, resolvedAt });
    expect(closed(SINCE + 10 * MINUTE)).toBe('{time}');
    expect(closed(SINCE + 20 * HOUR)).toBe(DAY_AND_TIME);
  });
});
