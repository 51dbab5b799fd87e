/** Logs that someone wrote to break their reader: read, redacted and handed over in small turns, within little memory. */
import { createGzip } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHerokuReader } from '../../src/heroku/reader.ts';
import { collectRedacted } from '../../src/operations/diagnosis/redact-evidence.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { LONGEST_LINE } from '../../src/runbook/text/harmless.ts';
import { testFacts } from '../support/facts.ts';
import { watchTurns } from '../support/longest-turn.ts';
import { noOutside } from '../support/no-outside.ts';
import { type RawServer, startRawServer } from '../support/raw-server.ts';

const [prod] = testFacts.targets;
if (!prod) throw new Error('the facts have no target');

let server: RawServer;
afterEach(() => server.close());

const PREFIX = '2026-05-01T10:00:00.123456+00:00 app[web.1]: ';
const ROUTER = '2026-05-01T10:00:00.123456+00:00 heroku[router]: at=info method=GET path="';

type Body = Iterable<string>;

/** Answers a log session, and `body` as its stream. */
async function serve(body: Body, packed = false): Promise<void> {
  server = await startRawServer((request, response) => {
    if (request.method === 'POST')
      return void response.end(JSON.stringify({ logplex_url: `${server.url}/stream` }));
    if (packed) response.setHeader('content-encoding', 'gzip');
    const out = packed ? createGzip() : response;
    if (packed) out.pipe(response);
    const parts = body[Symbol.iterator]();
    const send = () => {
      for (let next = parts.next(); ; next = parts.next()) {
        if (next.done) return void out.end();
        if (!out.write(next.value)) return void out.once('drain', send);
      }
    };
    send();
  });
}

async function readLog() {
  const heroku = createHerokuReader({ baseUrl: server.url, token: 'HRKU-0', now: () => 1 });
  const turns = watchTurns();
  const evidence = await collectRedacted(
    prod ?? never(),
    testFacts,
    {
      outside: { ...noOutside, heroku: { ...noOutside.heroku, logs: heroku.logs } },
      redactor: createRedactor({ secrets: ['a-secret-that-is-set'] }),
      now: () => 1,
      expire: () => new AbortController().signal,
    },
    { use: 'read', only: new Set(['logs']) },
  );
  return { logs: evidence.logs, ...turns.end() };
}

function never(): never {
  throw new Error('no target');
}

/** One text again and again: what is sent takes no room of its own. */
function* lines(count: number, line: string): Body {
  const whole = `${line}\n`;
  for (let sent = 0; sent < count; sent += 1) yield whole;
}

describe('a hostile log', () => {
  it.each([
    ['paths that look like fields', 300, `${ROUTER}${'/path=path='.repeat(720)}" host=h status=200`],
    ['paths that look like secrets', 150, `${ROUTER}/${'sig=token:'.repeat(790)}" host=h status=200`],
    ['Chinese, Japanese and Korean', 300, `${PREFIX}${'漢字かな한글'.repeat(450)}`],
    ['lines of a rule’s own words', 150, `${PREFIX}${'password: key '.repeat(700)}`],
    ['controls', 150, `${PREFIX}${'\u001b[31m\u202e\0'.repeat(900)}`],
  ])('of %s is read in short turns', { timeout: 60_000 }, async (_name, count, line) => {
    await serve(lines(count, line));
    const { logs, longestMs, mostMb } = await readLog();
    expect(logs).toMatchObject({ ok: true });
    expect(logs.ok && logs.value.lines).toHaveLength(count);
    expect(longestMs).toBeLessThan(50);
    expect(mostMb).toBeLessThan(200);
  });

  it('of one line of 15 million characters keeps its beginning, and says how much was left out', {
    timeout: 60_000,
  }, async () => {
    function* body() {
      yield PREFIX;
      for (let count = 0; count < 150; count += 1) yield 'x'.repeat(100_000);
      yield `\n${PREFIX}the end\n`;
    }
    await serve(body());
    const { logs, longestMs, mostMb } = await readLog();
    const [first, second] = logs.ok ? logs.value.lines : [];
    expect(first?.text).toMatch(/^x{7900,}… \(14\d{6} more characters\)$/);
    expect(first?.text.length).toBeLessThan(LONGEST_LINE + 50);
    expect(second?.text).toBe('the end');
    expect(longestMs).toBeLessThan(50);
    expect(mostMb).toBeLessThan(100);
  });

  it('of 300 MB, compressed, is refused by its decompressed size', { timeout: 60_000 }, async () => {
    const block = `${PREFIX}${'0'.repeat(1_000_000)}\n`;
    await serve(lines(300, block.trimEnd()), true);
    const { logs, longestMs, mostMb } = await readLog();
    expect(logs).toMatchObject({ ok: false });
    // On a busy machine its time may be over before.
    expect(logs.ok || logs.detail).toMatch(/the log is longer than 64000000 bytes|no response in time/);
    expect(longestMs).toBeLessThan(50);
    expect(mostMb).toBeLessThan(200);
  });

  it('is fetched once for two callers at the same time', async () => {
    await serve(lines(3, `${PREFIX}hello`));
    const heroku = createHerokuReader({ baseUrl: server.url, token: 'HRKU-0', now: () => 1 });
    const late = new AbortController();
    const [one, other, third] = await Promise.all([
      heroku.logs('a', 1_500, { signal: late.signal, use: 'incident' } as const),
      heroku.logs('a', 1_500, { signal: new AbortController().signal, use: 'incident' } as const),
      heroku.logs('a', 1_500, {
        signal: AbortSignal.abort(new DOMException('late', 'TimeoutError')),
        use: 'incident',
      } as const),
    ]);
    expect(one).toMatchObject({ ok: true });
    expect(other).toEqual(one);
    // Whose time is over goes without it, and the others wait on.
    expect(third).toMatchObject({ ok: false, why: 'timeout' });
    expect(server.requests).toEqual(['POST /apps/a/log-sessions', 'GET /stream']);
    await heroku.logs('a', 1_500, { signal: late.signal, use: 'incident' } as const);
    expect(server.requests).toHaveLength(4);
  });

  it('with a printed key shows none of the key’s lines', async () => {
    const key = [
      '-----BEGIN PRIVATE KEY-----',
      'b3BlbnNzaC1rZXkt'.repeat(4),
      'c2hvcnQ=',
      '-----END PRIVATE KEY-----',
    ];
    await serve([...key, 'after it'].map((line) => `${PREFIX}${line}\n`));
    const { logs } = await readLog();
    expect(logs.ok && logs.value.lines.map(({ text }) => text)).toEqual([
      '[redacted:private-key]',
      '[redacted:key-material]',
      '[redacted:key-material]',
      '-----END PRIVATE KEY-----',
      'after it',
    ]);
  });
});
