/** The requests of the hour before an incident opened, as its thread shows them. */
import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../../sandbox/slack/blocks/check.ts';
import type { LastHour } from '../../../src/runbook/logs/last-hour.ts';
import { validateMessage } from '../../../src/slack/client/validate-message.ts';
import { hourBeforeView } from '../../../src/slack/views/incidents/hour-before.ts';
import { cardText } from '../../support/card-text.ts';
import { hourBefore } from '../../support/incident.ts';

const OPENED = Date.parse('2026-05-01T03:04:00Z');
const DAY = 24 * 3_600_000;

/** Returns an hour in which each bin has these figures. */
function wholeHour(requests: number, failed: number, medianMs: number | null): LastHour {
  const bins = Array.from({ length: 12 }, (_, index) => ({
    from: OPENED - (12 - index) * 300_000,
    to: OPENED - (11 - index) * 300_000,
    requests,
    failed,
    medianMs,
  }));
  return { coveredMs: 3_600_000, bins };
}

function view(hour: LastHour, now = OPENED + 5_000) {
  const message = hourBeforeView(hour, now);
  if (!message) throw new Error('nothing is shown');
  expect(validateMessage(message)).toEqual([]);
  expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
  return message;
}

describe('the hour before an incident', () => {
  it('names the moment when the incident opened, and how many requests failed', () => {
    expect(view(wholeHour(120, 5, 84)).text).toBe(
      'The hour before 03:04 UTC, when the incident opened: 60 of 1440 requests failed.',
    );
  });

  it('says how far back the log goes where that is less than an hour', () => {
    const { text, blocks } = view(hourBefore(OPENED));
    expect(text).toBe(
      'The 15 min before 03:04 UTC, when the incident opened (the log goes back no further): 100 of 348 requests failed.',
    );
    expect(cardText({ text, blocks })).toContain(
      'The 15 min before {{time} 2026-05-01 03:04:00 UTC}, when the',
    );
  });

  it('names the day where it is posted on a later one', () => {
    expect(view(wholeHour(120, 5, 84), OPENED + DAY).text).toMatch(/^The hour before 2026-05-01 03:04 UTC, /);
  });

  it('counts the minutes back from the opening, whenever it is posted', () => {
    const rows = (now: number) => cardText(view(wholeHour(120, 5, 84), now)).match(/\d+–\d+ .*$/gm);
    expect(rows(OPENED + DAY)).toEqual(rows(OPENED));
    expect(rows(OPENED)?.at(0)).toMatch(/^60–55 +120 +5 +84 ms$/);
    expect(rows(OPENED)?.at(-1)).toMatch(/^5–0 +120 +5 +84 ms$/);
  });

  it('has no chart of failures where none failed, and none of times where no dyno answered', () => {
    const charts = (hour: LastHour) =>
      view(hour).blocks.flatMap((block) => (block.type === 'data_visualization' ? [block.title] : []));
    expect(charts(wholeHour(120, 0, 84))).toEqual(['Median response time, ms']);
    expect(charts(wholeHour(120, 120, null))).toEqual(['Failed requests per 5 minutes']);
  });

  it.each([
    ['no requests', wholeHour(0, 0, null)],
    ['no bins', { coveredMs: 60_000, bins: [] }],
  ])('is not shown where the log has %s', (_name, hour) => {
    expect(hourBeforeView(hour, OPENED)).toBeNull();
  });
});
