/** The watch brackets the beginning of a failure between two looks, and keeps what changed within it with the incident. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import { beganAt } from '../../src/runbook/model/incident.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import { dyno, http, logWindow, NOW, release, seen, unseen } from '../support/evidence.ts';
import { emptyBook, startWatching, type Watching } from '../support/watching.ts';

const MINUTE = 60_000;

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

/** v43 was deployed at that minute and second, and crashes. */
function crashes(seconds: number): Partial<Evidence> {
  const at = NOW + seconds * 1_000;
  return {
    dynos: seen([{ ...dyno('crashed', 0), updatedAt: at + 20_000 }]),
    health: http(503),
    releases: seen([
      release(43, { current: true, createdAt: at, slugId: 's43' }),
      release(42, { createdAt: NOW - 8 * 3_600_000 }),
    ]),
    logs: seen(logWindow(`${seconds + 20} heroku[web.1]: State changed from starting to crashed`)),
  };
}

const newest = async () => {
  const found = await watching.incidentStore.newest('prod');
  if (!found) throw new Error('no incident');
  return found;
};
const lines = async () => (await newest()).trail.filter(({ event }) => event === 'changes');

describe('what changed before an incident', () => {
  it('is looked for between the last look that was well and the first that was not', async () => {
    await watching.pass(3 * MINUTE);
    watching.world(crashes(190));
    await watching.pass(2 * MINUTE);
    const { wellBefore, since, changes } = await newest();
    expect([wellBefore, since]).toEqual([NOW + 3 * MINUTE, NOW + 4 * MINUTE]);
    expect(changes?.onset).toEqual({
      lastWell: NOW + 3 * MINUTE,
      // The log is more precise than the looks.
      firstFailing: NOW + 210_000,
      by: 'log',
    });
    expect(changes?.list).toMatchObject([
      { what: 'v43 Deploy 4f070743', verdict: 'possible' },
      { what: 'v42 Deploy 4f070742', because: 'the app was still healthy 8 h after it' },
    ]);
  });

  it('is posted in the thread once, and kept after the log has rolled over', async () => {
    await watching.pass(3 * MINUTE);
    const restart = logWindow(
      '185 app[api]: Scaled to web@1:Basic by user kris@raxx.app',
      '210 heroku[web.1]: State changed from starting to crashed',
    );
    watching.world({ ...crashes(190), logs: seen(restart) });
    await watching.pass(2 * MINUTE);
    watching.world(crashes(190));
    await watching.pass(30 * MINUTE);
    const told = await lines();
    expect(told).toHaveLength(1);
    expect(told[0]?.words).toMatch(
      /^Failing since .*\n• v43 [^\n]*\n• Scaled to web@1:Basic by kris@raxx\.app/,
    );
    expect((await newest()).changes?.list).toHaveLength(3);
  });

  it('names each source that could not be read with its reason, and each reason once', async () => {
    await watching.pass(3 * MINUTE);
    watching.world({
      ...crashes(190),
      logs: unseen('timeout', 'Heroku log: no response within 8 s'),
      runs: unseen('unreachable', 'GitHub workflow runs: HTTP 502'),
      platform: unseen('timeout', 'Heroku status page: no response within 8 s'),
    });
    await watching.pass(2 * MINUTE);
    const unread = [
      'Heroku log, Heroku status page: no response within 8 s',
      'GitHub workflow runs: HTTP 502',
    ];
    expect((await newest()).changes?.unread).toEqual(unread);
    expect((await lines())[0]?.words).toContain(`\nCouldn't read: ${unread.join('; ')}`);
  });

  it('says when the app last failed like this, for how long, and what ended it', async () => {
    await watching.pass(3 * MINUTE);
    watching.world(crashes(190));
    await watching.pass(10 * MINUTE);
    watching.world({});
    await watching.pass(30 * MINUTE);
    expect((await newest()).state).toBe('resolved');
    const first = await newest();
    watching.world(crashes(43 * 60 + 10));
    await watching.pass(5 * MINUTE);
    const { changes, id } = await newest();
    expect(id).not.toBe(first.id);
    expect(changes?.before).toMatchObject({ at: beganAt(first), endedBy: null, times: 1 });
    expect(beganAt(first)).toBeLessThan(first.since);
    expect((await lines())[0]?.words).toMatch(
      /\nSeen before: .* ended after \d+ min(?: \d+ s)? with no action through the bot\.$/,
    );
  });
});
