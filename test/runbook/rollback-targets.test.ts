/** Which releases can be rolled back to, and why the others cannot. */
import { describe, expect, it } from 'vitest';
import {
  defaultRollback,
  rollbackOf,
  rollbackTargets,
  whyNotToVersion,
} from '../../src/runbook/heroku/rollback-targets.ts';
import { evidence, release, seen, unseen } from '../support/evidence.ts';

const releases = seen([
  release(46),
  release(45, { current: true, slugId: 's44' }),
  release(44),
  release(43, { status: 'failed' }),
  release(42, { slugId: null }),
  release(41),
  release(40),
  release(12, { eligibleForRollback: false }),
  release(11, { status: 'expired', eligibleForRollback: false }),
]);

describe('the releases that can be rolled back to', () => {
  it('are the older ones with other code that Heroku still has, newest first', () => {
    expect(rollbackTargets(evidence({ releases })).map(({ version }) => version)).toEqual([41, 40]);
  });

  it('are none when the releases, or which one is current, were not seen', () => {
    expect(rollbackTargets(evidence({ releases: unseen('timeout', 'no answer') }))).toEqual([]);
    expect(rollbackTargets(evidence({ releases: seen([release(41), release(40)]) }))).toEqual([]);
  });

  it.each([
    [46, 'v46 is newer than the current release'],
    [45, 'v45 is the current release'],
    [44, 'v44 has the same code as the current release'],
    [43, 'v43 failed'],
    [42, 'v42 has no code'],
    [12, "v12 is not a valid rollback target: Heroku says it isn't eligible"],
    [11, 'v11 has expired: Heroku keeps the code of the last 20 releases and of the last 30 days'],
    [9, 'v9 is not among the newest 9 releases'],
  ])('do not include v%i, with the reason', (version, why) => {
    expect(whyNotToVersion(evidence({ releases }), version)).toBe(why);
  });
});

describe('a rollback without a version', () => {
  const of = (...list: readonly ReturnType<typeof release>[]) => evidence({ releases: seen(list) });

  it('goes to the newest release with other code, and takes back what has come since', () => {
    const world = of(release(43, { current: true, slugId: 's42' }), release(42), release(41));
    expect(rollbackOf(world)).toEqual({ to: 41, takesBack: [43, 42] });
  });

  it('does not go back to the release that was just left by a rollback', () => {
    const back = release(43, { current: true, slugId: 's41', description: 'Rollback to v41' });
    expect(rollbackOf(of(back, release(42), release(41), release(40)))).toEqual({ to: 40, takesBack: [43] });
    const config = release(44, { current: true, slugId: 's41', description: 'Set A config vars' });
    const before = { ...back, current: false };
    expect(rollbackOf(of(config, before, release(42), release(41), release(40)))).toEqual({
      to: 40,
      takesBack: [44, 43],
    });
  });

  it('goes to what there is when nothing is older than the current code', () => {
    const back = release(43, { current: true, slugId: 's41', description: 'Rollback to v41' });
    expect(defaultRollback(of(back, release(42), release(41)))?.version).toBe(42);
    expect(rollbackOf(of(back, release(41)))).toBeNull();
  });
});
