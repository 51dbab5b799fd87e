/** What an action that ended triggers at once, without waiting for the next look of the watch. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(async () => {
  for (const table of ['wakes', 'incidents', 'snoozes', 'watches'])
    await local.db.sql(`delete from ${table}`);
  await local.reset();
});

describe('a deploy that failed past the gate', () => {
  async function fail() {
    Object.assign(local.world.github.deploys, { push: 'failure' });
    const { id } = await local.approve('deploy');
    await local.reached(id, 'at_gate');
    local.letThrough();
    return local.ended(id);
  }

  it('opens an incident and pages at once, with what was seen of the run', async () => {
    const ended = await fail();
    const incident = await local.context.incidentStore.newest('prod');
    expect(incident).toMatchObject({ state: 'open', pings: 1, lastPingAt: expect.any(Number) });
    expect(incident?.wakes).toMatchObject([{ cause: { kind: 'condition', condition: 1 }, overAt: null }]);
    expect(incident?.picture.title).toContain(
      `Run ${local.run().id} failed after the required-reviewer gate`,
    );
    expect(incident?.picture.evidence.join('\n')).toContain('Push to Heroku: failure');
    expect((incident?.lastPingAt ?? 0) - (ended.endedAt ?? 0)).toBeLessThan(15_000);
  });

  it('is recognised by the watch as the same one, so it pages once', async () => {
    await fail();
    await local.context.watch('prod');
    local.context.pass(60_000);
    await local.context.watch('prod');
    expect(await local.context.incidentStore.recent(9)).toHaveLength(1);
    expect(await local.context.incidentStore.newest('prod')).toMatchObject({
      pings: 1,
      wakes: [{ overAt: null }],
    });
  });

  it('opens nothing on a target without a gate', async () => {
    const staging = local.context.facts.targets.find(({ name }) => name === 'staging');
    Object.assign(local.world.github.deploys, { push: 'failure' });
    const { id } = await local.approve('deploy', staging ? { target: staging } : {});
    expect(await local.ended(id)).toMatchObject({ state: 'failed' });
    expect(await local.context.incidentStore.recent(9)).toEqual([]);
  });
});
