import { describe, expect, it } from 'vitest';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import { type WatchedFacts, watchedState } from '../../src/runbook/incidents/watched-state.ts';
import { incident, MINUTE, SINCE } from '../support/incident.ts';

const seenAt = SINCE + 5 * MINUTE;
const well: WatchedFacts = {
  incident: null,
  lookedAt: seenAt,
  sawAt: seenAt,
  isLate: false,
  memory: NOTHING_KNOWN,
};
const remembered = (more: Partial<WatchedFacts['memory']>) => ({ memory: { ...NOTHING_KNOWN, ...more } });

describe('the state of an app according to the watch', () => {
  it.each<[string, Partial<WatchedFacts>, ReturnType<typeof watchedState>]>([
    ['nobody has looked', { lookedAt: null, sawAt: null, isLate: true }, { kind: 'never' }],
    ['nobody has seen it lately', { isLate: true }, { kind: 'late', seenAt }],
    ['an old incident, not seen since', { isLate: true, incident: incident() }, { kind: 'late', seenAt }],
    [
      'Heroku cannot be seen',
      remembered({ blind: { since: SINCE, told: true, scope: 'all' } }),
      { kind: 'blind', since: SINCE },
    ],
    ['it was stopped', remembered({ wasOff: true }), { kind: 'off', seenAt }],
    ['one look saw it fail', remembered({ failing: { since: SINCE } }), { kind: 'failing', since: SINCE }],
    [
      'an incident is open',
      { incident: incident() },
      { kind: 'incident', verdict: 'down', since: SINCE, wellSince: null },
    ],
    ['the last look saw no failure', {}, { kind: 'well', seenAt }],
  ])('is known from the rows: %s', (_title, more, state) =>
    expect(watchedState({ ...well, ...more })).toEqual(state),
  );
});
