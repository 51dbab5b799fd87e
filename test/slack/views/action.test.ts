/** The card of an action in each state, and that untrusted text in it is only shown. */

import { describe, expect, it } from 'vitest';
import { checkBlocks, checkView } from '../../../sandbox/slack/blocks/check.ts';
import type { Action } from '../../../src/runbook/model/action.ts';
import type { ActionKind } from '../../../src/runbook/model/terms.ts';
import { withoutMentions } from '../../../src/runbook/text/phrase.ts';
import { validateMessage } from '../../../src/slack/client/validate-message.ts';
import { actionView } from '../../../src/slack/views/actions/action.ts';
import type { Approver } from '../../../src/slack/views/actions/approval.ts';
import { historyView } from '../../../src/slack/views/actions/history.ts';
import { planView } from '../../../src/slack/views/actions/plan.ts';
import { askedView } from '../../../src/slack/views/actions/proposed.ts';
import { rejectReasonView, sayWhyView } from '../../../src/slack/views/actions/reject-reason.ts';
import { actionLineView } from '../../../src/slack/views/actions/thread-line.ts';
import { typedVersionView } from '../../../src/slack/views/actions/typed-version.ts';
import { phraseView } from '../../../src/slack/views/parts/answers.ts';
import type { Message } from '../../../src/slack/views/parts/message.ts';
import { ASKED, action, own, STATES, said } from '../../support/action.ts';
import { cardText } from '../../support/card-text.ts';
import { NOW, PARAMS } from '../../support/draft.ts';

const canDo: ReadonlySet<ActionKind> = new Set(['stop', 'restore', 'deploy', 'rollback', 'restart']);
const approvers: readonly Approver[] = [
  { kind: 'user', id: 'U1', name: 'Kris' },
  { kind: 'user', id: 'U2', name: 'Moira' },
  { kind: 'group', id: 'S1' },
  { kind: 'unknown', named: 'ops@raxx.app' },
];
const shown = (action: Action, warning: string | null = null, mentions = true) =>
  actionView(action, { canDo, warning, approvers, mentions });

function expectTaken(message: Message): void {
  expect(validateMessage(message)).toEqual([]);
  expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
}

describe('the card of an action', () => {
  it.each(STATES)('matches its snapshot when it is %s', (_name, one) => {
    expectTaken(shown(one));
    expect(cardText(shown(one))).toMatchSnapshot();
  });

  it('has Approve and Reject only while it is proposed, and later the next actions that the bot can do', () => {
    const ids = (one: Action) =>
      [...JSON.stringify(shown(one)).matchAll(/"action_id":"(\w+)"/g)].map((m) => m[1]);
    expect(STATES.map(([name, one]) => [name, ids(one)])).toEqual([
      ['proposed', ['approve', 'reject']],
      ['one of two approvals', ['approve', 'reject']],
      ['sent', []],
      ['at the gate', []],
      ['deploying', []],
      ['done and watched', ['propose_restore']],
      ['turned bad', ['propose_rollback']],
      ['failed', []],
      ['not confirmed', ['propose_stop']],
    ]);
  });

  it('shows the day of the first step of its trail, and of each step that may be on another day', () => {
    const day = 24 * 3_600;
    const trail = [...ASKED, said(2, 'approved', 'U1'), said(3, 'executing'), said(day, 'failed')];
    const dates = (at: number) => NOW / 1_000 + at;
    const small = JSON.stringify(shown(action({ ...own, state: 'failed', trail })).blocks.at(-1));
    expect(small).toContain(`<!date^${dates(2)}^{date_short_pretty} {time_secs}|`);
    expect(small).toContain(`<!date^${dates(3)}^{time_secs}|`);
    expect(small).toContain(`<!date^${dates(day)}^{date_short_pretty} {time_secs}|`);
  });

  it('has the warnings of its plan in its notification until it has ended', () => {
    const warnings = ['alembic/0042.py came with the releases it undoes; a rollback does not undo it.'];
    const plan = { ...action().plan, warnings };
    expect(shown(action({ plan }), 'nobody else can approve this').text).toBe(
      'Proposed: Stop raxx-api-prod (web from 1 to 0); alembic/0042.py came with the releases it undoes; a rollback does not undo it. Proposed by <@U1> at 10:00 UTC: “it burns”; waiting for approval until 10:30 UTC; nobody else can approve this.',
    );
    expect(shown(action({ ...own, plan, state: 'executing' })).text).toContain('0042.py');
    const outcome = { words: 'Done.', evidence: [], next: [], manualCommand: null };
    expect(shown(action({ plan, state: 'succeeded', outcome })).text).not.toContain('0042.py');
  });

  it('warns when nobody else could approve it', () => {
    const message = shown(action(), 'nobody else can approve <this>');
    expectTaken(message);
    expect(JSON.stringify(message)).toContain('Nobody else can approve &lt;this&gt;.');
  });

  it('asks for confirmation with the app and the effect, in red where the action takes something away', () => {
    expect(JSON.stringify(shown(action()))).toContain(
      '"title":{"type":"plain_text","text":"raxx-api-prod: are you sure?"},"text":{"type":"plain_text","text":"Stop raxx-api-prod (web from 1 to 0). Users see an error page."}',
    );
    expect(JSON.stringify(shown(action())).match(/"style":"danger"/g)).toHaveLength(2);
  });
});

describe('the plan of an action', () => {
  const plan = {
    ...action().plan,
    will: ['Release v98 again (Deploy bfa4d946, 2026-05-01 09:36:08 UTC), see http://evil.example.'],
    evidence: ['set 2026-05-01 08:00:00 UTC', 'run https://github.com/o/r/actions/runs/9'],
    undo: 'Roll back to v99, released 2026-05-01 09:50:00 UTC',
  };
  it.each([
    ['the card', shown(action({ plan }))],
    ['the dry run', planView({ plan, app: 'raxx-api-prod' }, '/raxx rollback prod')],
  ])(
    'shows times in the zone of the reader on %s, and links nothing but runs on GitHub',
    (_where, message) => {
      expectTaken(message);
      const lines = cardText(message);
      expect(lines).toContain('Deploy bfa4d946, {{date_short_pretty} {time} 2026-05-01 09:36:08 UTC})');
      expect(lines).toContain('• set {{date_short_pretty} {time} 2026-05-01 08:00:00 UTC}');
      expect(lines).toContain('v99, released {{date_short_pretty} {time} 2026-05-01 09:50:00 UTC}');
      const blocks = JSON.stringify(message.blocks);
      expect(blocks).toContain('{"type":"link","url":"https://github.com/o/r/actions/runs/9"}');
      expect(blocks).not.toContain('"url":"http://evil.example');
    },
  );
});

it('the evidence of an ended action shows times in the zone of the reader, and keeps other lines as they are', () => {
  const evidenceOf = (line: string) => {
    const outcome = { words: 'Done.', evidence: [line], next: [], manualCommand: null };
    return cardText(shown(action({ state: 'succeeded', outcome })));
  };
  expect(evidenceOf('DEPLOY_FREEZE changed 2026-05-01 10:00:00 UTC')).toContain(
    '• DEPLOY_FREEZE changed {{date_short_pretty} {time} 2026-05-01 10:00:00 UTC}',
  );
  expect(evidenceOf('  web.1:  up')).toContain('  |   web.1:  up');
});

describe('the evidence of an action', () => {
  const lines = Array.from({ length: 14 }, (_, index) => `line ${index + 1} of 14`);
  const plan = { ...action().plan, evidence: lines };
  const shownOf = (message: Message) =>
    cardText(message)
      .split('\n')
      .flatMap((line) => line.match(/line \d+ of|… \d+ more/g) ?? [])
      .map((words) => words.replace(/^line (\d+) of$/, '$1'));
  const all = lines.map((_, index) => `${index + 1}`);

  it('has at most eight lines while it is proposed: the first and the last ones', () => {
    const short = ['1', '2', '3', '4', '… 7 more', '12', '13', '14'];
    expect(shownOf(shown(action({ plan })))).toEqual(short);
    const eight = { ...plan, evidence: lines.slice(0, 8) };
    expect(shownOf(shown(action({ plan: eight })))).toEqual(all.slice(0, 8));
  });

  it('has at most eight lines when it has ended: the last ones', () => {
    const outcome = { words: 'Failed.', evidence: lines, next: [], manualCommand: null };
    const ended = shown(action({ state: 'failed', outcome }));
    expect(shownOf(ended)).toEqual(['… 7 more', ...all.slice(-7)]);
  });

  it('is whole in a dry run', () => {
    expect(shownOf(planView({ plan, app: 'raxx-api-prod' }, '/raxx deploy prod'))).toEqual(all);
  });
});

describe('the messages around the card', () => {
  it('post a sentence in the thread, and name the action and its asker in the channel', () => {
    const words = 'The run failed.';
    const manualCommand = 'heroku ps:scale web=0 --app raxx-api-prod';
    const ended = action({ state: 'failed', outcome: { words, evidence: [], next: [], manualCommand } });
    const [quiet, loud] = [false, true].map((all) =>
      actionLineView(ended, said(7, 'failed', 'bot', words), all),
    );
    for (const message of [quiet, loud]) if (message) expectTaken(message);
    expect(JSON.stringify(quiet?.blocks)).not.toContain('Stop raxx-api-prod');
    expect(JSON.stringify(loud?.blocks)).toContain('Stop raxx-api-prod (web from 1 to 0): ');
    expect(JSON.stringify(loud?.blocks)).toContain('{"type":"user","user_id":"U1"}');
    expect(JSON.stringify(loud?.blocks)).toContain('"style":{"code":true}');
  });

  const cardAt = {
    kind: 'shown',
    permalink: 'https://raxx.slack.com/archives/C1/p1',
    channel: 'C1',
    isHere: false,
    why: null,
  } as const;

  const fresh = { action: action(), isNew: true } as const;
  const again = { action: action(), isNew: false, passedOver: 'v1' } as const;

  it('show the asker where the card is, in their own time zone', () => {
    const message = askedView(fresh, cardAt);
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
    expect(askedView(again, { kind: 'later' }).blocks).toMatchObject([
      {
        text: {
          text: expect.stringMatching(
            /^Already proposed: .*\. To propose v1, reject this one first\. Needs .*I'll post the card as soon as Slack accepts it\.$/,
          ),
        },
      },
    ]);
  });

  it('name the channel when Slack gives no link, and say why it is not the usual one, with the manual command', () => {
    const nameless = askedView(fresh, { ...cardAt, permalink: null });
    expectTaken(nameless);
    expect(JSON.stringify(nameless.blocks)).toContain('The card is in <#C1>.');
    const why = 'I cannot post in #moosequest: it is archived.';
    const elsewhere = askedView(fresh, { ...cardAt, isHere: true, why });
    expectTaken(elsewhere);
    expect(JSON.stringify(elsewhere.blocks)).toMatch(
      /See the card> here: I cannot post in #moosequest.*By hand: `heroku ps:scale/,
    );
    expect(elsewhere.text).toContain(why);
  });

  it('list each action in the history with how it ended, who asked, who decided, and why', () => {
    const at = NOW;
    const message = historyView([
      ...STATES.map(([, one]) => ({ kind: 'action', action: one }) as const),
      ...(['escalated', 'snoozed', 'snooze_ended', 'acknowledged', 'noted'] as const).map((kind) => {
        const words = kind === 'snoozed' || kind === 'acknowledged' ? null : 'it burns';
        const until = kind === 'snoozed' ? NOW : null;
        return {
          kind: 'happening',
          happening: { kind, target: 'prod', who: 'U1', at, words, until, hash: 'ab' },
        } as const;
      }),
    ]);
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
    expect(historyView([]).text).toBe('No actions yet.');
  });

  it('count one entry of the history in the singular', () => {
    const [[, action] = []] = STATES;
    if (!action) throw new Error('no action');
    const one = { kind: 'action', action } as const;
    expect(historyView([one]).text).toMatch(/^The last action, escalation or snooze\. Newest: /);
    expect(historyView([one, one]).text).toMatch(/^Last 2 actions, escalations and snoozes\. Newest: /);
  });

  it('name who was faster in a refusal, by a mention where one is possible', () => {
    const words = ['Already approved by ', { who: 'U0MOIRA01' }, '. Nothing was done.'];
    expectTaken(phraseView(words));
    expect(phraseView(words).text).toBe('Already approved by someone. Nothing was done.');
    expect(JSON.stringify(phraseView(words).blocks)).toContain('{"type":"user","user_id":"U0MOIRA01"}');
    expect(withoutMentions(words)).not.toContain('@');
  });

  it('let the person who rejected say why', () => {
    expectTaken(sayWhyView(action()));
    const view = rejectReasonView(action());
    expect(checkView(view)).toMatchObject({ ok: true });
    expect(view.private_metadata).toBe(action().id);
  });

  it('name the approvers without a mention where mentions are off', () => {
    const message = shown(action(), null, false);
    expectTaken(message);
    // The asker may not approve this one.
    expect(JSON.stringify(message)).toContain(
      '{"type":"text","text":"Can approve: "},{"type":"text","text":"Moira"}',
    );
    expect(JSON.stringify(message)).not.toContain('"user_id":"U2"');
  });

  it('carry only the id in the dialog of a rollback', () => {
    const view = typedVersionView({ ...action(), kind: 'rollback', params: PARAMS.rollback });
    expect(checkView(view)).toMatchObject({ ok: true });
    expect(view.private_metadata).toBe('5f1c1d1e-0000-4000-8000-000000000001');
    expect(JSON.stringify(view)).toContain('Type v41 to approve it');
  });
});

const HOSTILE = '<!channel> <@U0EVIL001> <http://evil.example|click me> *bold* `code` &amp;';

it.each(STATES)('untrusted text in a card that is %s is only shown', (_name, one) => {
  const plan = {
    ...one.plan,
    title: HOSTILE,
    will: [HOSTILE],
    expect: [HOSTILE],
    evidence: [HOSTILE],
    undo: HOSTILE,
  };
  const outcome = one.outcome && { ...one.outcome, words: HOSTILE, evidence: [`- ${HOSTILE}`] };
  const message = shown({
    ...one,
    plan,
    outcome,
    reason: HOSTILE,
    progress: { ...one.progress, words: HOSTILE },
  });
  expectTaken(message);
  const mrkdwn = JSON.stringify(message.blocks).match(/"mrkdwn","text":"[^"]*"/g) ?? [];
  for (const text of [message.text, ...mrkdwn]) expect(text).not.toMatch(/<!channel|<@U0EVIL|<http:\/\/evil/);
});
