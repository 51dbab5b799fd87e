/** Texts that a store, Slack or a terminal would choke on, from where they come in to the page that they cause. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHerokuWriter } from '../../src/heroku/writer.ts';
import type { Db } from '../../src/store/database/db.ts';
import { parseJson } from '../../src/webhooks/delivery.ts';
import { evidenceOf } from '../support/case-world.ts';
import { openMigrated } from '../support/databases.ts';
import { NOW } from '../support/evidence.ts';
import { startRawServer } from '../support/raw-server.ts';
import { emptyBook, startWatching, type Watching } from '../support/watching.ts';

let db: Db;
let watching: Watching;
beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());
beforeEach(async () => {
  await emptyBook(db);
  watching = startWatching(db);
});

const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

/** A crashed app whose log and releases contain `text` wherever others may write. */
function crashed(text: string) {
  return {
    id: 'hostile',
    target: 'prod',
    title: 'hostile',
    now: new Date(NOW).toISOString(),
    expect: {},
    health: { status: 503, server: null, body: text },
    dynos: [
      {
        name: 'web.1',
        type: 'web',
        state: 'crashed',
        size: 'Basic',
        release: { version: 2 },
        created_at: ago(120),
        updated_at: ago(60),
      },
    ],
    releases: [1, 2].map((version) => ({
      id: `r${version}`,
      version,
      status: 'succeeded',
      current: version === 2,
      description: text,
      eligible_for_rollback: true,
      slug: { id: `s${version}` },
      user: { email: 'ops@raxx.app' },
      created_at: ago(3_600 / version),
    })),
    log: [
      { at: [-90], text: 'heroku[web.1]: Starting process with command `gunicorn raptor.wsgi`' },
      { at: [-80], text: 'app[web.1]: Traceback (most recent call last):' },
      { at: [-79], text: 'app[web.1]:   File "/app/raptor/wsgi.py", line 3, in <module>' },
      { at: [-78], text: `app[web.1]: ValueError: ${text.replaceAll('\n', ' ')}` },
      { at: [-70], text: 'heroku[web.1]: Process exited with status 1' },
      { at: [-69], text: 'heroku[web.1]: State changed from starting to crashed' },
      {
        at: [-60, -40, -20],
        text: 'heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/" host=h dyno= connect= service= status=503 bytes=0',
      },
    ],
  };
}

it.each([
  ['half an emoji behind a secret', `token=${'x'.repeat(499)}🚀`],
  ['a NUL', 'Deploy \0 4f070772'],
  ['a lone surrogate', 'Deploy \ud83d 4f070772'],
  ['terminal control sequences', 'Deploy evil\u001b[1A\u001b[2K\rDeploy good\u202e'],
  ['50,000 characters', '漢🚀'.repeat(16_000)],
])('an incident whose texts hold %s is opened, kept and paged', { timeout: 60_000 }, async (_name, text) => {
  const { evidence } = await evidenceOf(crashed(text));
  watching.world(evidence);
  await watching.pass(3 * 60_000);
  expect(JSON.stringify(await watching.incidentStore.newest('prod'))).toContain('ValueError: ');
  await watching.pass(60 * 60_000);
  const incident = await watching.incidentStore.newest('prod');
  expect(incident).toMatchObject({ state: 'open' });
  expect(watching.sent.some((line) => line.includes('ping person'))).toBe(true);
  const shown = JSON.stringify([incident, watching.sent]);
  expect(shown.isWellFormed()).toBe(true);
  expect(shown).not.toMatch(/\\u0000|\\ud[89a-f]|\\u001b|\\r|\u202e/);
});

it('a refusal stays readable, whatever its 200th character is', async () => {
  const server = await startRawServer((_request, response) => {
    response.statusCode = 422;
    response.end(JSON.stringify({ id: 'invalid_params', message: `${'x'.repeat(199)}🚀🚀 \0 and on` }));
  });
  try {
    const write = createHerokuWriter({ baseUrl: server.url, token: 'HRKU-0' });
    const result = await write({ api: 'heroku', method: 'DELETE', path: '/apps/a/dynos' });
    expect(result.kind).toBe('refused');
    const words = result.kind === 'refused' ? result.words : '';
    expect(words).toBe(`Heroku: HTTP 422 ${'x'.repeat(199)}…`);
    const [row] = await db.sql('select $1::text::jsonb as kept', [JSON.stringify({ words })]);
    expect(row).toEqual({ kept: { words } });
  } finally {
    await server.close();
  }
});

it('the body of a webhook is made harmless before any of it is kept', () => {
  expect(parseJson(JSON.stringify({ id: 'a\0b', 'k\u202e': ['\ud800'] }))).toEqual({
    id: 'a\ufffdb',
    'k<U+202E>': ['\ufffd'],
  });
});
