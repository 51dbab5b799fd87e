/** Compares reading a long log to merely splitting it into lines, and measures reading one very long line. */

import { historyOf } from '../src/runbook/logs/history.ts';
import { parseLogLine } from '../src/runbook/logs/lines.ts';
import type { Evidence } from '../src/runbook/model/evidence.ts';
import type { LogWindow } from '../src/runbook/model/heroku.ts';
import { unseen } from '../src/runbook/model/observed.ts';
import type { Facts } from '../src/runbook/model/runbook-config.ts';
import type { RunbookContext } from '../src/runbook/model/terms.ts';
import { type Figure, median } from './figure.ts';

const LINES = 150_000;
const ROUNDS = 7;
const NOW = Date.parse('2026-05-01T10:00:00Z');
const MOST = 6;
/** Linear time: twice as many lines take twice as long, plus some noise from the machine. */
const MOST_GROWTH = 3;

/** Simulates the log of a busy app: requests, its own lines, and an occasional crash with a traceback. */
function longLog(count: number): string {
  const lines: string[] = [];
  for (let index = 0; lines.length < count; index += 1) {
    const at = `${new Date(NOW - (count - lines.length) * 20).toISOString().slice(0, -1)}000+00:00`;
    const status = index % 50 === 0 ? 500 : 200;
    lines.push(
      `${at} heroku[router]: at=info method=GET path="/api/orders?page=${index}" host=raxx-api-prod-a60a19e5efbf.herokuapp.com request_id=5f0c2c1e-0000-4000-8000-000000000001 fwd="203.0.113.9" dyno=web.1 connect=0ms service=18ms status=${status} bytes=512 protocol=http1.1 tls=true tls_version=tls1.3`,
      `${at} app[web.1]: INFO orders.sync finished batch=${index} rows=70`,
    );
    if (index % 500 !== 0) continue;
    lines.push(
      `${at} app[web.1]: Traceback (most recent call last):`,
      `${at} app[web.1]:   File "/app/raptor/wsgi.py", line 7, in <module>`,
      `${at} app[web.1]: KeyError: 'X'`,
      `${at} heroku[web.1]: Error R15 (Memory quota vastly exceeded)`,
      `${at} heroku[web.1]: Process exited with status 137`,
      `${at} heroku[web.1]: State changed from up to crashed`,
      `${at} heroku[web.1]: State changed from crashed to starting`,
      `${at} heroku[web.1]: State changed from starting to up`,
    );
  }
  return lines.slice(0, count).join('\n');
}

const unread = unseen('timeout', 'Heroku dynos', 'not read', NOW);

/** Reads the history of parsed lines and returns their number. */
function read(lines: LogWindow['lines'], facts: Facts): number {
  const [target] = facts.targets;
  if (!target) throw new Error('the runbook names no target');
  const context: RunbookContext = { now: NOW, target, facts };
  const sources: Pick<Evidence, 'logs' | 'dynos' | 'formation' | 'releases'> = {
    logs: { ok: true, value: { lines, asked: lines.length }, at: NOW },
    dynos: unread,
    formation: unread,
    releases: unread,
  };
  const history = historyOf(sources, context);
  return history.ok ? history.value.lines : 0;
}

function split(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function timeOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export function logBench(facts: Facts): Figure[] {
  const text = longLog(LINES);
  const parsed = split(text).map(parseLogLine);
  const half = parsed.slice(LINES / 2);
  const long = [parseLogLine(`${new Date(NOW).toISOString()} app[web.1]: ${'path=token='.repeat(100_000)}`)];
  const rounds = Array.from({ length: ROUNDS }, () => {
    const splitting = timeOf(() => split(text).length);
    const reading = timeOf(() => read(parsed, facts));
    return {
      reading: reading / splitting,
      growth: reading / timeOf(() => read(half, facts)),
      whole: timeOf(() => read(split(text).map(parseLogLine), facts)) / splitting,
      long: timeOf(() => read(long, facts)) / splitting,
    };
  });
  const figure = (name: string, of: (round: (typeof rounds)[number]) => number, most?: number): Figure => {
    const value = median(rounds.map(of));
    return {
      name,
      value,
      unit: '×',
      ...(most === undefined ? {} : { target: `≤ ${most}`, holds: value <= most }),
    };
  };
  return [
    figure('reading the history of 150,000 log lines / splitting them', ({ reading }) => reading, MOST),
    figure('the same / reading half of them', ({ growth }) => growth, MOST_GROWTH),
    figure('splitting, parsing and reading them / splitting them', ({ whole }) => whole),
    figure('reading one line of 1 MB / splitting 150,000 lines', ({ long: one }) => one, 1),
  ];
}
