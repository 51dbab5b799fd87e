/** What people do about an incident, over signed HTTP: acknowledge, escalate, snooze, close, and read the postmortem. */
import { describe, expect, it, vi } from 'vitest';
import type { LastHour } from '../../src/runbook/logs/last-hour.ts';
import type { Incident, Wake } from '../../src/runbook/model/incident.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { draft } from '../support/draft.ts';
import { testFacts } from '../support/facts.ts';
import { hourBefore } from '../support/incident.ts';
import { useIncidentBot } from '../support/incident-bot.ts';

const [OPERATOR, ENGINEER, GUEST, STRANGER] = ['U0KRIS001', 'U0MOIRA01', 'U0GUS0001', 'U0SAM0001'] as const;
const MOOSEQUEST = 'C0MOOSE01';
const BOT = 'U0RAXXBOT';
const MINUTE = 60_000;

const world = useIncidentBot();
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });
const unreachable = (): Wake => ({
  cause: { kind: 'condition', condition: 4, about: null },
  reason: 'The app is unreachable and Heroku’s status is green',
  dueAt: world.bot.now(),
});
const failedRun = (): Wake => ({
  cause: { kind: 'condition', condition: 1, about: '9300' },
  reason: 'Run 9300 failed after the gate',
  dueAt: world.bot.now(),
});
const posted = () =>
  world.bot.slack.messages.all().filter(({ author, onlyFor }) => author === BOT && !onlyFor);
const shownTo = (user: string) =>
  world.bot.slack.messages
    .all()
    .filter((one) => one.onlyFor === user)
    .map(({ text }) => text);
const withButton = (actionId: string) =>
  posted().filter(({ blocks }) => JSON.stringify(blocks).includes(`"action_id":"${actionId}"`));
const command = async (text: string, user: string = OPERATOR) =>
  JSON.parse((await world.bot.sender.command(`/raxx ${text}`, user, MOOSEQUEST)).body).text as string;

async function click(actionId: string, user: string, index = 0): Promise<void> {
  const message = withButton(actionId)[index];
  if (!message) throw new Error(`no button ${actionId}`);
  await world.bot.sender.click({ channel: message.channel, ts: message.ts, actionId, user });
}

/** Opens an incident: a card, a page in the channel and one to the operator. */
async function pinged() {
  const incident = await world.bot.see({ kind: 'open', wakes: [unreachable()] });
  await world.bot.work();
  return incident;
}

describe('an incident', () => {
  it('posts a card, a page in the channel and one by direct message, each with Acknowledge', async () => {
    await pinged();
    const [card, ...pings] = posted();
    expect(card?.text).toMatch(/^Incident: raxx-api-prod has been down since /);
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001']);
    for (const { text } of pings)
      expect(text).toMatch(
        new RegExp(`^<@${OPERATOR}>: prod down 1 min: No response within 5 s\\. Try Restart;`),
      );
    expect(withButton('acknowledge')).toHaveLength(3);
    expect(JSON.stringify(pings)).toContain(`archives/${MOOSEQUEST}/p`);
  });

  it('posts its card before the first line of its thread, whichever job runs first', async () => {
    const later = { ...unreachable(), dueAt: world.bot.now() + MINUTE };
    await world.bot.see({ kind: 'open', wakes: [later] });
    await world.bot.work('tell_incident');
    const [card, line] = posted();
    expect(posted()).toHaveLength(2);
    expect(card?.text).toMatch(/^Incident: raxx-api-prod has been down/);
    expect(line).toMatchObject({ threadTs: card?.ts });
  });

  it('is acknowledged by a click: card and pages lose the button and show the owner', async () => {
    const { id } = await pinged();
    await click('acknowledge', OPERATOR, 2);
    await until(() =>
      expect(shownTo(OPERATOR)).toEqual([
        "You own it. I'll page Kristerpher in 30 min if it isn't resolved.",
      ]),
    );
    await world.bot.work();
    expect(withButton('acknowledge')).toEqual([]);
    for (const { blocks } of posted().slice(0, 3))
      expect(JSON.stringify(blocks)).toContain(`"user_id":"${OPERATOR}"`);
    expect(await world.bot.incidentStore.find(id)).toMatchObject({
      acknowledged: { by: OPERATOR },
      pings: 1,
    });
    expect(
      posted()
        .filter(({ threadTs }) => threadTs !== undefined)
        .map(({ text }) => text),
    ).toEqual(['Acknowledged.']);
  });

  it('answers a second acknowledgement with who has it', async () => {
    const facts: Facts = { ...testFacts, people: { ...testFacts.people, approvers: [OPERATOR, ENGINEER] } };
    await world.reopen({ facts });
    await pinged();
    await click('acknowledge', ENGINEER, 0);
    await until(() => expect(shownTo(ENGINEER)).toHaveLength(1));
    // The pages are not redrawn yet, so their buttons are still there.
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(shownTo(OPERATOR)).toEqual(['someone already owns it. Nothing was done.']));
    expect(JSON.stringify(world.bot.slack.messages.all().at(-1)?.blocks)).toContain(
      `"user_id":"${ENGINEER}"`,
    );
    await click('acknowledge', ENGINEER, 2);
    await until(() => expect(shownTo(ENGINEER)).toHaveLength(2));
    expect(shownTo(ENGINEER)[1]).toBe('You already own it. Nothing was done.');
  });

  it('cannot be acknowledged once it is resolved', async () => {
    await pinged();
    await world.bot.see({ kind: 'resolve' });
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(shownTo(OPERATOR)).toEqual(["It's already resolved. Nothing was done."]));
  });

  it('pages nobody when it ends: its card and pages are edited', async () => {
    await pinged();
    const before = posted().length;
    await world.bot.see({ kind: 'resolve' });
    await world.bot.work();
    const after = posted();
    expect(after.slice(before).map(({ text, threadTs }) => [text, threadTs === after[0]?.ts])).toEqual([
      [expect.stringMatching(/^Resolved: healthy on two checks\. Outage: 1 min/), true],
    ]);
    expect(after[0]?.text).toMatch(
      /^Resolved after 1 min( \d+ s)?: raxx-api-prod was down; No response within 5 s\. Began: /,
    );
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('can be closed by hand for a stopped app, and stays closed, but not for a running app', async () => {
    const { id } = await pinged();
    expect(withButton('close_incident')).toEqual([]);
    await world.bot.see({ kind: 'stopped' });
    await world.bot.work();
    const [card] = withButton('close_incident');
    expect(card?.text).toMatch(/^Incident: raxx-api-prod was stopped/);
    if (!card) throw new Error('no card');
    const close = (user: string) =>
      world.bot.sender.click({ channel: card.channel, ts: card.ts, actionId: 'close_incident', user });

    await close(ENGINEER);
    await until(() =>
      expect(shownTo(ENGINEER)).toEqual([expect.stringContaining('Only operators and approvers')]),
    );
    await close(OPERATOR);
    await until(() => expect(shownTo(OPERATOR)).toEqual(['Closed. Restore still brings it back.']));
    await world.bot.work();
    expect(await world.bot.incidentStore.find(id)).toMatchObject({
      state: 'resolved',
      wakes: [{ overAt: expect.any(Number) }],
    });
    expect(posted()[0]?.text).toMatch(
      /^Closed with the app stopped, after 1 min( \d+ s)?: raxx-api-prod was down/,
    );
    expect(withButton('close_incident')).toEqual([]);
    expect(posted().map(({ text }) => text)).toContain('Closed: the app stays stopped.');
  });

  it('pages again until it is acknowledged, by any of its buttons', async () => {
    const { id } = await pinged();
    world.bot.pass(10 * MINUTE);
    await world.bot.incidentStore.pageAgain(id, world.bot.now());
    await world.bot.work();
    expect(withButton('acknowledge')).toHaveLength(5);
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(1));
    await world.bot.work();
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('shows what was tried and how it ended on its card', async () => {
    await pinged();
    const asked = await world.bot.actionStore.propose(
      draft({ kind: 'restart', askedAt: world.bot.now(), expiresAt: world.bot.now() + MINUTE }),
    );
    if (!asked.ok) throw new Error('there is a live one');
    // The asker's command draws it first; the queue comes some seconds later.
    world.bot.pass(5_000);
    await world.bot.work();
    expect(JSON.stringify(posted()[0]?.blocks)).toContain('Proposed: ');
    await world.bot.actionStore.move(asked.action.id, {
      name: 'reject',
      who: ENGINEER,
      rights: null,
      at: world.bot.now(),
      outcome: { words: 'Not now.', evidence: [], next: [], manualCommand: null },
    });
    await world.bot.work();
    expect(JSON.stringify(posted()[0]?.blocks)).toMatch(/Rejected: .*Not now\./);
  });

  it('keeps a working button on a page that could not be recorded, and logs that', async () => {
    await world.db.sql(
      `create function refuse_ping() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`,
    );
    await world.db.sql('create trigger refuse_ping before insert on pings execute function refuse_ping()');
    try {
      await pinged();
    } finally {
      await world.db.sql('drop function refuse_ping cascade');
    }
    expect(withButton('acknowledge')).toHaveLength(3);
    expect(
      world.bot.logged.filter((line) => line.includes('a ping was sent, but could not be recorded')),
    ).toHaveLength(2);
    await click('acknowledge', OPERATOR, 2);
    await until(async () =>
      expect((await world.bot.incidentStore.open())[0]?.acknowledged?.by).toBe(OPERATOR),
    );
  });

  it('drops a page that someone acknowledged before it was sent', async () => {
    const { id } = await world.bot.see({ kind: 'open', wakes: [unreachable()] });
    await world.bot.incidentStore.acknowledge(id, ENGINEER, world.bot.now());
    await world.bot.work();
    expect(posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`))).toEqual([]);
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('pages its owner about something new, and they still own it', async () => {
    const { id } = await pinged();
    await world.bot.incidentStore.acknowledge(id, OPERATOR, world.bot.now());
    await world.bot.work();
    const before = posted().length;
    await world.bot.see({ kind: 'update', wakes: [failedRun()] });
    await world.bot.work();
    const pings = posted()
      .slice(before)
      .filter(({ threadTs }) => threadTs === undefined);
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001']);
    for (const { text } of pings) expect(text).toContain('New since it was acknowledged: Run 9300 failed');
    expect(withButton('acknowledge')).toEqual([]);
    expect(await world.bot.incidentStore.find(id)).toMatchObject({
      acknowledged: { by: OPERATOR },
      pings: 2,
    });
  });

  it('updates every page when it ends, the acknowledged ones as well', async () => {
    const { id } = await pinged();
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(1));
    await world.bot.work();
    await world.bot.see({ kind: 'resolve' });
    await world.bot.work();
    const pings = posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`));
    expect(pings.map(({ text }) => text.slice(0, 38))).toEqual(
      pings.map(() => `<@${OPERATOR}>: Resolved; was: prod down`.slice(0, 38)),
    );
    expect(pings).toHaveLength(2);
    expect(await world.bot.incidentStore.pingsOf(id)).toEqual([]);
  });

  it('sends one page per place after an outage of Slack, with the number missed and the current state', async () => {
    const { id } = await world.bot.see({ kind: 'open', wakes: [unreachable()] });
    for (let round = 0; round < 3; round += 1) {
      world.bot.pass(10 * MINUTE);
      await world.bot.page(id);
    }
    await world.bot.work();
    const pings = posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`));
    expect(pings.map(({ channel }) => channel).toSorted()).toEqual([MOOSEQUEST, 'D0KRIS001']);
    for (const { blocks } of pings)
      expect(JSON.stringify(blocks)).toContain('3 earlier pages could not be delivered here.');
    expect(pings[0]?.text).toContain('prod down 31 min');
    world.bot.pass(10 * MINUTE);
    await world.bot.page(id);
    await world.bot.work();
    expect(JSON.stringify(posted().slice(-2))).toContain('Page 5');
    expect(JSON.stringify(posted().slice(-2))).not.toContain('could not be delivered');
    await click('acknowledge', OPERATOR, 0);
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(1));
    await world.bot.work();
    const edited = posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>: Acknowledged`));
    const short = edited.map(({ blocks }) => JSON.stringify(blocks).includes('3 earlier pages'));
    expect(short).toEqual([true, true, false, false]);
  });

  it('pages nobody for what ended during an outage of Slack', async () => {
    await world.bot.see({ kind: 'open', wakes: [unreachable()] });
    await world.bot.see({ kind: 'resolve' });
    await world.bot.work();
    expect(posted().filter(({ text }) => text.startsWith(`<@${OPERATOR}>`))).toEqual([]);
  });

  it('can be acknowledged by a contact who is neither operator nor approver', async () => {
    const facts: Facts = {
      ...testFacts,
      people: { ...testFacts.people, operators: [OPERATOR], approvers: [OPERATOR] },
      escalation: { ...testFacts.escalation, who: { name: 'Moira', contact: ENGINEER } },
    };
    await world.reopen({ facts });
    await pinged();
    await click('acknowledge', ENGINEER, 0);
    await until(() => expect(shownTo(ENGINEER)[0]).toMatch(/^You own it/));
  });

  it.each([
    ['a guest', GUEST, 'I answer only full members of this workspace. Nothing was done.'],
    [
      'a person of another workspace',
      STRANGER,
      'I answer only members of the workspace where I am installed. Nothing was done.',
    ],
    [
      'a member who is neither operator, approver nor the contact',
      ENGINEER,
      'Only operators, approvers and the escalation contact can acknowledge an incident. Nothing was done.',
    ],
  ])('cannot be acknowledged by %s', async (_name, user, words) => {
    const { id } = await pinged();
    await click('acknowledge', user);
    await until(() => expect(shownTo(user)).toEqual([words]));
    expect(await world.bot.incidentStore.find(id)).toMatchObject({ acknowledged: null });
    expect(withButton('acknowledge')).toHaveLength(3);
  });
});

describe('the thread of an incident that the watch opened', () => {
  const BEFORE = /^The 15 min before .* UTC, when the incident opened \(the log goes back no further\): /;
  const hours = () => posted().filter(({ text }) => BEFORE.test(text));
  const opened = (lastHour: LastHour | null = hourBefore(world.bot.now())) =>
    world.bot.see({ kind: 'open', lastHour });
  const seqOf = ({ trail }: Incident) => trail.find(({ event }) => event === 'opened')?.seq ?? 0;

  it('shows the requests of the hour before it, as text and as charts', async () => {
    await opened();
    await world.bot.work();
    const [card] = posted();
    expect(hours()).toHaveLength(1);
    const [{ text, threadTs, blocks } = { text: '', threadTs: '', blocks: [] }] = hours();
    expect(text).toMatch(/: 100 of 348 requests failed\.$/);
    expect(threadTs).toBe(card?.ts);
    expect(blocks.map(({ type }) => type)).toEqual([
      'rich_text',
      'rich_text',
      'data_visualization',
      'data_visualization',
    ]);
    const shown = JSON.stringify(blocks);
    expect(shown).toContain(
      'min before  requests  failed   median\\n15–10            120       0    84 ms\\n10–5             131       3  1240 ms\\n5–0               97      97        –',
    );
    expect(shown).toContain('"x_label":"Minutes before it opened"');
  });

  it('has nothing about requests when the log was not read or had none', async () => {
    await opened(null);
    await world.bot.work();
    expect(posted().filter(({ threadTs }) => threadTs !== undefined)).toEqual([]);
  });

  it.each([
    ['charts', ['data_visualization'], ['rich_text', 'rich_text']],
    ['charts and rich text', ['data_visualization', 'rich_text'], ['section', 'section', 'section']],
  ])('keeps every number as text where Slack refuses %s', async (_name, refused, types) => {
    await opened();
    world.bot.slack.workspace.refusedBlocks = new Set(refused);
    await world.bot.work();
    expect(hours()).toHaveLength(1);
    expect(hours()[0]?.blocks.map(({ type }) => type)).toEqual(types);
    const shown = JSON.stringify(hours()[0]?.blocks);
    for (const fact of ['100 of 348', '15–10', '120', '84 ms', '1240 ms', '97'])
      expect(shown).toContain(fact);
  });

  it('shows them once, although a process repeats the job after a crash', async () => {
    const incident = await opened();
    await world.bot.work();
    expect(hours()).toHaveLength(1);
    const [shown] = hours();
    await world.bot.app.incidents.postLine(incident.id, seqOf(incident));
    expect(hours()).toEqual([shown]);
    // A new process, and a Slack that shows only what this process posts.
    await world.reopen({});
    await world.bot.app.incidents.postLine(incident.id, seqOf(incident));
    expect(posted()).toEqual([]);
  });

  it('shows them once, although several processes have the same job', async () => {
    const incident = await opened();
    await world.bot.app.incidents.draw(incident.id);
    const job = () => world.bot.app.incidents.postLine(incident.id, seqOf(incident));
    await Promise.all([job(), job(), job()]);
    expect(hours()).toHaveLength(1);
  });

  it('lacks them, rather than shows them twice, after a crash while they were being posted', async () => {
    const incident = await opened();
    await world.bot.incidentStore.claimLastHour(incident.id, world.bot.now());
    await world.bot.work();
    expect(posted()[0]?.text).toMatch(/^Incident: /);
    expect(hours()).toEqual([]);
  });

  it('shows them once after an outage of Slack', async () => {
    const incident = await opened();
    await world.bot.app.incidents.draw(incident.id);
    world.bot.faults = [{ service: 'slack', path: 'chat.postMessage', play: { status: 503 } }];
    const job = () => world.bot.app.incidents.postLine(incident.id, seqOf(incident));
    await expect(job()).rejects.toThrow();
    expect(hours()).toEqual([]);
    world.bot.faults = [];
    await job();
    await job();
    expect(hours()).toHaveLength(1);
  });
});

describe('/raxx escalate', () => {
  it('opens an incident and pages at once, with the reason', async () => {
    expect(await command('escalate prod logins fail for everybody')).toBe('Escalating prod…');
    await until(() =>
      expect(shownTo(OPERATOR)[1]).toBe(
        'Paging Kristerpher now, then every 10 min until someone acknowledges.',
      ),
    );
    await world.bot.work();
    const [card, ping] = posted();
    expect(card?.text).toContain('raxx-api-prod: escalated manually: logins fail for everybody');
    expect(JSON.stringify(card?.blocks)).toMatch(new RegExp(`"Escalated by ".{0,60}"user_id":"${OPERATOR}"`));
    expect(ping?.text).toMatch(
      new RegExp(`^<@${OPERATOR}>: .*Escalated manually: logins fail for everybody`),
    );
  });

  it('tells the asker when the page may not arrive, and whom to call', async () => {
    await world.reopen({
      prepare: ({ workspace }) => {
        workspace.messagesTab = 'closed';
        workspace.channels = workspace.channels.map((one) =>
          one.id === MOOSEQUEST ? { ...one, isArchived: true } : one,
        );
      },
    });
    await pinged();
    await until(() => expect(world.bot.logged.join('')).toContain('could not be sent to an operator either'));
    await command('escalate prod it burns');
    await until(() => expect(shownTo(OPERATOR)[1]).toContain('Paging Kristerpher now'));
    expect(shownTo(OPERATOR)[1]).toContain('I cannot post in #MooseQuest: it is archived.');
    expect(shownTo(OPERATOR)[1]).toContain("a direct message: the app's Messages tab is closed.");
    expect(shownTo(OPERATOR)[1]).toContain('Contact Kristerpher directly as well: ops@raxx.app.');
  });

  it('pages although the target is snoozed', async () => {
    await command('snooze prod 2h');
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(2));
    await command('escalate prod it burns');
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(4));
    await world.bot.work();
    expect(posted().map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'prod: Snooze ended: escalated manually.',
        expect.stringContaining('Escalated manually: it burns'),
      ]),
    );
  });

  it.each(['escalate prod it burns', 'snooze prod 2h', 'snooze prod off'])(
    'is refused to a person who is neither operator nor approver: %s',
    async (text) => {
      expect(await command(text, ENGINEER)).toMatch(/^Only operators and approvers .* Nothing was done\./);
      await world.bot.work();
      expect(posted()).toEqual([]);
    },
  );

  it('needs a reason', async () => {
    expect(await command('escalate prod')).toContain('needs a reason');
    expect(await world.bot.incidentStore.open()).toEqual([]);
  });
});

describe('/raxx snooze', () => {
  it('is posted in the channel with its end and its author, and shown on the card', async () => {
    await pinged();
    await command('snooze prod 2h');
    await until(() => expect(shownTo(OPERATOR)[1]).toMatch(/^prod is snoozed for 2 h: nobody is paged/));
    await world.bot.work();
    expect(
      posted()
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(/prod: nobody is paged until \d{4}-.* UTC, unless it gets worse\./);
    expect(JSON.stringify(posted())).toContain('(snoozed by ');
    world.bot.pass(30 * MINUTE);
    const [open] = await world.bot.incidentStore.open();
    await world.bot.incidentStore.pageAgain(open?.id ?? '', world.bot.now());
    await world.bot.work();
    expect(await world.bot.incidentStore.open()).toMatchObject([{ pings: 1 }]);
  });

  it('can be ended early, and sends the pages that are due', async () => {
    await pinged();
    await command('snooze prod 2h');
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(2));
    world.bot.pass(30 * MINUTE);
    await command('snooze prod off');
    await until(() => expect(shownTo(OPERATOR)[3]).toBe('prod is no longer snoozed.'));
    await world.bot.work();
    expect(await world.bot.incidentStore.open()).toMatchObject([{ pings: 2 }]);
    expect(JSON.stringify(posted()[0])).not.toContain('snoozed by');
    await command('snooze prod off');
    await until(() => expect(shownTo(OPERATOR)[5]).toBe('prod is not snoozed. Nothing was done.'));
  });
});

describe('the postmortem', () => {
  it("is posted in the thread of the resolved card, with people's names", async () => {
    const { id } = await pinged();
    await click('acknowledge', OPERATOR, 1);
    await until(() => expect(shownTo(OPERATOR)).toHaveLength(1));
    await world.bot.see({ kind: 'resolve' });
    await world.bot.work();
    await click('postmortem', ENGINEER);
    await until(() =>
      expect(shownTo(ENGINEER)).toEqual(["The draft is in the thread of the incident's card."]),
    );
    const draft = posted().at(-1);
    expect(draft?.threadTs).toBe(posted()[0]?.ts);
    const shown = JSON.stringify(draft?.blocks);
    expect(shown).toContain('# Postmortem: raxx-api-prod is down');
    expect(shown).toContain('Kristerpher acknowledged');
    expect(shown).toContain(`npx raxx incident ${id.slice(0, 8)} --markdown`);
  });
});

describe('at the start', () => {
  const ALARM = 'Kristerpher cannot be reached in Slack: no Slack user matches gone@raxx.app';
  const gone: Facts = {
    ...testFacts,
    escalation: { ...testFacts.escalation, who: { name: 'Kristerpher', contact: 'gone@raxx.app' } },
  };

  it('nothing is reported when the operator can be paged', async () => {
    await until(() =>
      expect(world.bot.server.arrived.some(({ path }) => path.endsWith('users.lookupByEmail'))).toBe(true),
    );
    expect(posted()).toEqual([]);
    expect(world.bot.logged.join('')).not.toContain('"level":50');
  });

  it.each([
    ['an e-mail address that nobody has', 'gone@raxx.app'],
    ['an id that nobody has', 'U0GONE001'],
  ])('an unknown contact is reported once in the channel and in the log: %s', async (_name, contact) => {
    await world.reopen({
      facts: { ...gone, escalation: { ...gone.escalation, who: { name: 'Kristerpher', contact } } },
    });
    await until(() => expect(posted()).toHaveLength(1));
    expect(posted()[0]).toMatchObject({ channel: MOOSEQUEST });
    expect(posted()[0]?.text).toContain(ALARM.replace('gone@raxx.app', contact));
    expect(world.bot.logged.filter((line) => line.includes('"level":50'))).toHaveLength(1);
  });

  it('without a contact, a page mentions everybody in the channel and says whom to call', async () => {
    await world.reopen({ facts: gone });
    await pinged();
    const pings = posted().filter(({ text }) => text.startsWith('<!here>'));
    expect(pings).toHaveLength(1);
    expect(JSON.stringify(pings[0])).toContain('Contact Kristerpher directly: gone@raxx.app.');
    expect(await world.bot.incidentStore.open()).toMatchObject([{ pings: 1 }]);
  });

  it('a user group as the contact is mentioned as a group, each member is paged, and each may acknowledge', async () => {
    await world.reopen({
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
    await until(() => expect(shownTo(ENGINEER)).toHaveLength(1));
    await world.bot.work();
    expect(await world.bot.incidentStore.open()).toMatchObject([{ acknowledged: { by: ENGINEER } }]);
    expect(withButton('acknowledge')).toEqual([]);
  });

  it('a disabled user group as the contact is reported', async () => {
    await world.reopen({
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

  it('a contact whose account is deactivated is reported', async () => {
    await world.reopen({
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

  it('direct messages that Slack refuses are reported in the channel once, with the fix', async () => {
    await world.reopen({
      prepare: ({ workspace }) => {
        workspace.messagesTab = 'closed';
      },
    });
    await pinged();
    const alarms = () => posted().filter(({ text }) => text.includes("the app's Messages tab is closed"));
    expect(alarms().map(({ channel }) => channel)).toEqual([MOOSEQUEST]);
    expect(alarms()[0]?.text).toContain('open it at api.slack.com/apps');
    const [incident] = await world.bot.incidentStore.open();
    world.bot.pass(10 * MINUTE);
    await world.bot.incidentStore.pageAgain(incident?.id ?? '', world.bot.now());
    await world.bot.work();
    expect(alarms()).toHaveLength(1);
  });

  it('pages reach the operators although the channel is archived, and nothing is retried forever', async () => {
    await world.reopen({
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

  it('a channel that the bot is not in is logged, and reported to the operators once', async () => {
    await world.reopen({ facts: { ...testFacts, slack: { channel: '#random' } } });
    await until(() => expect(world.bot.logged.join('')).toContain('I am not in it: /invite me there'));
    await until(() => expect(posted().map(({ channel }) => channel)).toEqual(['D0KRIS001']));
    expect(posted()[0]?.text).toBe(
      'I cannot post in #random: I am not in it. Fix: /invite me there. Until then, no cards and no pages are posted there.',
    );
  });

  it('a channel that does not exist is logged', async () => {
    await world.reopen({ facts: { ...testFacts, slack: { channel: 'nowhere' } } });
    await until(() =>
      expect(world.bot.logged.join('')).toContain('cards and pages cannot be posted in #nowhere'),
    );
  });
});
