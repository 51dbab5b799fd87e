/** What people do about an incident, over signed HTTP: they acknowledge, escalate, want quiet, and read how it was. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Wake } from '../../src/runbook/model/incident.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import { draft } from '../support/draft.ts';
import { testFacts } from '../support/facts.ts';
import { type IncidentFace, openIncidentFace } from '../support/incident-face.ts';

const [OPERATOR, ENGINEER, GUEST, STRANGER] = ['U0KRIS001', 'U0MOIRA01', 'U0GUS0001', 'U0SAM0001'] as const;
const MOOSEQUEST = 'C0MOOSE01';
const BOT = 'U0RAXXBOT';
const MINUTE = 60_000;

let db: Db;
let world: IncidentFace;

beforeAll(async () => {
  db = await openMigrated();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.sql('truncate watches, snoozes, incidents, wakes, pings');
  world = await openIncidentFace(db);
});
afterEach(() => world.close());

async function reopen(more: Parameters<typeof openIncidentFace>[1]): Promise<void> {
  await world.close();
  world = await openIncidentFace(db, more);
}

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });
const unreachable = (): Wake => ({
  cause: { kind: 'condition', condition: 4, about: '' },
  reason: 'The app is unreachable and Heroku’s status is green',
  dueAt: world.now(),
});
const failedRun = (): Wake => ({
  cause: { kind: 'condition', condition: 1, about: '9300' },
  reason: 'Run 9300 failed after the gate',
  dueAt: world.now(),
});
const posted = () => world.slack.messages.all().filter(({ author, onlyFor }) => author === BOT && !onlyFor);
const told = (user: string) =>
  world.slack.messages
    .all()
    .filter((one) => one.onlyFor === user)
    .map(({ text }) => text);
const withButton = (actionId: string) =>
  posted().filter(({ blocks }) => JSON.stringify(blocks).includes(`"action_id":"${actionId}"`));
const command = async (text: string, user: string = OPERATOR) =>
  JSON.parse((await world.sender.command(`/raxx ${text}`, user, MOOSEQUEST)).body).text as string;

async function click(actionId: string, user: string, index = 0): Promise<void> {
  const message = withButton(actionId)[index];
  if (!message) throw new Error(`no button ${actionId}`);
  await world.sender.click({ channel: message.channel, ts: message.ts, actionId, user });
}

/** A card, a ping in the channel and one to the operator. */
async function pinged() {
  const incident = await world.see({ kind: 'open', wakes: [unreachable()] });
  await world.work();
  return incident;
}

describe('an incident', () => {
  it('is one card, a ping in the channel and a direct one, each with Acknowledge', async () => {
    await pinged();
    const [card, ...pings] = posted();
    expect(card?.text).toMatch(/^Incident: raxx-api-prod is down, since /);
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001']);
    for (const { text } of pings)
      expect(text).toMatch(
        new RegExp(`^<@${OPERATOR}>: prod down 1 min: No answer within 5 s\\. Try Restart\\.`),
      );
    expect(withButton('acknowledge')).toHaveLength(3);
    expect(JSON.stringify(pings)).toContain(`archives/${MOOSEQUEST}/p`);
  });

  it('has its card before the first line in its thread, whichever job comes first', async () => {
    const later = { ...unreachable(), dueAt: world.now() + MINUTE };
    await world.see({ kind: 'open', wakes: [later] });
    await world.work('tell_incident');
    const [card, line] = posted();
    expect(posted()).toHaveLength(2);
    expect(card?.text).toMatch(/^Incident: raxx-api-prod is down/);
    expect(line).toMatchObject({ threadTs: card?.ts });
  });

  it('is acknowledged by a click; card and pings lose the button and say who has it', async () => {
    const { id } = await pinged();
    await click('acknowledge', OPERATOR, 2);
    await until(() =>
      expect(told(OPERATOR)).toEqual(["You own it. I'll page Kristerpher in 30 min if it isn't resolved."]),
    );
    await world.work();
    expect(withButton('acknowledge')).toEqual([]);
    for (const { blocks } of posted().slice(0, 3))
      expect(JSON.stringify(blocks)).toContain(`"user_id":"${OPERATOR}"`);
    expect(await world.incidentStore.find(id)).toMatchObject({ acknowledged: { by: OPERATOR }, pings: 1 });
    expect(
      posted()
        .filter(({ threadTs }) => threadTs !== undefined)
        .map(({ text }) => text),
    ).toEqual(['Acknowledged.']);
  });

  it('is told to be taken to whoever clicks second, and to the first', async () => {
    const facts: Facts = { ...testFacts, people: { ...testFacts.people, approvers: [OPERATOR, ENGINEER] } };
    await reopen({ facts });
    await pinged();
    await click('acknowledge', ENGINEER, 0);
    await until(() => expect(told(ENGINEER)).toHaveLength(1));
    // The cards are not drawn anew yet: their buttons still stand there.
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(told(OPERATOR)).toEqual(['somebody has it already. Nothing was done.']));
    expect(JSON.stringify(world.slack.messages.all().at(-1)?.blocks)).toContain(`"user_id":"${ENGINEER}"`);
    await click('acknowledge', ENGINEER, 2);
    await until(() => expect(told(ENGINEER)).toHaveLength(2));
    expect(told(ENGINEER)[1]).toBe('You have it already. Nothing was done.');
  });

  it('says so when it is resolved already', async () => {
    await pinged();
    await world.see({ kind: 'resolve' });
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(told(OPERATOR)).toEqual(['It is resolved already. Nothing was done.']));
  });

  it('ends quietly: its card and pings are edited, and nobody is pinged', async () => {
    await pinged();
    const before = posted().length;
    await world.see({ kind: 'resolve' });
    await world.work();
    const after = posted();
    expect(after.slice(before).map(({ text, threadTs }) => [text, threadTs === after[0]?.ts])).toEqual([
      [expect.stringMatching(/^Resolved: healthy on two checks\. Outage: 1 min/), true],
    ]);
    expect(after[0]?.text).toMatch(/^Resolved after 1 min( \d+ s)?: raxx-api-prod was down\.$/);
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('of a stopped app is closed by hand, and stays closed; of a running app it is not', async () => {
    const { id } = await pinged();
    expect(withButton('close_incident')).toEqual([]);
    await world.see({ kind: 'stopped' });
    await world.work();
    const [card] = withButton('close_incident');
    expect(card?.text).toMatch(/^Incident: raxx-api-prod is stopped/);
    if (!card) throw new Error('no card');
    const close = (user: string) =>
      world.sender.click({ channel: card.channel, ts: card.ts, actionId: 'close_incident', user });

    await close(ENGINEER);
    await until(() =>
      expect(told(ENGINEER)).toEqual([expect.stringContaining('Only operators and approvers')]),
    );
    await close(OPERATOR);
    await until(() => expect(told(OPERATOR)).toEqual(['Closed. Restore still brings it back.']));
    await world.work();
    expect(await world.incidentStore.find(id)).toMatchObject({
      state: 'resolved',
      wakes: [{ overAt: expect.any(Number) }],
    });
    expect(posted()[0]?.text).toMatch(/^Closed while stopped, after 1 min( \d+ s)?: raxx-api-prod was down/);
    expect(withButton('close_incident')).toEqual([]);
    expect(posted().map(({ text }) => text)).toContain('Closed: the app stays stopped.');
  });

  it('pings again without an acknowledgement; the earlier buttons answer, too', async () => {
    const { id } = await pinged();
    world.pass(10 * MINUTE);
    await world.incidentStore.pageAgain(id, world.now());
    await world.work();
    expect(withButton('acknowledge')).toHaveLength(5);
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(told(OPERATOR)).toHaveLength(1));
    await world.work();
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('shows on its card what was tried, and how it ended', async () => {
    await pinged();
    const asked = await world.actionStore.propose(
      draft({ kind: 'restart', askedAt: world.now(), expiresAt: world.now() + MINUTE }),
    );
    if (!asked.ok) throw new Error('there is a live one');
    // The asker's command draws it first; the queue comes some seconds later.
    world.pass(5_000);
    await world.work();
    expect(JSON.stringify(posted()[0]?.blocks)).toContain('Proposed: ');
    await world.actionStore.move(asked.action.id, {
      name: 'reject',
      who: ENGINEER,
      rights: '',
      at: world.now(),
      outcome: { words: 'Not now.', evidence: [], next: [], manualCommand: null },
    });
    await world.work();
    expect(JSON.stringify(posted()[0]?.blocks)).toMatch(/Rejected: .*Not now\./);
  });

  it('is not pinged for any more when somebody took it while the ping was on its way', async () => {
    const { id } = await world.see({ kind: 'open', wakes: [unreachable()] });
    await world.incidentStore.acknowledge(id, ENGINEER, world.now());
    await world.work();
    expect(posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`))).toEqual([]);
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('pings whoever has it for what is new, and they still have it', async () => {
    const { id } = await pinged();
    await world.incidentStore.acknowledge(id, OPERATOR, world.now());
    await world.work();
    const before = posted().length;
    await world.see({ kind: 'update', wakes: [failedRun()] });
    await world.work();
    const pings = posted()
      .slice(before)
      .filter(({ threadTs }) => threadTs === undefined);
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001']);
    for (const { text } of pings) expect(text).toContain('New since it was acknowledged: Run 9300 failed');
    expect(withButton('acknowledge')).toEqual([]);
    expect(await world.incidentStore.find(id)).toMatchObject({ acknowledged: { by: OPERATOR }, pings: 2 });
  });

  it('closes each ping where it stands, the acknowledged ones as well', async () => {
    const { id } = await pinged();
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(told(OPERATOR)).toHaveLength(1));
    await world.work();
    await world.see({ kind: 'resolve' });
    await world.work();
    const pings = posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`));
    expect(pings.map(({ text }) => text.slice(0, 38))).toEqual(
      pings.map(() => `<@${OPERATOR}>: Resolved. Was: prod down`.slice(0, 38)),
    );
    expect(pings).toHaveLength(2);
    expect(await world.incidentStore.pingsOf(id)).toEqual([]);
  });

  it('after an outage of Slack is one ping a place, which says how many were missed and what is so now', async () => {
    const { id } = await world.see({ kind: 'open', wakes: [unreachable()] });
    for (let round = 0; round < 3; round += 1) {
      world.pass(10 * MINUTE);
      await world.page(id);
    }
    await world.work();
    const pings = posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`));
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001']);
    for (const { blocks } of pings)
      expect(JSON.stringify(blocks)).toContain('3 earlier pages could not be delivered here.');
    expect(pings[0]?.text).toContain('prod down 31 min');
    world.pass(10 * MINUTE);
    await world.page(id);
    await world.work();
    expect(JSON.stringify(posted().slice(-2))).toContain('Page 5');
    expect(JSON.stringify(posted().slice(-2))).not.toContain('could not be delivered');
  });

  it('does not ping for what was over before Slack was back', async () => {
    await world.see({ kind: 'open', wakes: [unreachable()] });
    await world.see({ kind: 'resolve' });
    await world.work();
    expect(posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`))).toEqual([]);
  });

  it('may be acknowledged by the contact, who is neither operator nor approver', async () => {
    const facts: Facts = {
      ...testFacts,
      people: { ...testFacts.people, operators: [OPERATOR], approvers: [OPERATOR] },
      escalation: { ...testFacts.escalation, who: { name: 'Moira', contact: ENGINEER } },
    };
    await reopen({ facts });
    await pinged();
    await click('acknowledge', ENGINEER, 0);
    await until(() => expect(told(ENGINEER)[0]).toMatch(/^You own it/));
  });

  it.each([
    ['a guest', GUEST, 'I answer only full members of this workspace. Nothing was done.'],
    [
      'somebody of another workspace',
      STRANGER,
      'I answer only people of the workspace that I am installed in. Nothing was done.',
    ],
    [
      'a member who is neither operator, approver nor the contact',
      ENGINEER,
      'Only operators, approvers and the escalation contact acknowledge. Nothing was done.',
    ],
  ])('is not acknowledged by %s', async (_name, user, words) => {
    const { id } = await pinged();
    await click('acknowledge', user);
    await until(() => expect(told(user)).toEqual([words]));
    expect(await world.incidentStore.find(id)).toMatchObject({ acknowledged: null });
    expect(withButton('acknowledge')).toHaveLength(3);
  });
});

describe('/raxx escalate', () => {
  it('opens an incident and pings at once, with the reason', async () => {
    expect(await command('escalate prod logins fail for everybody')).toBe('Escalating prod…');
    await until(() =>
      expect(told(OPERATOR)[1]).toBe(
        'Kristerpher is pinged now, and every 10 min until somebody acknowledges.',
      ),
    );
    await world.work();
    const [card, ping] = posted();
    expect(card?.text).toContain('raxx-api-prod: escalated by hand: logins fail for everybody');
    expect(ping?.text).toMatch(new RegExp(`^<@${OPERATOR}>: .*Called by hand: logins fail for everybody`));
  });

  it('tells the asker when it may not be heard, and whom to call', async () => {
    await reopen({
      prepare: ({ workspace }) => {
        workspace.messagesTab = 'closed';
        workspace.channels = workspace.channels.map((one) =>
          one.id === MOOSEQUEST ? { ...one, isArchived: true } : one,
        );
      },
    });
    await pinged();
    await until(() => expect(world.logged.join('')).toContain('could not be sent to them either'));
    await command('escalate prod it burns');
    await until(() => expect(told(OPERATOR)[1]).toContain('Kristerpher is pinged now'));
    expect(told(OPERATOR)[1]).toContain('I cannot post in #MooseQuest: it is archived.');
    expect(told(OPERATOR)[1]).toContain("a direct message: the app's Messages tab is closed.");
    expect(told(OPERATOR)[1]).toContain('Call Kristerpher (ops@raxx.app) as well.');
  });

  it('is heard although it was snoozed', async () => {
    await command('snooze prod 2h');
    await until(() => expect(told(OPERATOR)).toHaveLength(2));
    await command('escalate prod it burns');
    await until(() => expect(told(OPERATOR)).toHaveLength(4));
    await world.work();
    expect(posted().map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'prod: Snooze ended: escalated by hand.',
        expect.stringContaining('Called by hand: it burns'),
      ]),
    );
  });

  it.each(['escalate prod it burns', 'snooze prod 2h', 'snooze prod off'])(
    'is refused to whoever may not act: %s',
    async (text) => {
      expect(await command(text, ENGINEER)).toMatch(/^Only operators and approvers .* Nothing was done\./);
      await world.work();
      expect(posted()).toEqual([]);
    },
  );

  it('needs a reason', async () => {
    expect(await command('escalate prod')).toContain('needs a reason');
    expect(await world.incidentStore.open()).toEqual([]);
  });
});

describe('/raxx snooze', () => {
  it('is told in the channel with its end and who wants it, and shown on the card', async () => {
    await pinged();
    await command('snooze prod 2h');
    await until(() => expect(told(OPERATOR)[1]).toMatch(/^prod is snoozed for 2 h: nobody is pinged/));
    await world.work();
    expect(
      posted()
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(/prod: nobody is paged until \d{4}-.* UTC, unless it gets worse\./);
    expect(JSON.stringify(posted())).toContain('(snoozed by ');
    world.pass(30 * MINUTE);
    const [open] = await world.incidentStore.open();
    await world.incidentStore.pageAgain(open?.id ?? '', world.now());
    await world.work();
    expect(await world.incidentStore.open()).toMatchObject([{ pings: 1 }]);
  });

  it('ends early by hand: whoever is due is pinged', async () => {
    await pinged();
    await command('snooze prod 2h');
    await until(() => expect(told(OPERATOR)).toHaveLength(2));
    world.pass(30 * MINUTE);
    await command('snooze prod off');
    await until(() => expect(told(OPERATOR)[3]).toBe('prod is snoozed no longer.'));
    await world.work();
    expect(await world.incidentStore.open()).toMatchObject([{ pings: 2 }]);
    expect(JSON.stringify(posted()[0])).not.toContain('snoozed by');
    await command('snooze prod off');
    await until(() => expect(told(OPERATOR)[5]).toBe('prod is not snoozed. Nothing was done.'));
  });
});

describe('the post-mortem', () => {
  it('comes into the thread of the resolved card, with names', async () => {
    const { id } = await pinged();
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(told(OPERATOR)).toHaveLength(1));
    await world.see({ kind: 'resolve' });
    await world.work();
    await click('postmortem', ENGINEER);
    await until(() => expect(told(ENGINEER)).toEqual(["The draft is in the thread of the incident's card."]));
    const draft = posted().at(-1);
    expect(draft?.threadTs).toBe(posted()[0]?.ts);
    const shown = JSON.stringify(draft?.blocks);
    expect(shown).toContain('# Post-mortem: raxx-api-prod is down');
    expect(shown).toContain('Kristerpher acknowledged');
    expect(shown).toContain(`npx raxx incident ${id.slice(0, 8)} --markdown`);
  });
});

describe('at the start', () => {
  const ALARM = 'Kristerpher cannot be reached in Slack: nobody here is gone@raxx.app';
  const gone: Facts = {
    ...testFacts,
    escalation: { ...testFacts.escalation, who: { name: 'Kristerpher', contact: 'gone@raxx.app' } },
  };

  it('nothing is said when the operator can be woken', async () => {
    await until(() =>
      expect(world.server.arrived.some(({ path }) => path.endsWith('users.lookupByEmail'))).toBe(true),
    );
    expect(posted()).toEqual([]);
    expect(world.logged.join('')).not.toContain('"level":50');
  });

  it.each([
    ['an e-mail that nobody has', 'gone@raxx.app'],
    ['an id that nobody has', 'U0GONE001'],
  ])(
    'a contact who is not found is an alarm in the channel and in the log, once: %s',
    async (_name, contact) => {
      await reopen({
        facts: { ...gone, escalation: { ...gone.escalation, who: { name: 'Kristerpher', contact } } },
      });
      await until(() => expect(posted()).toHaveLength(1));
      expect(posted()[0]).toMatchObject({ channel: MOOSEQUEST });
      expect(posted()[0]?.text).toContain(ALARM.replace('gone@raxx.app', contact));
      expect(world.logged.filter((line) => line.includes('"level":50'))).toHaveLength(1);
    },
  );

  it('then a ping goes to everybody who is there, and says whom to call', async () => {
    await reopen({ facts: gone });
    await pinged();
    const pings = posted().filter(({ text }) => text.startsWith('<!here>'));
    expect(pings).toHaveLength(1);
    expect(JSON.stringify(pings[0])).toContain('Call Kristerpher (gone@raxx.app).');
    expect(await world.incidentStore.open()).toMatchObject([{ pings: 1 }]);
  });

  it('a contact that is a user group is woken one by one, mentioned as a group, and each may acknowledge', async () => {
    await reopen({
      facts: {
        ...testFacts,
        people: { operators: ['U0ANA0001'], approvers: ['U0ANA0001'] },
        escalation: { ...testFacts.escalation, who: { name: 'On call', contact: 'S0ONCALL1' } },
      },
    });
    await pinged();
    const pings = posted().filter(({ text }) => text.startsWith('<!subteam^S0ONCALL1>'));
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001', 'D0MOIRA01']);
    await click('acknowledge', ENGINEER, 0);
    await until(() => expect(told(ENGINEER)).toHaveLength(1));
    await world.work();
    expect(await world.incidentStore.open()).toMatchObject([{ acknowledged: { by: ENGINEER } }]);
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('a user group that is disabled is an alarm, as anybody who is not found', async () => {
    await reopen({
      facts: {
        ...testFacts,
        escalation: { ...testFacts.escalation, who: { name: 'On call', contact: 'S0ONCALL1' } },
      },
      prepare: ({ workspace }) => {
        workspace.groups = workspace.groups.map((one) => ({ ...one, isDisabled: true }));
      },
    });
    await until(() =>
      expect(posted()[0]?.text).toContain(
        'On call cannot be reached in Slack: user group S0ONCALL1 is disabled or deleted (Slack: no_such_subteam).',
      ),
    );
    expect(posted()[0]?.channel).toBe(MOOSEQUEST);
  });

  it('a contact whose account is deactivated is an alarm', async () => {
    await reopen({
      facts: {
        ...testFacts,
        escalation: { ...testFacts.escalation, who: { name: 'Moira', contact: ENGINEER } },
      },
      prepare: ({ workspace }) => {
        workspace.people = workspace.people.map((one) =>
          one.id === ENGINEER ? { ...one, isGone: true } : one,
        );
      },
    });
    await until(() => expect(posted()[0]?.text).toContain('Moira cannot be reached in Slack'));
  });

  it('direct messages that the app may not send are told in the channel once, with the cure', async () => {
    await reopen({
      prepare: ({ workspace }) => {
        workspace.messagesTab = 'closed';
      },
    });
    await pinged();
    const alarms = () => posted().filter(({ text }) => text.includes("the app's Messages tab is closed"));
    expect(alarms().map(({ channel }) => channel)).toEqual([MOOSEQUEST]);
    expect(alarms()[0]?.text).toContain('open it at api.slack.com/apps');
    const [incident] = await world.incidentStore.open();
    world.pass(10 * MINUTE);
    await world.incidentStore.pageAgain(incident?.id ?? '', world.now());
    await world.work();
    expect(alarms()).toHaveLength(1);
  });

  it('pings reach the operators although the channel is archived, and nothing is tried for ever', async () => {
    await reopen({
      prepare: ({ workspace }) => {
        workspace.channels = workspace.channels.map((one) =>
          one.id === MOOSEQUEST ? { ...one, isArchived: true } : one,
        );
      },
      facts: {
        ...testFacts,
        people: { operators: [ENGINEER], approvers: [ENGINEER] },
      },
    });
    await pinged();
    const pings = posted().filter(({ text }) => text.includes('prod down'));
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual(['D0KRIS001', 'D0MOIRA01']);
    for (const { blocks } of pings) expect(JSON.stringify(blocks)).toContain('"action_id":"acknowledge"');
  });

  it('a channel that the bot is not in is an error in the log, and told to the operators alone, once', async () => {
    await reopen({ facts: { ...testFacts, slack: { channel: '#random' } } });
    await until(() => expect(world.logged.join('')).toContain('I am not in it: /invite me there'));
    await until(() => expect(posted().map(({ channel }) => channel)).toEqual(['D0KRIS001']));
    expect(posted()[0]?.text).toBe(
      'I cannot post in #random: I am not in it. Fix: /invite me there. Until then cards and pings do not show there.',
    );
  });

  it('a channel that is not there is an error in the log', async () => {
    await reopen({ facts: { ...testFacts, slack: { channel: 'nowhere' } } });
    await until(() =>
      expect(world.logged.join('')).toContain('cards and pings cannot be posted in #nowhere'),
    );
  });
});
