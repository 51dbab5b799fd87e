/** What a card offers to press first. */

import { describe, expect, it } from 'vitest';
import { sortOffers, sortOffersWhileStopped, stepByHand } from '../../src/runbook/diagnosis/sort-offers.ts';
import { type Change, type ChangeReport, NO_CHANGES } from '../../src/runbook/model/change.ts';
import type { ActionKind, MatchedMode } from '../../src/runbook/model/terms.ts';
import { SUSPECT } from '../support/changes.ts';
import { bootTimeout } from '../support/diagnosis.ts';

const ALL: ReadonlySet<ActionKind> = new Set(['rollback', 'restart', 'stop', 'resize', 'boot_timeout']);
const OF_CRASH: readonly ActionKind[] = ['rollback', 'restart', 'stop'];

function changed(...list: readonly Change[]): ChangeReport {
  return { ...NO_CHANGES, state: 'failing', list };
}

const offered = {
  kinds: OF_CRASH,
  rollback: { to: 41, takesBack: [43, 42] },
  changes: changed(),
  isByHand: false,
};

describe('the actions to press first', () => {
  it('are the two that fit best, and never a stop', () => {
    expect(sortOffers(offered, ALL)).toEqual({
      first: ['rollback', 'restart'],
      others: ['stop'],
      rollback: { to: 41, takesBack: [43, 42] },
    });
    expect(sortOffers({ ...offered, kinds: ['stop'] }, ALL)).toMatchObject({ first: [], others: ['stop'] });
  });

  it('are only those that the bot can do', () => {
    expect(sortOffers(offered, new Set(['stop']))).toMatchObject({ first: [], others: ['stop'] });
  });

  it.each(['deploy', 'rollback', 'release'] as const)(
    'are the rollback alone where a release of kind %s is the suspect',
    (kind) => {
      const changes = changed({ ...SUSPECT, kind });
      expect(sortOffers({ ...offered, changes }, ALL)).toMatchObject({
        first: ['rollback'],
        others: ['restart', 'stop'],
      });
    },
  );

  it('are not the rollback alone for a change that is only possible, or that no rollback takes back', () => {
    for (const change of [
      { ...SUSPECT, verdict: 'possible' } as const,
      { ...SUSPECT, kind: 'scale', version: null } as const,
    ])
      expect(sortOffers({ ...offered, changes: changed(change) }, ALL).first).toEqual([
        'rollback',
        'restart',
      ]);
  });

  it('are not the rollback alone where it does not take back the suspect', () => {
    const changes = changed(SUSPECT);
    for (const rollback of [{ to: 42, takesBack: [43] }, { to: 40, takesBack: [] }, null])
      expect(sortOffers({ ...offered, rollback, changes }, ALL).first).toEqual(['rollback', 'restart']);
    for (const kind of ['config', 'addon'] as const)
      expect(sortOffers({ ...offered, changes: changed({ ...SUSPECT, kind }) }, ALL).first).toEqual([
        'rollback',
        'restart',
      ]);
  });

  it('are none where a person has to do something first', () => {
    expect(sortOffers({ ...offered, isByHand: true }, ALL)).toMatchObject({ first: [], others: OF_CRASH });
  });
});

describe('the step by hand', () => {
  const [mode] = bootTimeout.modes;
  if (!mode) throw new Error('no mode');
  const fix = ['Set BROKER_API_KEY: heroku config:set BROKER_API_KEY=… --app raxx-api-prod'];
  const unset: MatchedMode = { ...mode, causedBy: 'config_var', fix };

  it('is to set the config var that is missing', () => {
    expect(stepByHand(unset, changed())).toBe(fix[0]);
    expect(stepByHand(unset, changed({ ...SUSPECT, verdict: 'ruled_out' }))).toBe(fix[0]);
  });

  it('is the same whatever else changed, unless it was the code', () => {
    for (const kind of ['config', 'restart', 'platform', 'scale', 'addon'] as const)
      expect(stepByHand(unset, changed({ ...SUSPECT, kind, verdict: 'possible' }))).toBe(fix[0]);
  });

  it('is none where new code may be what needs the config var, or another cause is known', () => {
    expect(stepByHand(unset, changed(SUSPECT))).toBeNull();
    expect(stepByHand(unset, changed({ ...SUSPECT, verdict: 'possible' }))).toBeNull();
    expect(stepByHand(bootTimeout.modes[0], bootTimeout.changes)).toBeNull();
    expect(stepByHand(undefined, changed())).toBeNull();
  });
});

describe('the actions to press first while the app is stopped', () => {
  const kinds: readonly ActionKind[] = ['rollback', 'restart', 'stop', 'restore'];
  const able: ReadonlySet<ActionKind> = new Set(kinds);

  it('are the restore, without what only a running app needs', () => {
    expect(sortOffersWhileStopped({ ...offered, kinds }, able)).toMatchObject({
      first: ['restore'],
      others: ['rollback'],
    });
  });

  it('begin with the rollback where the release that runs is the suspect', () => {
    const changes = changed(SUSPECT);
    expect(sortOffersWhileStopped({ ...offered, kinds, changes }, able)).toMatchObject({
      first: ['rollback', 'restore'],
      others: [],
    });
    const gone = { to: 41, takesBack: [43] };
    expect(sortOffersWhileStopped({ ...offered, kinds, changes, rollback: gone }, able).first).toEqual([
      'restore',
    ]);
  });
});
