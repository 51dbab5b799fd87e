/** Who may do what, over signed HTTP: a right that Slack does not show is unknown, neither granted nor denied. */
import { describe, expect, it, vi } from 'vitest';
import { signedHeaders } from '../../sandbox/slack/sign.ts';
import type { Slack } from '../../sandbox/slack/slack.ts';
import type { Person } from '../../sandbox/slack/workspace.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import {
  ANA,
  GUS,
  KRIS,
  MOIRA,
  SAM,
  SIGNING_SECRET,
  type SlackBot,
  type SlackBotOptions,
  useOrdinaryWorld,
  useSlackBots,
} from '../support/slack-bot.ts';
import { ALL_SCOPES } from '../support/slack-scopes.ts';

const MINUTE = 60_000;
const TEAM = 'T0RAXX001';

const world = useOrdinaryWorld();
const openBot = useSlackBots({}, world);
let bot: SlackBot;
const open = async (options: SlackBotOptions = {}) => {
  bot = await openBot(options);
};
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });
const named =
  (people: Partial<Facts['people']>, self = true) =>
  (facts: Facts): Facts => ({
    ...facts,
    people: { ...facts.people, ...people },
    approvals: { ...facts.approvals, stop: { approvals: 1, selfApprove: self } },
  });
const change = (slack: Slack, id: string, more: Partial<Person>) => {
  slack.workspace.people = slack.workspace.people.map((one) => (one.id === id ? { ...one, ...more } : one));
};
const disableGroup = ({ workspace }: Slack) => {
  workspace.groups = workspace.groups.map((one) => ({ ...one, isDisabled: true }));
};
/** Resolves when everybody whom the runbook file names was looked up. */
const lookedUp = () => until(() => expect(bot.calls('conversations.info')).toBeGreaterThan(0));
const slackAway = () => {
  bot.faults = [{ service: 'slack', path: '/api/', play: { status: 503 } }];
};

describe('a user group that cannot be read', () => {
  const facts = named({ operators: [KRIS, 'S0ONCALL1'], approvers: ['S0ONCALL1', KRIS] });

  it('takes no rights from a person whom another entry names', async () => {
    await open({ facts, prepare: disableGroup });
    expect(await bot.command('stop prod it burns')).toBe('Looking at what a stop of prod would do…');
    await until(async () => expect((await bot.newest()).card).not.toBeNull());
    await bot.click('approve', KRIS);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
  });

  it('is named to a person who may be a member, with who can fix it, instead of a plain refusal', async () => {
    await open({ facts, prepare: disableGroup });
    const answer = await bot.command('stop prod it burns', MOIRA);
    expect(answer).toContain(
      "I can't tell whether you are an operator: Slack won't tell me who is in user group S0ONCALL1",
    );
    expect(answer).toContain('no_such_subteam');
    expect(answer).toContain('a Slack admin can enable it');
    expect(answer).toContain('Nothing was done.');
    expect(answer).not.toContain('You are not among');
    expect(world.local.outside.heroku.arrived).toEqual([]);
  });

  it('is also named after a click and after an escalation', async () => {
    await open({ facts, prepare: disableGroup });
    await bot.command('stop prod it burns');
    await until(async () => expect((await bot.newest()).card).not.toBeNull());
    await bot.click('approve', MOIRA);
    await until(() =>
      expect(bot.shownTo(MOIRA).join()).toContain("I can't tell whether you are an approver"),
    );
    expect((await bot.newest()).state).toBe('proposed');
    expect(await bot.command('escalate prod help', MOIRA)).toContain(
      "I can't tell whether you are an operator or an approver",
    );
  });

  it('is explained with the missing scope', async () => {
    await open({ facts, scopes: ALL_SCOPES.filter((one) => one !== 'usergroups:read') });
    const answer = await bot.command('stop prod it burns', MOIRA);
    expect(answer).toContain('missing_scope');
    expect(answer).toContain('add the scope usergroups:read and reinstall it');
  });

  it('takes the rights of its members when it is disabled later', async () => {
    await open({ facts });
    expect(await bot.command('stop prod x', MOIRA)).toContain('Looking at');
    disableGroup(bot.slack);
    bot.pass(6 * MINUTE);
    expect(await bot.command('stop prod x', MOIRA)).toContain("I can't tell whether you are an operator");
  });
});

describe('e-mail addresses that Slack does not show', () => {
  const scopes = ALL_SCOPES.filter((one) => one !== 'users:read.email');
  const facts = named({ operators: ['moira@raxx.app', KRIS], approvers: [KRIS] });

  it('keep the rights given by id, and are named to everybody else', async () => {
    await open({ facts, scopes });
    expect(await bot.command('stop prod x', KRIS)).toContain('Looking at');
    const answer = await bot.command('stop prod x', MOIRA);
    expect(answer).toContain("Slack won't tell me who has the address moira@raxx.app (missing_scope)");
    expect(answer).toContain('add the scope users:read.email');
    expect(answer).not.toContain('You are not among');
  });

  it('do not refuse a reader outright', async () => {
    await open({ facts: named({ operators: [KRIS], approvers: [KRIS], readers: ['ana@raxx.app'] }), scopes });
    expect(await bot.command('help', ANA)).toContain("I can't tell whether you may read this");
  });
});

describe('a person whom no entry names', () => {
  it('is refused at once, before any request to Heroku', async () => {
    await open({ facts: named({ operators: [KRIS], approvers: [KRIS] }) });
    expect(await bot.command('stop prod x', MOIRA)).toBe(
      'You are not one of the operators in the runbook file (people.operators). Who can: someone. Nothing was done.',
    );
    expect(world.local.outside.heroku.arrived).toEqual([]);
    // The audit records it anyway.
    await until(async () => {
      const rows = await world.db.sql(
        "select who from audit where event = 'refused' order by seq desc limit 1",
      );
      expect(rows).toMatchObject([{ who: MOIRA }]);
    });
  });

  it.each(['stop prod x', 'escalate prod x', 'snooze prod 2h', 'snooze prod off'])(
    'is refused while the database hangs: %s',
    async (text) => {
      const hangs = () => new Promise<never>(() => {});
      const never = new Proxy(Object.create(null), { get: () => hangs });
      await open({
        facts: named({ operators: [KRIS], approvers: [KRIS] }),
        more: { actionStore: never, actionService: never, incidents: never },
      });
      expect(await bot.command(text, MOIRA)).toMatch(/Nothing was done\./);
    },
  );

  it('is told whom to call when they may not page the operator', async () => {
    await open({ facts: named({ operators: [KRIS], approvers: [KRIS] }) });
    expect(await bot.command('escalate prod help', MOIRA)).toBe(
      "Only operators and approvers can escalate. Nothing was done. If it can't wait, contact Kristerpher directly: ops@raxx.app.",
    );
  });
});

describe("while Slack's API does not answer", () => {
  const facts = named({ operators: [KRIS], approvers: ['moira@raxx.app'] }, false);

  it('an approver whom the bot knows can approve an emergency stop, and the audit says so', async () => {
    await open({ facts });
    await lookedUp();
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    await bot.app.actions.draw(id);
    bot.pass(50 * MINUTE);
    slackAway();
    await bot.click('approve', MOIRA);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
    const { trail } = await bot.newest();
    expect(trail.find(({ event }) => event === 'approved')).toMatchObject({
      who: MOIRA,
      words: expect.stringMatching(/^Slack didn't respond: rights as of \d{4}-.* UTC$/),
    });
    await until(() =>
      expect(bot.shownTo(MOIRA).join()).toMatch(/^Approved: Stop .*Slack isn't accepting the card/),
    );
  });

  it('nobody is known after an hour', async () => {
    await open({ facts });
    await lookedUp();
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    await bot.app.actions.draw(id);
    bot.pass(61 * MINUTE);
    slackAway();
    await bot.click('approve', MOIRA);
    await until(() =>
      expect(bot.shownTo(MOIRA).join()).toContain('I could not see who you are (Slack: HTTP 503)'),
    );
    expect(bot.shownTo(MOIRA).join()).toContain('This is temporary; try again in a minute.');
    expect((await bot.newest()).state).toBe('proposed');
  });

  it('a person who was never seen stays unknown', async () => {
    await open({ facts });
    await lookedUp();
    slackAway();
    expect(await bot.command('help', ANA)).toContain('I could not see who you are');
  });

  it('a guest stays a guest', async () => {
    await open({ facts: named({ operators: [KRIS], approvers: [GUS] }) });
    await until(() =>
      expect(
        bot.server.arrived.some(({ path, body }) => path.endsWith('users.info') && body.includes(GUS)),
      ).toBe(true),
    );
    slackAway();
    expect(await bot.command('help', GUS)).toContain('only full members');
  });
});

describe('while Slack answers', () => {
  it('a profile is read again after five minutes', async () => {
    await open({ facts: named({ operators: [MOIRA], approvers: [MOIRA] }) });
    expect(await bot.command('stop prod x', MOIRA)).toContain('Looking at');
    change(bot.slack, MOIRA, { kind: 'guest' });
    bot.pass(6 * MINUTE);
    expect(await bot.command('stop prod x', MOIRA)).toContain('only full members');
  });

  it('a person with a deactivated account may do nothing', async () => {
    await open({
      facts: named({ operators: [MOIRA], approvers: [MOIRA] }),
      prepare: (slack) => change(slack, MOIRA, { isGone: true }),
    });
    expect(await bot.command('help', MOIRA)).toContain('only full members');
  });
});

describe('Enterprise Grid', () => {
  const OTHER = 'T0GRID002';
  const facts = named({ operators: [MOIRA], approvers: [MOIRA] });
  const onGrid = (slack: Slack, more: Partial<Person>) => {
    slack.workspace.enterprise = { id: 'E0RAXX001', name: 'raxx group' };
    change(slack, MOIRA, more);
  };

  it('accepts a member whose home is another workspace of the organization', async () => {
    await open({ facts, prepare: (slack) => onGrid(slack, { teamId: OTHER, gridTeams: [OTHER, TEAM] }) });
    expect(await bot.command('stop prod x', MOIRA)).toContain('Looking at');
    await until(async () => expect((await bot.newest()).card).not.toBeNull());
    await bot.click('approve', MOIRA);
    await until(async () => expect((await bot.newest()).state).toBe('approved'));
  });

  it('refuses a person of the organization who is only in another workspace', async () => {
    await open({ facts, prepare: (slack) => onGrid(slack, { teamId: OTHER, gridTeams: [OTHER] }) });
    expect(await bot.command('help', MOIRA)).toContain('only members of the workspace where I am installed');
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    await bot.app.actions.draw(id);
    await bot.click('approve', MOIRA);
    await until(() =>
      expect(bot.shownTo(MOIRA).join()).toContain('only members of the workspace where I am installed'),
    );
    expect((await bot.newest()).state).toBe('proposed');
  });

  it('refuses a stranger by is_stranger, whatever workspace the request names', async () => {
    await open({
      facts: named({ operators: [SAM], approvers: [SAM] }),
      prepare: (slack) => change(slack, SAM, { teamId: TEAM }),
    });
    expect(await bot.command('help', SAM)).toContain('only full members');
  });

  it('refuses a person of a foreign team whom Slack does not call a stranger', async () => {
    await open({
      facts: named({ operators: [SAM], approvers: [SAM] }),
      prepare: (slack) => change(slack, SAM, { kind: 'member' }),
    });
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    await bot.app.actions.draw(id);
    await bot.click('approve', SAM);
    await until(() => expect(bot.shownTo(SAM).join()).toContain('only members of the workspace'));
    expect((await bot.newest()).state).toBe('proposed');
  });

  /** A signed request with the person and workspace that the test claims. */
  async function claim(user: string, team?: string): Promise<string> {
    const body = new URLSearchParams({
      command: '/raxx',
      text: 'help',
      user_id: user,
      ...(team === undefined ? {} : { team_id: team }),
      api_app_id: 'A0RAXXAPP',
      channel_id: 'C0MOOSE01',
      response_url: `${bot.server.url}/commands/x`,
    }).toString();
    const headers = signedHeaders(SIGNING_SECRET, body, Math.floor(Date.now() / 1000));
    const answer = await fetch(bot.url, { method: 'POST', body, headers });
    return String(Object(await answer.json()).text);
  }

  it('refuses a person by the team of their profile, although the request names our workspace', async () => {
    await open({ facts, prepare: (slack) => change(slack, SAM, { kind: 'member' }) });
    expect(await claim(SAM, TEAM)).toContain('only members of the workspace');
    expect(await claim(MOIRA, TEAM)).toContain('Commands of /raxx');
  });

  it('refuses a request from another workspace, although the person is a member of ours', async () => {
    await open({ facts });
    expect(await claim(MOIRA, OTHER)).toContain('only members of the workspace');
  });

  it('refuses a request that names no workspace', async () => {
    await open({ facts });
    expect(await claim(MOIRA)).toContain('only members of the workspace');
  });

  it("refuses a click from another home workspace if Slack does not show the person's team", async () => {
    await open({ facts, prepare: (slack) => change(slack, MOIRA, { teamId: OTHER }) });
    const { id } = await bot.context.propose('stop', {
      by: { id: KRIS, isOperator: true, isApprover: false },
    });
    await bot.app.actions.draw(id);
    bot.pass(61 * MINUTE);
    const body = { ok: true, user: { id: MOIRA, name: 'moira', profile: {} } };
    bot.faults = [{ service: 'slack', path: 'users.info', play: { status: 200, body } }];
    await bot.click('approve', MOIRA);
    await until(() => expect(bot.shownTo(MOIRA).join()).toContain('only members of the workspace'));
  });
});
