import { describe, expect, it } from 'vitest';
import { catchUp, type Past, type Quiet } from '../../src/runbook/catchup/catch-up.ts';
import { parseCommand } from '../../src/runbook/commands/parse-command.ts';
import { type ChangeReport, NO_CHANGES } from '../../src/runbook/model/change.ts';
import type { IncidentEvent } from '../../src/runbook/model/timeline.ts';
import { nearestWord } from '../../src/runbook/text/nearest-word.ts';
import { phraseText } from '../../src/runbook/text/phrase.ts';
import { SUSPECT } from '../support/changes.ts';
import { testFacts } from '../support/facts.ts';
import { incident, resolved, rollback } from '../support/incident.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SINCE = incident().since;
const NOTHING: Past = { incidents: [], actions: [], quiet: [], noticed: [] };
const told = (past: Partial<Past>, from = SINCE - MINUTE, now = SINCE + HOUR) =>
  catchUp({ ...NOTHING, ...past }, from, now).shown.map(
    (one) =>
      `${one.target}: ${phraseText(one.words, (mention) => `@${'who' in mention ? mention.who : '?'}`)}`,
  );
const trailLine = (seq: number, event: string, at: number, words = '', who = 'bot'): IncidentEvent => ({
  seq,
  event,
  at,
  who,
  words,
  byHand: (event === 'opened' || event === 'escalated') && who !== 'bot',
  hash: 'aaaa',
});

describe('catching up', () => {
  it('shows an incident, what was done, who decided and how it ended, each once and in order', () => {
    expect(told({ incidents: [resolved()], actions: [rollback()] })).toEqual([
      'prod: incident opened: Failure mode B (H10): ConnectionRefusedError: [Errno 111] Connection refused',
      'prod: operator paged',
      'prod: acknowledged by @U0KRIS001',
      'prod: Roll raxx-api-prod back to v41: done · proposed by @U0MOIRA01 “v42 crashes at boot”, approved by @U0KRIS001',
      'prod: resolved: healthy on two checks. Outage: 9 min.',
    ]);
  });

  it('shows what has not ended, however long before the window it began', () => {
    const past = {
      incidents: [incident({ trail: [] })],
      actions: [rollback({ state: 'proposed', trail: [] })],
    };
    const late = told(past, SINCE + 5 * HOUR, SINCE + 6 * HOUR);
    expect(late[0]).toMatch(/incident opened: .*; still open, no owner$/);
    expect(late[1]).toMatch(/: proposed · proposed by/);
    expect(told({ incidents: [resolved()] }, SINCE + 5 * HOUR, SINCE + 6 * HOUR)).toEqual([]);
  });

  it('shows who noted and who escalated, and a snooze during an incident once', () => {
    const trail = [
      trailLine(1, 'opened', SINCE, 'logins fail', 'U1'),
      trailLine(2, 'snoozed', SINCE + 1, 'until 11:00.', 'U1'),
      trailLine(3, 'noted', SINCE + 2, 'it was the queue', 'U2'),
      trailLine(4, 'escalated', SINCE + 3, 'still', 'U2'),
      trailLine(5, 'counting', SINCE + 4, 'due at 11:00'),
    ];
    const quiet: Quiet[] = [
      { kind: 'snoozed', target: 'prod', who: 'U1', at: SINCE + 1, until: SINCE + HOUR },
      {
        kind: 'snooze_ended',
        target: 'prod',
        who: 'bot',
        at: SINCE + 5,
        words: 'Snooze ended early: it got worse.',
      },
    ];
    expect(told({ incidents: [incident({ openedAt: SINCE, trail })], quiet })).toEqual([
      'prod: escalated by @U1: “logins fail”; still open, no owner',
      'prod: snoozed by @U1 until 2026-05-01 03:58:00 UTC',
      'prod: @U2 noted “it was the queue”',
      'prod: escalated by @U2: “still”',
      'prod: snooze ended early: it got worse.',
    ]);
  });

  describe('of an incident', () => {
    const changes: ChangeReport = {
      ...NO_CHANGES,
      state: 'failing',
      onset: { lastWell: null, firstFailing: SINCE, by: 'watch' },
      list: [{ ...SUSPECT, at: SINCE - 2 * MINUTE, who: 'ops@raxx.app' }],
    };
    const CHANGED =
      'Changed: v42 Deploy 4f070742 by ops@raxx.app, 2 min before the failure (suspect: app/db.py is in the traceback)';
    const found = trailLine(11, 'changes', SINCE + 2 * MINUTE, 'Failing since …\n• v42 Deploy 4f070742');

    it('shows what changed with its opening, once however often it was reported', () => {
      const trail = [trailLine(1, 'opened', SINCE), found, { ...found, seq: 12 }];
      expect(told({ incidents: [incident({ changes, trail })] })).toEqual([
        `prod: incident opened: Failure mode B (H10): ConnectionRefusedError: [Errno 111] Connection refused; still open, no owner. ${CHANGED}`,
      ]);
    });

    it('shows what changed alone if the window has the report, but not the opening', () => {
      const ended = resolved({ changes, trail: [trailLine(1, 'opened', SINCE), found] });
      expect(told({ incidents: [ended] }, SINCE + 2 * MINUTE)).toEqual([`prod: ${CHANGED}`]);
      expect(told({ incidents: [ended] }, SINCE + 3 * MINUTE)).toEqual([]);
    });

    it('says that no change was found, and what could not be read', () => {
      const none = { ...changes, list: [], unread: ['GitHub workflow runs: HTTP 502'] };
      expect(told({ incidents: [incident({ changes: none, trail: [] })] })[0]).toMatch(
        /no owner\. No change found in the last 24 h\. Couldn't read: GitHub workflow runs: HTTP 502$/,
      );
    });

    it('shows that it fails in another way than before', () => {
      const trail = [trailLine(2, 'changed', SINCE + MINUTE, 'Now: raxx-api-prod is degraded')];
      expect(told({ incidents: [incident({ trail })] })[1]).toBe('prod: now: raxx-api-prod is degraded');
    });
  });

  it('shows what the watch noticed outside incidents, such as a release by someone else', () => {
    const words = 'Not through the bot: ops@raxx.app released v100 of raxx-api-prod (Deploy 9be41c07).';
    expect(told({ noticed: [{ target: 'prod', at: SINCE, words }] })).toEqual([`prod: ${words}`]);
    expect(told({ noticed: [{ target: 'prod', at: SINCE, words }] }, SINCE + 1)).toEqual([]);
  });
});

describe('/raxx catchup', () => {
  const parse = (text: string) => {
    const command = parseCommand(text, testFacts, nearestWord);
    if (command.kind === 'usage') return command.words;
    return command.kind === 'catchup' ? [command.target?.name ?? null, command.forMs / HOUR] : command.kind;
  };

  it.each([
    ['catchup', [null, 8]],
    ['catchup 24h', [null, 24]],
    ['catchup 2', [null, 2]],
    ['catchup prod', ['prod', 8]],
    ['catchup prod 1 day', ['prod', 24]],
    ['catchup 90min production', ['prod', 1.5]],
  ])('understands %j', (text, expected) => expect(parse(text)).toEqual(expected));

  it.each([
    ['catchup prod yesterday', '"yesterday" is not a duration. Use `8h` or `2d`.'],
    ['catchup prdo', 'There is no target "prdo". Did you mean `prod`?'],
    ['catchup prod staging', 'Which one: `prod`, `staging`?'],
    ['catchup 30d', 'I look back a week at most: say `7d`.'],
    ['catchup 0', '"0" is not a duration.'],
  ])('answers %j with: %s', (text, words) => expect(parse(text)).toContain(words));
});
