/** What an incident offers as it is now. */

import { describe, expect, it } from 'vitest';
import { doFirst, incidentOffers } from '../../src/runbook/incidents/incident-offers.ts';
import { NO_CHANGES } from '../../src/runbook/model/change.ts';
import { isSameNews, offeredActions } from '../../src/runbook/model/incident.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';
import { SUSPECT } from '../support/changes.ts';
import { incident, KRIS, rollback, SINCE } from '../support/incident.ts';

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

describe('what an incident offers to press first', () => {
  const canDo: ReadonlySet<ActionKind> = new Set(['rollback', 'restart', 'restore']);
  const failing = incident({
    picture: {
      ...incident().picture,
      actions: ['rollback', 'restart'],
      rollback: { to: 41, takesBack: [42] },
      doFirst: 'Set KEY',
    },
    changes: { ...NO_CHANGES, state: 'failing', list: [SUSPECT] },
  });
  const { doFirst: _step, ...picture } = failing.picture;
  const crashing = { ...failing, picture };
  const stopped = { ...crashing, stopped: { by: KRIS, at: SINCE, reason: null } };

  it('is the rollback that takes back the suspect, with its release', () => {
    expect(incidentOffers(crashing, canDo, [])).toEqual({
      first: ['rollback'],
      others: ['restart'],
      rollback: { to: 41, takesBack: [42] },
    });
  });

  it('is nothing once the app is up again: the release that is named may be the one that runs', () => {
    expect(incidentOffers({ ...crashing, wellSince: SINCE }, canDo, [])).toEqual({
      first: [],
      others: ['rollback'],
      rollback: null,
    });
  });

  it('is the rollback before the restore of a stopped app, until the app was rolled back', () => {
    expect(incidentOffers(stopped, canDo, []).first).toEqual(['rollback', 'restore']);
    expect(incidentOffers(stopped, canDo, [rollback()])).toMatchObject({ first: ['restore'], others: [] });
    expect(incidentOffers(stopped, canDo, null)).toMatchObject({ first: ['restore'], others: [] });
    const later = { ...stopped, stopped: { by: KRIS, at: SINCE + 60 * 60_000, reason: null } };
    expect(incidentOffers(later, canDo, [rollback()]).first).toEqual(['rollback', 'restore']);
  });

  it('is the restore of an app that was stopped outside the bot', () => {
    const outside = {
      ...crashing,
      picture: { ...picture, verdict: 'stopped', actions: ['rollback', 'restart', 'restore'] } as const,
      changes: null,
    };
    expect(incidentOffers(outside, canDo, [])).toMatchObject({ first: ['restore'], others: ['rollback'] });
  });

  it('is nothing where a person has to do something first, also while the app is stopped', () => {
    expect(incidentOffers(failing, canDo, []).first).toEqual([]);
    expect(doFirst({ ...stopped, picture: failing.picture })).toBe('Set KEY');
    expect(doFirst({ ...failing, wellSince: SINCE })).toBeNull();
  });

  it('is news when it changes', () => {
    const before = failing.picture;
    expect(isSameNews(before, { ...before, at: before.at + 1 })).toBe(true);
    expect(isSameNews(before, { ...before, rollback: { to: 40, takesBack: [42] } })).toBe(false);
    expect(isSameNews(before, { ...before, doFirst: 'Set OTHER' })).toBe(false);
  });
});
