/** Where messages go when a channel or a person cannot be reached, over signed HTTP: no emergency stop gets lost, and the asker always gets an answer. */
import { describe, expect, it, vi } from 'vitest';
import type { Slack } from '../../sandbox/slack/slack.ts';
import type { Channel } from '../../sandbox/slack/workspace.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import {
  BOT,
  KRIS,
  LEADS,
  MOIRA,
  MOOSEQUEST,
  RANDOM,
  type SlackBot,
  type SlackBotOptions,
  useSlackBots,
} from '../support/slack-bot.ts';

let bot: SlackBot;
const rules =
  (selfApprove: boolean, approvers: readonly string[]) =>
  (facts: Facts): Facts => ({
    ...facts,
    people: { operators: [KRIS], approvers },
    escalation: { ...facts.escalation, who: { name: 'Kristerpher', contact: KRIS } },
    approvals: { ...facts.approvals, stop: { approvals: 1, selfApprove } },
  });
const openBot = useSlackBots({ facts: rules(false, [MOIRA]) });
const open = async (options: SlackBotOptions = {}) => {
  bot = await openBot(options);
};
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });
const change = ({ workspace }: Slack, id: string, more: Partial<Channel>) => {
  workspace.channels = workspace.channels.map((one) => (one.id === id ? { ...one, ...more } : one));
};
const archive = (slack: Slack) => change(slack, MOOSEQUEST, { isArchived: true });
const invite = (slack: Slack, id: string, members: readonly string[]) => change(slack, id, { members });
const BY_HAND = 'heroku ps:scale web=0 --app raxx-api-prod';
const cards = () => bot.posted().filter(({ text }) => text.startsWith('Proposed: '));

describe("when the team's channel is archived", () => {
  it('the card is posted where it was asked for, with the reason, and approved there', async () => {
    await open({
      prepare: (slack) => {
        archive(slack);
        invite(slack, RANDOM, [KRIS, MOIRA, BOT]);
      },
    });
    await bot.command('stop prod it burns', KRIS, RANDOM);
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain('it is archived'));
    expect(bot.shownTo(KRIS).at(-1)).toContain(BY_HAND);
    expect(cards().map(({ channel }) => channel)).toEqual([RANDOM]);
    await bot.click('approve', MOIRA);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
  });

  it('a proposal that no approver can see ends, and the asker gets the reason and the manual command', async () => {
    await open({ prepare: archive });
    await bot.command('stop prod it burns', KRIS, RANDOM);
    await until(() => expect(bot.shownTo(KRIS)).toHaveLength(2));
    const said = bot.shownTo(KRIS)[1];
    expect(said).toContain("not proposed. The card couldn't be posted where an approver would see it.");
    expect(said).toContain('I cannot post in #MooseQuest: it is archived. Fix: unarchive it,');
    expect(said).toContain('Nothing was done.');
    expect(said).toContain(BY_HAND);
    expect(said).not.toContain('as soon as Slack accepts it');
    expect(await bot.newest()).toMatchObject({ state: 'superseded', sentAt: null });
  });

  it('a private channel gets the card only if an approver is a member', async () => {
    await open({
      prepare: (slack) => {
        archive(slack);
        invite(slack, LEADS, [KRIS, BOT]);
      },
    });
    await bot.command('stop prod it burns', KRIS, LEADS);
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain('not proposed'));
    invite(bot.slack, LEADS, [KRIS, MOIRA, BOT]);
    await bot.command('stop prod it burns', KRIS, LEADS);
    await until(() => expect(cards().map(({ channel }) => channel)).toEqual([LEADS]));
  });

  it('an asker who may approve it themselves gets the card by direct message', async () => {
    await open({ facts: rules(true, [KRIS]), prepare: archive });
    await bot.command('stop prod it burns', KRIS, RANDOM);
    await until(() => expect(cards().map(({ channel }) => channel)).toEqual(['D0KRIS001']));
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain(BY_HAND));
    await bot.click('approve', KRIS);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
  });

  it('a click on a card posted earlier is still answered', async () => {
    await open({ facts: rules(true, [KRIS]) });
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    archive(bot.slack);
    await bot.click('approve', KRIS);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
    await until(() =>
      expect(
        bot
          .posted()
          .filter(({ channel }) => channel === 'D0KRIS001')
          .map(({ text }) => text)
          .join(),
      ).toContain('Approved'),
    );
  });

  it('an asker who may approve nothing still sees what becomes of it', async () => {
    await open();
    await bot.command('stop prod it burns');
    await until(() => expect(cards()).toHaveLength(1));
    archive(bot.slack);
    await bot.click('approve', MOIRA);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
    await bot.context.work();
    await bot.app.actions.draw((await bot.newest()).id);
    const alone = bot.posted().filter(({ channel }) => channel === 'D0KRIS001');
    expect(alone.at(-1)?.text).toMatch(/^Done: Stop raxx-api-prod/);
  });

  it('the operators are alerted once, with the fix, however many messages fail', async () => {
    await open({ prepare: archive });
    const alarms = () =>
      bot.posted().filter(({ text }) => text.includes('no cards and no pages are posted there'));
    await until(() => expect(alarms()).toHaveLength(1));
    expect(alarms()[0]).toMatchObject({ channel: 'D0KRIS001' });
    await bot.app.incidents.notice('one');
    await bot.app.incidents.notice('two');
    expect(alarms()).toHaveLength(1);
  });

  it('a notice goes to the operator by direct message', async () => {
    await open({ prepare: archive });
    await bot.app.incidents.notice('prod: the snooze ends.');
    expect(bot.posted().at(-1)).toMatchObject({ channel: 'D0KRIS001', text: 'prod: the snooze ends.' });
  });

  it('the missing cards are drawn once it takes messages again', async () => {
    await open();
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    archive(bot.slack);
    await bot.app.actions.draw(id);
    expect(cards()).toEqual([]);
    change(bot.slack, MOOSEQUEST, { isArchived: false });
    await bot.app.incidents.notice('hello');
    await until(() => expect(cards().map(({ channel }) => channel)).toEqual([MOOSEQUEST]));
  });
});

describe('a card that is drawn when the channel takes messages again', () => {
  it('does not block itself', async () => {
    await open();
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    archive(bot.slack);
    await bot.app.actions.draw(id);
    change(bot.slack, MOOSEQUEST, { isArchived: false });
    await bot.app.actions.draw(id);
    expect(cards().map(({ channel }) => channel)).toEqual([MOOSEQUEST]);
  });
});

describe("when the team's channel refuses a message for another reason", () => {
  it.each<readonly [name: string, prepare: (slack: Slack) => void, words: string]>([
    ['the bot is not a member', (slack) => invite(slack, MOOSEQUEST, [KRIS, MOIRA]), 'I am not in it'],
    ['it was renamed', (slack) => change(slack, MOOSEQUEST, { name: 'elk-quest' }), 'it does not exist'],
  ])('the asker is told why: %s', async (_name, prepare, words) => {
    await open({ prepare });
    await bot.command('stop prod it burns', KRIS, RANDOM);
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain(words));
    expect(bot.shownTo(KRIS).at(-1)).toContain(BY_HAND);
  });

  it('the card is posted after a short outage of Slack', async () => {
    await open();
    bot.faults = [{ service: 'slack', path: 'chat.postMessage', play: { status: 503 } }];
    await bot.command('stop prod it burns');
    await until(() =>
      expect(JSON.stringify(bot.slack.messages.all().at(-1)?.blocks)).toContain(
        'as soon as Slack accepts it',
      ),
    );
    bot.faults = [];
    await bot.app.actions.draw((await bot.newest()).id);
    expect(cards()).toHaveLength(1);
  });
});

describe('a missing permalink', () => {
  it('does not fail the command', async () => {
    await open();
    const body = { ok: false, error: 'message_not_found' };
    bot.faults = [{ service: 'slack', path: 'getPermalink', play: { status: 200, body } }];
    await bot.command('stop prod it burns');
    await until(() => expect(bot.shownTo(KRIS).at(-1)).toMatch(/^Proposed: Stop raxx-api-prod/));
    expect(bot.shownTo(KRIS).join()).not.toContain('Something broke');
  });
});

describe('when no operator can be reached', () => {
  it('the log has the fault and its fix', async () => {
    await open({
      prepare: (slack) => {
        archive(slack);
        slack.workspace.messagesTab = 'closed';
      },
    });
    await until(() =>
      expect(bot.logged.join('')).toContain('the alert about it could not be sent to an operator either'),
    );
    expect(bot.logged.join('')).toContain('messages_tab_disabled');
    expect(bot.logged.join('')).toContain('cards and pages cannot be posted in #MooseQuest: it is archived');
  });
});
