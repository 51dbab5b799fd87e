/** Whether it failed like this before, judged by mode, code, error and missing name, never by ports and ages. */
import { expect, it } from 'vitest';
import { seenBefore, seenBeforeSentence, signatureOf } from '../../../src/runbook/changes/seen-before.ts';
import type { Picture } from '../../../src/runbook/model/incident.ts';
import { timedText } from '../../../src/runbook/text/timed-sentence.ts';
import { incident, MINUTE, resolved, rollback, SINCE } from '../../support/incident.ts';

const NOW = SINCE + 24 * 60 * MINUTE;
const past = resolved();
const failed = (error: string | null, more: Partial<Picture> = {}): Picture => ({
  ...past.worst,
  error,
  ...more,
});
const down = (fault: string | null, cause = 'HTTP 503') =>
  failed(null, { failure: { kind: 'verdict', verdict: 'down' }, cause, fault });

it('is recognized by its error and the missing name, not by what differs each time', () => {
  const missing = failed("KeyError: 'BROKER_API_KEY'");
  expect(signatureOf(missing)).not.toBe(signatureOf(failed("KeyError: 'LOG_LEVEL'")));
  expect(signatureOf(failed('OSError: port 4711 at 0x7f3a'))).toBe(
    signatureOf(failed('OSError: port 80 at 0x11ff')),
  );
  expect(signatureOf(missing)).not.toBe(
    signatureOf(failed(missing.error, { failure: { kind: 'mode', id: 'B', code: 'H12' } })),
  );
  expect(signatureOf(down('formation/crashed', 'web.1: crashed (30 s)'))).toBe(
    signatureOf(down('formation/crashed', 'web.1: crashed (2 h); 1 more')),
  );
  expect(signatureOf(down('formation/crashed'))).not.toBe(signatureOf(down('health/http_503')));
});

it('is not recognized in an outage whose fault an earlier version did not store, unless its error was', () => {
  expect(signatureOf(down(null))).toBeNull();
  const stored = resolved({ picture: down(null), worst: down(null) });
  expect(seenBefore(down('health/http_503'), [stored], [], NOW)).toBeNull();
  expect(seenBefore(down(null), [stored], [], NOW)).toBeNull();
  const withError = resolved({ picture: { ...down(null), error: 'OSError: x' } });
  expect(seenBefore({ ...down('health/http_503'), error: 'OSError: x' }, [withError], [], NOW)?.times).toBe(
    1,
  );
});

it('says when, after how long, and what ended it', () => {
  const before = seenBefore(past.worst, [past, incident()], [rollback()], NOW);
  expect(before).toEqual({
    at: SINCE,
    lastedMs: 9 * MINUTE,
    endedBy: 'Roll raxx-api-prod back to v41',
    times: 1,
  });
  expect(before && timedText(seenBeforeSentence(before))).toBe(
    'Seen before: 2026-05-01 02:58:00 UTC, ended after 9 min by “Roll raxx-api-prod back to v41”.',
  );
});

it('is null if no such failure was resolved before', () => {
  expect(seenBefore(failed('ValueError: x'), [past], [], NOW)).toBeNull();
  expect(seenBefore(past.worst, [incident()], [], NOW)).toBeNull();
});
