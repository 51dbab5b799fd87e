import { describe, expect, it } from 'vitest';
import { postmortem } from '../../src/runbook/incidents/postmortem.ts';
import { incidentTimes, triedDuring } from '../../src/runbook/incidents/times.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import { NO_CHANGES } from '../../src/runbook/model/change.ts';
import type { Incident } from '../../src/runbook/model/incident.ts';
import { escapeMarkdown, fenced } from '../../src/runbook/text/markdown.ts';
import { event, incident, KRIS, MINUTE, resolved, rollback, SINCE } from '../support/incident.ts';

const NOW = SINCE + 60 * MINUTE;
const NAMES: Readonly<Record<string, string>> = { U0KRIS001: 'Kristerpher', U0MOIRA01: 'Moira Quill' };
const write = (one: Incident, tried: readonly Action[] = []) =>
  postmortem({ incident: one, tried, now: NOW, nameOf: (who) => NAMES[who] ?? who });

describe('the times of an incident', () => {
  it('are from when it began to the opening, and from there to the first acknowledgement and fix', () => {
    const failed = rollback({ state: 'failed', endedAt: SINCE + 3 * MINUTE });
    const later = rollback({ endedAt: SINCE + 9 * MINUTE });
    const turned = rollback({
      endedAt: SINCE + 4 * MINUTE,
      aftermath: { kind: 'turned_bad', words: 'It crashed again.', at: NOW, next: [] },
    });
    const tried = [later, rollback(), turned, failed];
    expect(incidentTimes(resolved(), tried, NOW)).toMatchObject({
      detectMs: MINUTE,
      acknowledged: { by: KRIS, at: SINCE + 4 * MINUTE },
      fixed: { at: SINCE + 8 * MINUTE },
      lastedMs: 9 * MINUTE,
    });
  });

  it('begin with the first failing line of the log where that is earlier than the first look', () => {
    const onset = { lastWell: null, firstFailing: SINCE - 3 * MINUTE, by: 'log' } as const;
    const late = resolved({ changes: { ...NO_CHANGES, state: 'failing', onset } });
    expect(incidentTimes(late, [], NOW)).toMatchObject({
      beganAt: SINCE - 3 * MINUTE,
      detectMs: 4 * MINUTE,
      lastedMs: 12 * MINUTE,
    });
    expect(write(late)).toContain('It began at 2026-05-01 02:55:00. The outage lasted 12 min');
  });

  it('count the first acknowledgement, although a later page reset it', () => {
    const again = resolved({ acknowledged: null });
    expect(incidentTimes(again, [], NOW).acknowledged).toEqual({ by: KRIS, at: SINCE + 4 * MINUTE });
  });

  it('run on while it is open', () => {
    expect(incidentTimes(incident(), [], NOW)).toMatchObject({
      acknowledged: null,
      fixed: null,
      lastedMs: 60 * MINUTE,
    });
  });

  it('count only actions that were proposed while it lasted', () => {
    const at = (minutes: number) => rollback({ askedAt: SINCE + minutes * MINUTE });
    const asked = triedDuring(resolved(), [at(-1), at(0), at(10), at(11)], NOW);
    expect(asked.map(({ askedAt }) => (askedAt - SINCE) / MINUTE)).toEqual([0, 10]);
  });
});

describe('the draft of a postmortem', () => {
  it('fills in what the ledger knows, and leaves blank what only people know', () => {
    expect(write(resolved(), [rollback()])).toMatchInlineSnapshot(`
      "# Postmortem: Failure mode B (H10): Dyno crash loop (raxx-api-prod, 2026-05-01)

      A draft from the ledger, made 2026-05-01 03:58:00 UTC. Incident \`4711aaaa-0000-4000-8000-000000000001\`. Last audit line: 105, \`c0de1105\`. All times are UTC.

      ## Summary

      raxx-api-prod was down: Failure mode B (H10): Dyno crash loop. It began at 2026-05-01 02:58:00. The outage lasted 9 min; it was resolved at 2026-05-01 03:08:00. The app's own error: ConnectionRefusedError: \\[Errno 111\\] Connection refused. The operator was paged once. Kristerpher acknowledged 3 min after it was opened. The first action that succeeded: Roll raxx-api-prod back to v41.

      Impact (who noticed, what could they not do?): 

      ## Times

      |  | At | How long |
      | --- | --- | --- |
      | Began | 2026-05-01 02:58:00 |  |
      | Detected (opened) | 2026-05-01 02:59:00 | 1 min after it began |
      | First page | 2026-05-01 02:59:00 | at once |
      | Acknowledged | 2026-05-01 03:02:00 | 3 min after it was opened, by Kristerpher |
      | Fixed (first action that succeeded) | 2026-05-01 03:06:00 | 7 min after it was opened |
      | Healthy again | 2026-05-01 03:07:00 | 9 min after it began |
      | Resolved | 2026-05-01 03:08:00 | 10 min after it began |

      ## Timeline

      - 2026-05-01 02:58:00 **began**
      - 2026-05-01 02:59:00 **opened** Failure mode B (H10): Dyno crash loop \`c0de1010\`
      - 2026-05-01 02:59:00 **paged** App unreachable for 1 min while Heroku's status is green. \`c0de1012\`
      - 2026-05-01 03:02:00 **acknowledged** (Kristerpher) \`c0de1043\`
      - 2026-05-01 03:03:00 **proposed** Roll raxx-api-prod back to v41 (Moira Quill) \`aaaa1111\`
      - 2026-05-01 03:04:00 **approved** Roll raxx-api-prod back to v41 (Kristerpher) \`aaaa2222\`
      - 2026-05-01 03:06:00 **succeeded** Roll raxx-api-prod back to v41. web.1 is up. \`aaaa3333\`
      - 2026-05-01 03:08:00 **resolved** healthy on two checks. Outage: 9 min. \`c0de1105\`

      ## Evidence

      At its worst, 2026-05-01 03:00:00, verdict down: Failure mode B (H10): Dyno crash loop.

      \`\`\`
      web.1: crashed (2 min)
      at=error code=H10 desc="App crashed" method=GET path="/"
      ConnectionRefusedError: [Errno 111] Connection refused
      raptor/wsgi.py:12 in <module>
      \`\`\`

      ## Actions

      - **Roll raxx-api-prod back to v41: succeeded**
        - Proposed by Moira Quill (“v42 crashes at boot”), approved by Kristerpher.
        - web.1 is up, and the app answers 200.
        - Audit: proposed \`aaaa1111\`, approved \`aaaa2222\`, succeeded \`aaaa3333\`

      ## Pages

      - 2026-05-01 02:59:00 page: App unreachable for 1 min while Heroku's status is green.
      - 2026-05-01 03:02:00 acknowledged by Kristerpher

      ## What went well

      - 

      ## What went badly

      - 

      ## Action items

      | Action | Owner | Due |
      | --- | --- | --- |
      | | | |
      "
    `);
  });

  it('says that an incident is open and untouched', () => {
    const draft = write(incident());
    for (const words of [
      'It is still open after 1 h.',
      'Nobody was paged. Nobody acknowledged. No action through the bot fixed it.',
      '| Acknowledged | no |',
      '| Resolved | no |',
      'Nothing was tried through the bot.',
      '## Pages\n\nNobody was paged.',
    ])
      expect(draft).toContain(words);
  });

  it('says how often a flapping app went down', () => {
    const one = resolved({ failures: 2 });
    expect(write(one)).toContain('It went down 2 times.');
  });

  it('shows text from outside without obeying it', () => {
    const evil = '</pre> <script> [a](http://evil) `x` | b\n# Heading\n- list *bold*';
    const picture = { ...incident().picture, title: evil, evidence: ['```', '````', evil] };
    const draft = write(resolved({ picture, trail: [event('opened', 1, evil, 'terminal <b>@host')] }), [
      rollback({ reason: evil, plan: { ...rollback().plan, title: evil } }),
    ]);
    const outside = draft.replace(/^`{5}\n[\s\S]*?\n`{5}$/m, '');
    expect(outside).not.toBe(draft);
    expect(outside).not.toMatch(/(?<!\\)<script|(?<!\\)\[a\]|^# Heading|^- list|(?<!\\)\*bold/m);
    // Every row of the table has its three cells.
    for (const row of draft.split('\n').filter((line) => line.startsWith('| ')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
  });
});

describe('Markdown', () => {
  it('from outside is escaped', () => {
    expect(escapeMarkdown('a*b_c`d|e\r\nf<g>[h](i)#~\\')).toBe(
      'a\\*b\\_c\\`d\\|e f\\<g\\>\\[h\\](i)\\#\\~\\\\',
    );
  });

  it('has fences that are longer than any inside', () => {
    expect(fenced(['a'])).toBe('```\na\n```');
    expect(fenced(['a ```` b'])).toBe('`````\na ```` b\n`````');
  });
});
