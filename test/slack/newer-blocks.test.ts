/** Each newer block type, refused in turn by the local Slack, by post and by update: the same buttons, the same facts, the true end. */
import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SlackServer, startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import { createRedactor } from '../../src/runbook/redaction/redact.ts';
import { boltLogger } from '../../src/slack/client/bolt-logger.ts';
import { fallbacksOf } from '../../src/slack/client/fallbacks.ts';
import { createSend } from '../../src/slack/client/send.ts';
import { validateMessage } from '../../src/slack/client/validate-message.ts';
import { historyView } from '../../src/slack/views/actions/history.ts';
import { runPlan } from '../../src/slack/views/actions/run-plan.ts';
import { lastHourBlocks } from '../../src/slack/views/diagnosis/last-hour.ts';
import {
  line,
  type Message,
  type MessageBlock,
  plain,
  richText,
} from '../../src/slack/views/parts/message.ts';
import { ASKED, action, own, said } from '../support/action.ts';
import { NOW } from '../support/evidence.ts';

const CHANNEL = 'C0MOOSE01';
const TOKEN = 'xoxb-1-test-token';

const silent = pino({ level: 'silent' });

let slack: Slack;
let server: SlackServer;
let refusals: { readonly what: string; readonly detail: string | null }[];

beforeAll(async () => {
  slack = createSlack();
  server = await startSlack(slack, { token: TOKEN, scopes: ['chat:write'] });
});
afterAll(() => server.close());
beforeEach(() => {
  refusals = [];
  slack.workspace.refusedBlocks = new Set();
});

function send() {
  return createSend({
    client: new WebClient(TOKEN, { slackApiUrl: server.apiUrl, logger: boltLogger(silent) }),
    redact: createRedactor({ secrets: [TOKEN] }),
    log: silent,
    noteRefusal: async (refusal) => void refusals.push(refusal),
  });
}

const BUTTONS: MessageBlock = {
  type: 'actions',
  elements: ['approve', 'reject'].map((id) => ({
    type: 'button',
    action_id: id,
    value: 'an-id',
    text: { type: 'plain_text', text: id },
  })),
};

const message = (...blocks: readonly MessageBlock[]): Message => ({
  text: 'What it says in a sentence.',
  blocks: [richText(line(plain('The first line.'))), ...blocks, BUTTONS],
});

const step = (name: string, status: string, conclusion: string | null) => ({ name, status, conclusion });
const bins = [
  { from: NOW - 600_000, to: NOW - 300_000, requests: 120, failed: 31, medianMs: 84 },
  { from: NOW - 300_000, to: NOW, requests: 97, failed: 12, medianMs: 1_240 },
];
const jobs = [
  { ...step('freeze-check', 'completed', 'success'), steps: [step('Check', 'completed', 'success')] },
  { ...step('deploy', 'in_progress', null), steps: [step('Push to Heroku', 'in_progress', null)] },
  { ...step('smoke-test', 'queued', null), steps: [] },
];
const done = action({
  ...own,
  state: 'succeeded',
  outcome: { words: 'web is scaled to 0.', evidence: [], next: [], manualCommand: null },
  trail: [...ASKED, said(2, 'approved', 'U0MOIRA01')],
});

/** A message with the block, and the facts that may not be lost. */
const NEWER: readonly (readonly [type: string, message: Message, facts: readonly string[]])[] = [
  [
    'table',
    message(...historyView([{ kind: 'action', action: done }]).blocks),
    ['When', 'Proposed → decided by', 'Stop raxx-api-prod', 'it burns', 'Done', 'U0MOIRA01', 'abcdef02'],
  ],
  [
    'plan',
    message(...runPlan({ jobs, runId: 9262 })),
    ['Run 9262', 'freeze-check', '1 step complete', 'deploy', 'Push to Heroku', 'smoke-test', 'pending'],
  ],
  ['task_card', message(...runPlan({ jobs, runId: 9262 })), ['Run 9262', 'deploy', 'Push to Heroku']],
  [
    'data_visualization',
    message(...lastHourBlocks({ bins, coveredMs: 600_000 }, NOW)),
    ['10–5', '120', '31', '84 ms', '1240 ms'],
  ],
  [
    'container',
    message({
      type: 'container',
      title: { type: 'plain_text', text: '10 checks: 9 pass & 1 fail' },
      is_collapsible: true,
      child_blocks: [
        { type: 'rich_text', elements: [line(plain('formation: web.1 crashed'))] },
        { type: 'section', text: { type: 'mrkdwn', text: 'Heroku <status>' } },
      ],
    }),
    ['9 pass &amp; 1 fail', 'web.1 crashed', 'Heroku <status>'],
  ],
  ['markdown', message({ type: 'markdown', text: 'Since 21:37 & still' }), ['Since 21:37 &amp; still']],
];

const CLASSIC = ['rich_text', 'context', 'header', 'divider', 'image'];

function shown(ts: string) {
  const found = slack.messages.find(CHANNEL, ts);
  if (!found) throw new Error('there is no such message');
  return { ...found, said: JSON.stringify(found.blocks) };
}

function expectWhole(ts: string, facts: readonly string[]): void {
  const { said, blocks } = shown(ts);
  for (const fact of facts) expect(said).toContain(fact);
  expect(said.match(/"action_id":"(approve|reject)"/g)).toHaveLength(2);
  expect(blocks.length).toBeGreaterThan(1);
}

describe.each(NEWER)('a message with a %s block', (type, drawn, facts) => {
  it('is accepted as drawn', async () => {
    expect(validateMessage(drawn)).toEqual([]);
    const posted = await send().post(CHANNEL, drawn);
    expect(posted.ok && shown(posted.ts).said).toContain(`"type":"${type}"`);
    expect(refusals).toEqual([]);
  });

  it.each([
    ['that type alone', [type]],
    ['that type and everything but sections and buttons', [type, ...CLASSIC]],
  ])(
    'keeps its facts and its buttons where Slack refuses %s, by post and by update',
    async (_name, refused) => {
      slack.workspace.refusedBlocks = new Set(refused);
      const sending = send();
      const posted = await sending.post(CHANNEL, drawn);
      if (!posted.ok) throw new Error(posted.fault.code);
      expectWhole(posted.ts, facts);
      const before = shown(posted.ts).said;
      expect(await sending.edit(posted, { ...drawn, text: 'The same, once more.' })).toEqual({
        kind: 'edited',
      });
      expectWhole(posted.ts, facts);
      expect(shown(posted.ts)).toMatchObject({ said: before, text: 'The same, once more.' });
      expect(refusals).toContainEqual(
        expect.objectContaining({ what: 'as drawn', detail: expect.stringContaining('unsupported type: ') }),
      );
    },
  );

  it('is edited to its true end when it was posted before the refusal', async () => {
    const sending = send();
    const posted = await sending.post(CHANNEL, drawn);
    if (!posted.ok) throw new Error(posted.fault.code);
    slack.workspace.refusedBlocks = new Set([type]);
    expect(await sending.edit(posted, { ...drawn, text: 'Done.' })).toEqual({ kind: 'edited' });
    expectWhole(posted.ts, facts);
    expect(shown(posted.ts).text).toBe('Done.');
  });
});

describe('the ladder of fallbacks', () => {
  it('drops charts first, and nothing else with them', () => {
    const [, drawn] = NEWER.find(([type]) => type === 'data_visualization') ?? NEWER[0] ?? [];
    const steps = fallbacksOf(drawn ?? message());
    expect(steps[1]?.name).toBe('without charts');
    expect(steps[1]?.message.blocks).toEqual(
      drawn?.blocks.filter(({ type }) => type !== 'data_visualization'),
    );
  });
});
