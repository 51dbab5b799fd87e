/** The health URL: an answer, and how the request failed when there is none. */
import { describe, expect, it } from 'vitest';
import { healthCheck } from '../../../src/runbook/checks/health.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { HttpAnswer } from '../../../src/runbook/model/probes.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { app, finding, http, seen, unseen } from '../../support/evidence.ts';

type Row = readonly [name: string, more: Partial<Evidence>, status: Status, said: string];

const none = (kind: Exclude<HttpAnswer['kind'], 'http'>) => ({
  health: seen<HttpAnswer>({ kind, detail: 'CODE', ms: 5_000 }),
});
const strange = 'not a health check response';

const page = (herokuPage: string) => seen({ kind: 'http', status: 404, ms: 84, herokuPage } as const);
const reported = (report: Readonly<Record<string, string | boolean>>) =>
  seen({ kind: 'http', status: 200, ms: 84, report } as const);

describe('an answer of the health URL', () => {
  it.each<Row>([
    ['200 passes', {}, 'pass', 'HTTP 200 in 84 ms'],
    ['204 passes', { health: http(204) }, 'pass', 'HTTP 204 in 84 ms'],
    ['301 is a warning', { health: http(301) }, 'warn', `HTTP 301 in 84 ms: ${strange}`],
    [
      '403 is a warning and never a pass: the flag answers before the app does',
      { health: http(403) },
      'warn',
      'HTTP 403 in 84 ms: origin enforcement responded before the app, so its health is unknown',
    ],
    ...[404, 410].map(
      (code): Row => [
        `${code} fails: the app runs, but not there`,
        { health: http(code) },
        'fail',
        `HTTP ${code} in 84 ms: the app is running, but has no such page. Wrong health_path?`,
      ],
    ),
    [
      'one of Heroku’s own pages is not an answer of the app',
      { health: page('no-such-app') },
      'fail',
      'HTTP 404 in 84 ms: Heroku has no app for this host ("No such app")',
    ],
    [
      '200 that reports a problem is a warning, with the word',
      { health: reported({ status: 'degraded', database: 'down' }) },
      'warn',
      'HTTP 200 in 84 ms, but it reports "status": "degraded"',
    ],
    [
      '200 that reports itself unhealthy is a warning',
      { health: reported({ healthy: false }) },
      'warn',
      'HTTP 200 in 84 ms, but it reports "healthy": false',
    ],
    [
      '200 whose report is good passes',
      { health: reported({ status: 'ok', state: 'UP', errors: 'none' }) },
      'pass',
      'HTTP 200 in 84 ms',
    ],
    ['499 is a warning', { health: http(499) }, 'warn', `HTTP 499 in 84 ms: ${strange}`],
    ...[500, 502, 503].map(
      (code): Row => [
        `${code} fails`,
        { health: http(code) },
        'fail',
        `HTTP ${code} in 84 ms from the app or from Heroku's router`,
      ],
    ),
  ])('%s', (_name, more, status, said) => expect(finding(healthCheck, more)).toEqual({ status, said }));
});

describe('no answer of the health URL fails, and says how', () => {
  it.each<Row>([
    ['a timeout', none('timeout'), 'fail', 'No response within 5 s'],
    ['a refused connection', none('refused'), 'fail', 'Connection refused (CODE) after 5 s'],
    ['a cut connection', none('reset'), 'fail', 'Connection closed before a response (CODE) after 5 s'],
    ['a TLS error', none('tls'), 'fail', 'TLS error (CODE) after 5 s'],
    ['an unknown host name', none('dns'), 'fail', 'Host name not found (CODE) after 5 s'],
    ['an unreachable network', none('unreachable'), 'fail', 'Unreachable (CODE) after 5 s'],
  ])('%s', (_name, more, status, said) => expect(finding(healthCheck, more)).toEqual({ status, said }));
});

describe('the health check', () => {
  const maintenance = { app: seen(app({ maintenance: true })) };
  it.each<Row>([
    [
      'is a warning in maintenance mode, whatever answers',
      { ...maintenance, health: http(503) },
      'warn',
      'Maintenance mode is on (HTTP 503 in 84 ms)',
    ],
    [
      'is a warning in maintenance mode, even if nothing answers',
      { ...maintenance, ...none('refused') },
      'warn',
      'Maintenance mode is on (Connection refused (CODE) after 5 s)',
    ],
    ['judges the answer when the app was not seen', { app: unseen() }, 'pass', 'HTTP 200 in 84 ms'],
    [
      'is unknown when the URL was not probed',
      { health: unseen('timeout', 'Health URL: not asked') },
      'unknown',
      'Not seen: Health URL: not asked',
    ],
  ])('%s', (_name, more, status, said) => expect(finding(healthCheck, more)).toEqual({ status, said }));
});
