/** What a card offers to press first. */
import { describe, expect, it } from 'vitest';
import { sortOffers, stepByHand } from '../../src/runbook/diagnosis/sort-offers.ts';
import { type Change, type ChangeReport, NO_CHANGES } from '../../src/runbook/model/change.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { bootTimeout } from '../support/diagnosis.ts';

const ALL: ReadonlySet<ActionKind> = new Set(['rollback', 'restart', 'stop', 'resize', 'boot_timeout']);
const OF_CRASH: readonly ActionKind[] = ['rollback', 'restart', 'stop'];

const deploy: Change = {
  at: 0,
  kind: 'deploy',
  what: 'v42 Deploy 4f070742',
  who: null,
  isOurs: false,
  via: null,
  verdict: 'suspect',
  because: 'app/db.py is in the traceback',
};

function changed(...list: readonly Change[]): ChangeReport {
  return { ...NO_CHANGES, state: 'failing', list };
}

const offered = { kinds: OF_CRASH, rollbackTo: 41, changes: changed(), isByHand: false };

describe('the actions to press first', () => {
  it('are the two that fit best, and never a stop', () => {
    expect(sortOffers(offered, ALL)).toEqual({
      first: ['rollback', 'restart'],
      others: ['stop'],
      rollbackTo: 41,
    });
    expect(sortOffers({ ...offered, kinds: ['stop'] }, ALL)).toMatchObject({ first: [], others: ['stop'] });
  });

  it('are only those that the bot can do', () => {
    expect(sortOffers(offered, new Set(['stop']))).toMatchObject({ first: [], others: ['stop'] });
  });

  it.each(['deploy', 'config', 'rollback', 'release'] as const)(
    'are the rollback alone where a release of kind %s is the suspect',
    (kind) => {
      const changes = changed({ ...deploy, kind });
      expect(sortOffers({ ...offered, changes }, ALL)).toMatchObject({
        first: ['rollback'],
        others: ['restart', 'stop'],
      });
    },
  );

  it('are not the rollback alone for a change that is only possible, or that no rollback takes back', () => {
    for (const change of [{ ...deploy, verdict: 'possible' } as const, { ...deploy, kind: 'scale' } as const])
      expect(sortOffers({ ...offered, changes: changed(change) }, ALL).first).toEqual([
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
  const unset = (changes: ChangeReport): Pick<Diagnosis, 'modes' | 'changes'> => ({
    modes: [{ ...mode, causedBy: 'config_var', fix }],
    changes,
  });

  it('is to set the config var that is missing', () => {
    expect(stepByHand(unset(changed()))).toBe(fix[0]);
    expect(stepByHand(unset(changed({ ...deploy, verdict: 'ruled_out' })))).toBe(fix[0]);
  });

  it('is none where a change may have taken the config var away, or another cause is known', () => {
    expect(stepByHand(unset(changed(deploy)))).toBeNull();
    expect(stepByHand(unset(changed({ ...deploy, verdict: 'possible' })))).toBeNull();
    expect(stepByHand(bootTimeout)).toBeNull();
    expect(stepByHand({ modes: [], changes: changed() })).toBeNull();
  });
});
