/** The list of changes in a thread, and the same list at the terminal. */
import { describe, expect, it } from 'vitest';
import { changesText } from '../../../src/runbook/changes/change-line.ts';
import { type ChangeReport, NO_CHANGES } from '../../../src/runbook/model/change.ts';
import { changesThread } from '../../../src/slack/views/diagnosis/changes.ts';
import { MINUTE, SINCE } from '../../support/incident.ts';

const NOW = SINCE + 5 * MINUTE;
const report: ChangeReport = {
  ...NO_CHANGES,
  state: 'failing',
  onset: { lastWell: SINCE - MINUTE, firstFailing: SINCE, by: 'watch' },
  before: { at: SINCE - 60 * MINUTE, lastedMs: 14 * MINUTE, endedBy: null, times: 2 },
};

/** The parts of each line of the thread; a time as its Unix seconds. */
function threadLines(): (string | number)[][] {
  const { blocks = [] } = changesThread(report, null, NOW, true) ?? {};
  return blocks
    .flatMap((block) => (block.type === 'rich_text' ? block.elements : []))
    .flatMap((part) => (part.type === 'rich_text_section' ? [part.elements] : []))
    .map((parts) =>
      parts.flatMap((part): readonly (string | number)[] => {
        if (part.type === 'date') return [part.timestamp];
        return part.type === 'text' ? [part.text] : [];
      }),
    );
}

describe('when the failure began and when it was seen before', () => {
  it('have their times in the zone of the reader of a thread', () => {
    const [onset, , before] = threadLines();
    expect(onset).toEqual([
      'Failing since ',
      SINCE / 1_000,
      ' (seen by the watch)',
      '; last seen healthy ',
      (SINCE - MINUTE) / 1_000,
    ]);
    expect(before).toEqual([
      'Seen before (2 times): ',
      (SINCE - 60 * MINUTE) / 1_000,
      ', ended after 14 min with no action through the bot',
    ]);
  });

  it('have the same words at the terminal, with their times in UTC', () => {
    const lines = changesText(report, NOW, { namesCause: true }).split('\n');
    expect(lines[0]).toBe(
      'Failing since 2026-05-01 02:58:00 UTC (seen by the watch); last seen healthy 2026-05-01 02:57:00 UTC.',
    );
    expect(lines.at(-1)).toBe(
      'Seen before (2 times): 2026-05-01 01:58:00 UTC, ended after 14 min with no action through the bot.',
    );
  });
});
