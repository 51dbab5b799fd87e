import { describe, expect, it } from 'vitest';
import { formatClock } from '../../../src/runbook/text/time.ts';
import { atParts, momentOf } from '../../../src/slack/views/parts/moments.ts';

const BEFORE_MIDNIGHT = Date.parse('2026-05-01T23:50:00Z');
const AFTER_MIDNIGHT = Date.parse('2026-05-02T00:30:00Z');

function formatsOf(parts: readonly object[]): readonly string[] {
  return parts.flatMap((part) => ('format' in part ? [String(part.format)] : []));
}

describe('a time', () => {
  it('has its day when it was before midnight, however few minutes ago', () => {
    expect(formatsOf([momentOf(BEFORE_MIDNIGHT, AFTER_MIDNIGHT)])).toEqual(['{date_short_pretty} {time}']);
    expect(formatClock(BEFORE_MIDNIGHT, AFTER_MIDNIGHT)).toBe('2026-05-01 23:50 UTC');
  });

  it('has its day when it comes after midnight', () => {
    expect(formatsOf(atParts(AFTER_MIDNIGHT, BEFORE_MIDNIGHT))).toEqual(['{date_short_pretty} at {time}']);
  });

  it('stands alone within the hour of the same day', () => {
    const now = BEFORE_MIDNIGHT - 59 * 60_000;
    expect(formatsOf([momentOf(BEFORE_MIDNIGHT, now)])).toEqual(['{time}']);
    expect(formatClock(BEFORE_MIDNIGHT, now)).toBe('23:50 UTC');
  });

  // At 05:00 UTC it is 01:00 in New York: 03:00 UTC was yesterday there. Slack knows, and says "yesterday".
  it('leaves the day to the reader’s Slack when an hour has passed', () => {
    const now = Date.parse('2026-05-01T05:00:00Z');
    const at = Date.parse('2026-05-01T03:00:00Z');
    expect(formatsOf([momentOf(at, now)])).toEqual(['{date_short_pretty} {time}']);
    expect(formatClock(at, now)).toBe('03:00 UTC');
  });
});
