/** What an incident offers as it is now. */
import { describe, expect, it } from 'vitest';
import { offeredActions } from '../../src/runbook/model/incident.ts';
import { incident, KRIS, SINCE } from '../support/incident.ts';

describe('the actions that an incident offers', () => {
  const failing = incident({
    picture: { ...incident().picture, actions: ['rollback', 'restart', 'restore'] },
  });

  it('are those of the diagnosis while it fails', () => {
    expect(offeredActions({ ...failing, wellSince: null, stopped: null })).toEqual([
      'rollback',
      'restart',
      'restore',
    ]);
  });

  it('do not start again what is up again', () => {
    expect(offeredActions({ ...failing, wellSince: SINCE, stopped: null })).toEqual(['rollback']);
  });

  it('are the restore of an app that was stopped on purpose', () => {
    expect(offeredActions({ ...failing, stopped: { by: KRIS, at: SINCE, reason: 'attack' } })).toEqual([
      'restore',
    ]);
  });
});
