import { describe, expect, it } from 'vitest';
import { parseLogLine } from '../../src/runbook/logs/lines.ts';
import { shownLines } from '../../src/runbook/logs/shown-lines.ts';
import type { LogLine } from '../../src/runbook/model/heroku.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';

const { logLine, text } = createRedactor({ secrets: [] });

const router = (path: string): LogLine =>
  parseLogLine(
    `2026-05-01T21:16:07.123456+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="${path}" host=raxx-api-prod-a60a19e5efbf.herokuapp.com request_id=6f1c1d1e-0000-4000-8000-00000000c001 fwd="203.0.113.7" dyno=web.1 connect=1ms service=30000ms status=503 bytes=0 protocol=https`,
  );

describe('a log line as it is shown', () => {
  it("has only what matters about a request if it is the router's", () => {
    expect(shownLines([logLine(router('/api/quotes'))])).toEqual([
      '21:16:07Z GET /api/quotes 503 30000ms web.1 H12',
    ]);
    expect(shownLines([logLine(router('/reset?token=4711'))])).toEqual([
      '21:16:07Z GET /reset 503 30000ms web.1 H12',
    ]);
  });

  it('is as short for a request without an error', () => {
    const line = parseLogLine(
      '2026-05-01T21:16:07Z heroku[router]: at=info method=POST path="/login" host=h dyno=web.2 connect=0ms service=12ms status=302 bytes=0',
    );
    expect(shownLines([line])).toEqual(['21:16:07Z POST /login 302 12ms web.2']);
  });

  it('keeps the status visible, however long the path is', () => {
    const [shown = ''] = shownLines([logLine(router(`/${'x'.repeat(4_000)}`))]);
    expect(shown.length).toBeLessThan(140);
    expect(shown).toMatch(/ 503 30000ms web\.1 H12$/);
  });

  it("says where it comes from, and has its date if that is not the newest line's", () => {
    const lines = [
      parseLogLine('2026-04-30T23:59:59Z heroku[web.1]: State changed from up to crashed'),
      parseLogLine('2026-05-01T00:00:01Z app[web.1]: Traceback (most recent call last):'),
      parseLogLine('not a line of a log'),
    ];
    expect(shownLines(lines)).toEqual([
      '2026-04-30 23:59:59Z heroku[web.1]: State changed from up to crashed',
      '00:00:01Z app[web.1]: Traceback (most recent call last):',
      'not a line of a log',
    ]);
  });

  it.each(Array.from({ length: 79 }, (_, index) => index + 2))(
    'survives a second redaction of all lines together, with a path of %i characters',
    (length) => {
      const lines = Array.from({ length: 5 }, () => logLine(router(`/${'p'.repeat(length - 1)}?a=b`)));
      const together = lines.map((line) => line.text.slice(0, 180)).join('\n');
      expect(text(together).split('\n')).toHaveLength(5);
      const shown = shownLines(lines).join('\n');
      expect(text(shown)).toBe(shown);
    },
  );
});
