/** Documents the possible responses of the health URL. */
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import { seen } from './healthy-world.ts';
import { type Ask, statusOf, summaryOf, table } from './table.ts';

type Health = Extract<Evidence['health'], { ok: true }>['value'];

const RESPONSES: readonly (readonly [name: string, response: Health])[] = [
  ['200', { kind: 'http', status: 200, ms: 84 }],
  ['200 with `{"status":"degraded"}`', { kind: 'http', status: 200, ms: 84, report: { status: 'degraded' } }],
  ['301', { kind: 'http', status: 301, ms: 84 }],
  ['401', { kind: 'http', status: 401, ms: 84 }],
  ['403', { kind: 'http', status: 403, ms: 84 }],
  ['404', { kind: 'http', status: 404, ms: 84 }],
  ['429', { kind: 'http', status: 429, ms: 84 }],
  ['500', { kind: 'http', status: 500, ms: 84 }],
  ['404 "No such app" of Heroku', { kind: 'http', status: 404, ms: 84, herokuPage: 'no-such-app' }],
  [
    '503 "Application error" of Heroku',
    { kind: 'http', status: 503, ms: 84, herokuPage: 'application-error' },
  ],
  ['no response in time', { kind: 'timeout', detail: 'no answer', ms: 5_000 }],
];

export function healthResponses(ask: Ask): string {
  const rows = RESPONSES.map(([name, health]) => {
    const found = ask({ health: seen(health) });
    return [name, statusOf(found, 'health'), found.verdict, summaryOf(found, 'health')];
  });
  return table(['response', '`health`', 'verdict', 'the card says'], rows);
}
