import { describe, expect, it } from 'vitest';
import { missedBefore } from '../../../src/runbook/incidents/paging.ts';
import { event, incident } from '../../support/incident.ts';

/** An incident with these events, numbered from 1. */
const withEvents = (...events: readonly string[]) =>
  incident({
    trail: events.map((kind, index) => ({ ...event('opened', 0, null), seq: index + 1, event: kind })),
  });

describe('earlier pages that were not delivered', () => {
  it('are the ones since the last page that was', () => {
    const three = withEvents('opened', 'pinged', 'pinged', 'pinged');
    expect(missedBefore(three, 4, new Set())).toBe(2);
    expect(missedBefore(three, 4, new Set([2]))).toBe(1);
    expect(missedBefore(three, 4, new Set([3]))).toBe(0);
    expect(missedBefore(three, 2, new Set([3, 4]))).toBe(0);
  });

  it.each(['acknowledged', 'resolved', 'closed'])('are not those from before it was %s', (end) => {
    const again = withEvents('opened', 'pinged', end, 'reopened', 'pinged', 'pinged');
    expect(missedBefore(again, 5, new Set())).toBe(0);
    expect(missedBefore(again, 6, new Set())).toBe(1);
  });
});
