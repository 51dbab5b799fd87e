/** Changes by command and by button, as people in the channel see them: over signed HTTP, with a local Heroku and GitHub. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block } from '../../sandbox/slack/blocks/block.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import {
  firstRow,
  OPEN_SETTINGS,
  OTHER_ACTIONS,
  proposeButtons,
  settingsButton,
} from '../../src/slack/views/parts/propose-buttons.ts';
import { ANA, type ApproversBot, KRIS, MOIRA, startApproversBot } from '../support/approvers-bot.ts';

let bot: ApproversBot;
beforeAll(async () => {
  bot = await startApproversBot();
}, 60_000);
afterAll(() => bot.close());
beforeEach(() => bot.reset());

/** The cells of the table among these blocks, each as its words. */
function rowsOf(blocks: ReturnType<ApproversBot['slack']['messages']['all']>[number]['blocks']) {
  const table = blocks.find((block) => block.type === 'table');
  return (table?.rows ?? []).map((row) =>
    row.map((cell) => {
      if (cell.type !== 'rich_text') return cell.text;
      const lines = cell.elements.flatMap((part) => ('elements' in part ? [part.elements] : []));
      return lines.map((leaves) => leaves.map(wordsOf).join('')).join(' ');
    }),
  );
}

function wordsOf(leaf: object): string {
  if ('text' in leaf) return String(leaf.text);
  if ('user_id' in leaf) return String(leaf.user_id);
  return 'fallback' in leaf ? String(leaf.fallback) : '';
}

const prodDynos = () => bot.world.heroku.apps['raxx-api-prod']?.dynos ?? [];

/** Proposes by command and approves by button. */
async function carryOut(command: string): Promise<void> {
  await bot.type(command);
  await bot.press('approve');
  await bot.work();
}

describe('/raxx plan', () => {
  it('shows the plan to the asker alone and proposes nothing', async () => {
    const shown = await bot.type('plan stop raxx-api-prod');
    expect(shown.at(-1)).toBe(
      'Dry run: Stop raxx-api-prod (web from 1 to 0). Nothing was proposed. To propose it: /raxx stop prod',
    );
    const { blocks } = bot.slack.messages.all().at(-1) ?? {};
    expect(JSON.stringify(blocks)).toContain(
      'Save the formation (1 × Basic), so that Restore can bring it back.',
    );
    expect(JSON.stringify(blocks)).not.toContain('"action_id"');
    expect(await bot.actionStore.recent(5)).toEqual([]);
    expect(bot.slack.messages.all().every(({ onlyFor }) => onlyFor !== undefined)).toBe(true);
  });

  it('says why there is nothing to do, without a manual command that would do harm', async () => {
    expect((await bot.type('plan rollback prod v9999')).at(-1)).toMatch(
      /^v9999 is not among the newest \d+ releases\. Eligible releases with different code: v9\d.* Nothing was done\.$/,
    );
    expect((await bot.type('plan deploy prod develop')).at(-1)).toMatch(
      /^prod takes only main: .* Nothing was done\.$/,
    );
    expect((await bot.type('restore prod')).at(-1)).toBe(
      'There is nothing to restore: web on raxx-api-prod is at 1. Nothing was done.',
    );
  });
});

describe('the menu of other actions', () => {
  const offers = { first: ['restart'], others: ['rollback', 'stop'], rollback: null } as const;
  beforeEach(() =>
    bot.slack.messages.post({
      channel: 'C0MOOSE01',
      author: bot.slack.workspace.botUserId,
      text: 'A card',
      blocks: z
        .array(block)
        .parse(
          firstRow([settingsButton('raxx-api-prod'), ...proposeButtons(['restart'], 'prod')], offers, 'prod'),
        ),
    }),
  );
  it('proposes what is chosen, as its button does', async () => {
    await bot.press(OTHER_ACTIONS, KRIS, 'propose_stop prod');
    expect(await bot.newest()).toMatchObject({ kind: 'stop', target: 'prod', state: 'proposed' });
  });

  it.each(['launch prod', 'propose_stop moon', ''])(
    'answers a choice that it does not have (%j)',
    async (value) => {
      expect(await bot.press(OTHER_ACTIONS, KRIS, value)).toEqual([
        expect.stringContaining('This button is no longer supported. Nothing was done.'),
      ]);
      expect(await bot.actionStore.recent(1)).toEqual([]);
    },
  );

  it('is beside the link to the config vars, which the bot does not answer', async () => {
    expect(await bot.press(OPEN_SETTINGS)).toEqual([]);
    expect(bot.slack.messages.all().filter(({ failedAction }) => failedAction !== undefined)).toEqual([]);
  });
});

describe('a refused proposal', () => {
  it('ends with the manual command, where running it would be right', async () => {
    bot.world.faults.push({ service: 'heroku', method: 'GET', play: { status: 503 } });
    expect((await bot.type('rollback prod v97')).at(-1)).toMatch(
      /^Couldn't read the releases .* Nothing was done\. By hand: heroku rollback v97 --app raxx-api-prod$/,
    );
    expect((await bot.type('stop prod')).at(-1)).toMatch(
      /By hand: heroku ps:scale web=0 --app raxx-api-prod$/,
    );
  });

  it('names the change that blocks it, with its state, and the manual command', async () => {
    await bot.type('restart prod');
    await bot.press('approve');
    await bot.type('rollback prod');
    const { id } = await bot.newest();
    await bot.press('approve');
    await bot.submit(KRIS, { typed_version: { typed_version: 'v98' } });
    expect((await bot.actionStore.find(id))?.trail.at(-1)).toMatchObject({
      event: 'refused',
      words: expect.stringMatching(
        /^Another change to raxx-api-prod is in progress: Restart web on raxx-api-prod, not sent yet\./,
      ),
    });
  });
});

describe('a deploy of a commit that is being deployed already', () => {
  it('names the run that is deploying it', async () => {
    await carryOut('deploy prod');
    const run = bot.world.github.runs.findLast(({ live }) => live !== undefined);
    const shown = await bot.type('deploy prod');
    expect(shown.at(-1)).toContain(`Run ${run?.id} is waiting for Kristerpher at the production gate.`);
    expect(shown.at(-1)).toMatch(/^This commit is already on its way \(Deploy .*\)\. .* Nothing was done\.$/);
    expect(JSON.stringify(bot.slack.messages.all().at(-1)?.blocks)).toContain('See its card');
    expect(bot.writes()).toHaveLength(1);
  });

  it('names a run that someone dispatched on GitHub', async () => {
    await carryOut('deploy prod');
    const run = bot.world.github.runs.findLast(({ live }) => live !== undefined);
    const { id, revision } = await bot.newest();
    const outcome = { words: 'Not confirmed.', evidence: [], next: [], manualCommand: null };
    await bot.actionStore.move(id, { name: 'lose', revision, at: Date.now(), outcome });
    expect((await bot.type('deploy prod')).at(-1)).toMatch(
      new RegExp(
        `^[0-9a-f]{8} is already on its way to prod: run ${run?.id} is waiting for Kristerpher at the production gate \\(https://.*\\)\\. Approve that one, or cancel it first\\. Nothing was done\\.$`,
      ),
    );
  });

  it('shows a stop and the restore after it on its card', async () => {
    await carryOut('deploy prod');
    const deploy = await bot.newest();
    await carryOut('stop prod because it burns');
    await bot.work();
    const card = () =>
      JSON.stringify(bot.slack.messages.find(deploy.card?.channel ?? '', deploy.card?.ts ?? '')?.blocks);
    const drawn = await bot.actionStore.find(deploy.id);
    expect(drawn?.progress.notice).toMatch(
      /^raxx-api-prod was stopped on purpose \(“it burns”\)\. This deploy's release won't run until the app is restored\.$/,
    );
    expect(card()).toContain('raxx-api-prod was stopped on purpose');
    await carryOut('restore prod');
    await bot.work();
    expect((await bot.actionStore.find(deploy.id))?.progress.notice).toBeUndefined();
    expect(prodDynos()).toHaveLength(1);
  });
});

describe('the limit of diagnoses', { timeout: 60_000 }, () => {
  it('ignores status, logs and diagnoses that another person began, and is the first answer once it is reached', async () => {
    for (let round = 0; round < 6; round += 1) {
      await bot.type('diagnose prod');
      // Answered from the last collection, so it does not count.
      await bot.type('diagnose prod');
      bot.pass(6_000);
    }
    const before = bot.reads();
    const [first, ...rest] = await bot.type('diagnose prod');
    expect(first).toMatch(/^Limit: 6 diagnoses a minute\. Nothing was done\. Try again in \d+ s\.$/);
    expect(rest).toEqual([]);
    expect(bot.reads()).toBe(before);
    expect((await bot.press('diagnose_again')).at(0)).toMatch(/^Limit: /);
    expect((await bot.type('status')).at(-1)).not.toContain('Limit');
    expect((await bot.type('logs prod')).at(-1)).not.toContain('Limit');
    // Each person has their own limit.
    expect((await bot.type('diagnose prod', MOIRA)).at(0)).toBe('Diagnosing prod…');
  });
});

describe('the approvers', () => {
  const two = (facts: Facts): Facts => ({
    ...facts,
    people: { operators: [KRIS], approvers: ['moira@raxx.app', 'S0ONCALL1'] },
    approvals: { ...facts.approvals, stop: { approvals: 1, selfApprove: false } },
  });
  const how = (notify: Facts['approvals']['notify']) => (facts: Facts) => ({
    ...two(facts),
    approvals: { ...two(facts).approvals, notify },
  });
  const directs = () => bot.slack.messages.all().filter(({ channel }) => channel.startsWith('D'));

  it('are mentioned on the card', async () => {
    await bot.reset('healthy', two);
    await bot.type('stop prod too many errors');
    const card = await bot.card();
    expect(card).toContain(
      `"Can approve: "},{"type":"user","user_id":"${MOIRA}"},{"type":"text","text":", "},{"type":"usergroup","usergroup_id":"S0ONCALL1"}`,
    );
    expect(card).toContain('“too many errors”');
    await bot.press('approve', MOIRA);
    await bot.work();
    // Once decided, the card asks nobody for an approval.
    expect(await bot.card()).not.toContain('Can approve');
    expect(directs()).toEqual([]);
  });

  it('no longer count once their account is deactivated, and the card shows how many still do', async () => {
    await bot.reset('healthy', (facts) => ({
      ...facts,
      people: { operators: [KRIS], approvers: [KRIS, MOIRA, ANA] },
      approvals: { ...facts.approvals, stop: { approvals: 2, selfApprove: true } },
    }));
    await bot.type('stop prod');
    await bot.press('approve', MOIRA);
    expect(await bot.card()).toContain('1 of 2 approvals');
    const { workspace } = bot.slack;
    workspace.people = workspace.people.map((one) => (one.id === MOIRA ? { ...one, isGone: true } : one));
    bot.pass(6 * 60_000);
    await bot.press('approve', ANA);
    expect(await bot.card()).toContain('1 of 2 approvals');
    expect(await bot.newest()).toMatchObject({ state: 'proposed', approvals: [{ person: ANA }] });
    await bot.press('approve', KRIS);
    expect(await bot.newest()).toMatchObject({ state: 'approved' });
  });

  it('get a direct message each instead of a mention, if the runbook file says so', async () => {
    await bot.reset('healthy', how('dm'));
    await bot.type('stop prod');
    expect(await bot.card()).toContain('"Can approve: "},{"type":"text","text":"Moira');
    expect(directs().map(({ text }) => text)).toEqual([
      'Waiting for your approval: Stop raxx-api-prod (web from 1 to 0). App: raxx-api-prod.',
    ]);
    expect((await bot.thread()).map(({ text }) => text)).toEqual([
      'No direct message reached the group S0ONCALL1.',
    ]);
  });

  it('are only named if the runbook file notifies nobody', async () => {
    await bot.reset('healthy', how('none'));
    await bot.type('stop prod');
    expect(await bot.card()).toContain('"Can approve: "},{"type":"text","text":"Moira');
    expect(directs()).toEqual([]);
  });

  it('are named to someone who may not approve', async () => {
    await bot.reset('healthy', two);
    await bot.type('stop prod');
    expect((await bot.press('approve', ANA)).at(-1)).toBe(
      'You are not one of the approvers in the runbook file (people.approvers). Who can: moira@raxx.app, a group. Nothing was done.',
    );
    expect((await bot.type('restart prod', MOIRA)).at(-1)).toMatch(
      /\(people\.operators\)\. Who can: someone\. Nothing was done\.$/,
    );
    expect((await bot.type('escalate prod help', ANA)).at(-1)).toBe(
      "Only operators and approvers can escalate. Nothing was done. If it can't wait, contact Kristerpher directly: ops@raxx.app.",
    );
  });
});

describe('the asker', () => {
  beforeEach(() =>
    bot.reset('healthy', (facts) => ({ ...facts, people: { operators: [KRIS], approvers: [KRIS, MOIRA] } })),
  );
  const heard = async () =>
    (await bot.thread()).filter(({ blocks }) => blocks.includes(`"user_id":"${KRIS}"`));

  it('is notified of a rejection, and of its reason once someone gives it', async () => {
    await bot.type('stop prod');
    const [offer] = await bot.press('reject', MOIRA);
    expect(offer).toBe('Rejected: Stop raxx-api-prod (web from 1 to 0).');
    await bot.work();
    expect((await heard()).map(({ text }) => text)).toEqual([
      'Stop raxx-api-prod (web from 1 to 0): Rejected. Nothing was done.',
    ]);
    await bot.press('say_why', MOIRA);
    const ack = await bot.submit(MOIRA, { reject_reason: { reject_reason: 'the errors are from a test' } });
    expect(ack.body).toBe('');
    await bot.work();
    expect((await heard()).at(-1)?.text).toContain(
      'Rejected: “the errors are from a test”. Nothing was done.',
    );
    expect(await bot.card()).toContain('Reason: “the errors are from a test”. Nothing was done.');
    expect((await bot.type('history prod', ANA)).length).toBeGreaterThan(0);
    const shown = JSON.stringify(bot.slack.messages.all().at(-1)?.blocks);
    expect(shown).toContain(`"text":"→ "},{"type":"user","user_id":"${MOIRA}"}`);
    expect(shown).toContain('"text":"“the errors are from a test”"');
    expect(bot.writes()).toEqual([]);
  });

  it('is not notified of what they did themselves', async () => {
    await bot.type('stop prod');
    await bot.press('reject', KRIS);
    await bot.work();
    expect(await heard()).toEqual([]);
  });

  it('is notified when the proposal expires or the action ends', async () => {
    await bot.type('stop prod');
    bot.pass(31 * 60_000);
    await bot.work();
    expect((await heard()).map(({ text }) => text)).toEqual([
      'Stop raxx-api-prod (web from 1 to 0): Nobody decided in time. Nothing was done. Propose it again.',
    ]);
    await carryOut('restart prod because workers hang');
    expect((await heard()).map(({ text }) => text)).toEqual(['Restart web on raxx-api-prod: web.1 up.']);
  });
});

describe('a deploy at the gate', () => {
  it("names the gate's reviewer and mentions them once", async () => {
    await carryOut('deploy prod');
    await bot.work();
    const run = bot.world.github.runs.findLast(({ live }) => live !== undefined);
    const words = `Run ${run?.id} is waiting for Kristerpher at the production gate.`;
    expect(await bot.card()).toContain(words);
    bot.pass(60_000);
    await bot.work();
    const shown = (await bot.thread()).filter(({ text }) => text.includes('production gate'));
    expect(shown).toHaveLength(1);
    expect(shown[0]?.blocks).toContain(`"user_id":"${KRIS}"`);
  });
});

describe('/raxx history', () => {
  it('shows who asked, who decided and why, who escalated and who snoozed', async () => {
    await bot.reset('healthy', (facts) => ({
      ...facts,
      people: { operators: [KRIS], approvers: [KRIS, MOIRA] },
    }));
    expect((await bot.type('history')).at(-1)).toBe('No actions yet.');
    await bot.type('stop prod because it burns');
    await bot.press('approve', MOIRA);
    await bot.work();
    await bot.type('escalate staging the login fails');
    await bot.type('snooze staging 90m');
    await bot.type('history');
    const [, ...rows] = rowsOf(bot.slack.messages.all().at(-1)?.blocks ?? []);
    expect(rows).toEqual([
      [
        expect.stringMatching(/UTC [0-9a-f]{8}$/),
        expect.stringMatching(/ Snoozed: staging until 2.* UTC$/),
        KRIS,
      ],
      [expect.any(String), ' Escalated: staging “the login fails”', KRIS],
      [expect.any(String), ' Done: Stop raxx-api-prod (web from 1 to 0) “it burns”', `${KRIS} → ${MOIRA}`],
    ]);
    await bot.type('history prod');
    expect(JSON.stringify(bot.slack.messages.all().at(-1)?.blocks)).not.toContain('Snoozed');
  });
});
