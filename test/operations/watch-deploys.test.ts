/** What the watch remembers about the newest deploy of an app, for the Home tab. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Release } from '../../src/runbook/model/heroku.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import { NOW, release, seen, unseen } from '../support/evidence.ts';
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

const newest = async () => (await watching.incidentStore.watchOf('prod')).memory.newestDeploy;
const config = (version: number) => release(version, { description: 'Set DEBUG config vars' });

/** A full look at these releases; the dynos have restarted since the last one. */
async function lookAt(...releases: readonly Release[]): Promise<void> {
  watching.world({ releases: seen(releases) });
  await watching.pass(15 * 60_000);
}

describe('the newest deploy that the watch remembers', () => {
  it('is the newest release that is a deploy, even one made outside the bot', async () => {
    expect(await newest()).toBeNull();
    await lookAt(
      config(44),
      release(43, { actor: 'ops@raxx.app', createdAt: NOW }),
      release(42, { current: true }),
    );
    expect(await newest()).toEqual({
      version: 43,
      status: 'succeeded',
      description: 'Deploy 4f070743',
      actor: 'ops@raxx.app',
      createdAt: NOW,
    });
  });

  it('is kept while no deploy is among the releases, or they cannot be read', async () => {
    await lookAt(release(43, { current: true }));
    await lookAt(config(65), config(64));
    expect(await newest()).toMatchObject({ version: 43 });
    watching.world({ releases: unseen('unreachable', 'Heroku: no answer') });
    await watching.pass(15 * 60_000);
    expect(await newest()).toMatchObject({ version: 43 });
    await lookAt(release(66, { status: 'failed' }), config(65));
    expect(await newest()).toMatchObject({ version: 66, status: 'failed' });
  });
});
