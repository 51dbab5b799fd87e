/** Dynos of the local Heroku in time: what a restart, a stop and a deploy look like while they go on. */
import { beforeEach, describe, expect, it } from 'vitest';
import { healthyWorld } from '../../../sandbox/healthy-world.ts';
import { restart, rollback, setConfig } from '../../../sandbox/heroku/changes.ts';
import { deployed } from '../../../sandbox/heroku/deployed.ts';
import { settleDynos } from '../../../sandbox/heroku/dynos.ts';
import { scale } from '../../../sandbox/heroku/scale.ts';
import { type Setting, showRelease } from '../../../sandbox/heroku/shapes.ts';
import type { World } from '../../../sandbox/world.ts';

const START = Date.parse('2026-05-01T10:00:00Z');
const BOOT_S = 4;
const HABITS = { crashes: false, crashesAfter: null };

let world: World;
let setting: Setting;
beforeEach(() => {
  world = { ...healthyWorld(), start: START };
  const app = world.heroku.apps['raxx-api-prod'];
  if (!app) throw new Error('no prod');
  app.bootSeconds = BOOT_S;
  setting = { name: 'raxx-api-prod', app, start: START };
});

/** The states of the dynos so many seconds after the start. */
function statesAt(seconds: number): string {
  settleDynos(world, START + seconds * 1000);
  return setting.app.dynos.map(({ name, state }) => `${name} ${state}`).join(', ');
}

describe('a dyno', () => {
  it('boots after a restart, and then is up', () => {
    restart(setting, 'web', START);
    expect([statesAt(0), statesAt(3.9), statesAt(4)]).toEqual([
      'web.1 starting',
      'web.1 starting',
      'web.1 up',
    ]);
    expect(setting.app.dynos[0]?.age).toBe(-BOOT_S);
    expect(setting.app.log.slice(-2)).toEqual([
      '0 heroku[web.1]: State changed from up to starting',
      '4 heroku[web.1]: State changed from starting to up',
    ]);
  });

  it('takes time to leave, and no longer counts meanwhile', () => {
    scale(setting, { updates: [{ type: 'web', quantity: 0 }] }, START);
    expect(statesAt(1)).toBe('web.1 down');
    scale(setting, { updates: [{ type: 'web', quantity: 1 }] }, START + 1_000);
    expect(statesAt(2)).toBe('web.1 starting');
    scale(setting, { updates: [{ type: 'web', quantity: 0 }] }, START + 10_000);
    expect(statesAt(14)).toBe('');
  });

  it('crashes at each boot of a broken slug, until other code runs', () => {
    setting.app.crashing = [{ slug: 'slug-99' }];
    restart(setting, null, START);
    expect(statesAt(BOOT_S)).toBe('web.1 crashed');
    const older = setting.app.releases.find(({ version }) => version === 98);
    if (!older) throw new Error('no v98');
    expect(rollback(setting, { release: showRelease(setting, older).id }, START + 10_000).status).toBe(201);
    expect(statesAt(10 + BOOT_S)).toBe('web.1 up');
  });

  it('crashes until the variable that it needs is set', () => {
    setting.app.crashing = [{ slug: 'slug-99', until: 'GUNICORN_TIMEOUT' }];
    setConfig(setting, { OTHER: '1' }, START);
    expect(statesAt(BOOT_S)).toBe('web.1 crashed');
    setConfig(setting, { GUNICORN_TIMEOUT: '120' }, START + 10_000);
    expect(statesAt(10 + BOOT_S)).toBe('web.1 up');
  });
});

describe('a deploy', () => {
  it('that turns bad is up for a while first', () => {
    deployed(world, 'production', 'f'.repeat(40), START, { ...HABITS, crashesAfter: 30 });
    expect([statesAt(BOOT_S), statesAt(BOOT_S + 29), statesAt(BOOT_S + 30)]).toEqual([
      'web.1 up',
      'web.1 up',
      'web.1 crashed',
    ]);
  });

  it('that crashes never comes up; the next one does', () => {
    deployed(world, 'production', 'f'.repeat(40), START, { ...HABITS, crashes: true });
    expect(statesAt(BOOT_S)).toBe('web.1 crashed');
    deployed(world, 'production', 'e'.repeat(40), START + 10_000, HABITS);
    expect(statesAt(10 + BOOT_S)).toBe('web.1 up');
  });
});
