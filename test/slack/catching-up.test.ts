/** What somebody reads who comes to an incident that goes on, and what they add to it, over signed HTTP. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Db } from '../../src/store/database/db.ts';
import { openMigrated } from '../support/databases.ts';
import { draft } from '../support/draft.ts';
import { type IncidentFace, openIncidentFace } from '../support/incident-face.ts';

const [OPERATOR, ENGINEER, GUEST] = ['U0KRIS001', 'U0MOIRA01', 'U0GUS0001'] as const;
const MOOSEQUEST = 'C0MOOSE01';
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

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });
const shownTo = (user: string) => world.slack.messages.all().filter((one) => one.onlyFor === user);
const inThread = () => world.slack.messages.all().filter((one) => one.threadTs !== undefined);

/** What the asker is shown after the ack, all of its words. */
async function answer(text: string, user: string = ENGINEER): Promise<string> {
  const before = shownTo(user).length;
  await world.sender.command(`/raxx ${text}`, user, MOOSEQUEST);
  await until(() => expect(shownTo(user).length).toBeGreaterThan(before + 1));
  return wordsOf(shownTo(user).at(-1)?.blocks);
}

/** Every word of the blocks, in their order; a link is its label, a person their id. */
function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join('');
  if (typeof value !== 'object' || value === null) return '';
  const { type, text, user_id: user, fallback } = Object(value);
  if (type === 'rich_text_section') return `${Object.values(value).map(wordsOf).join('')}\n`;
  if (type === 'user') return `<@${user}>`;
  if (type === 'date') return String(fallback);
  return typeof text === 'string' ? text : Object.values(value).map(wordsOf).join('');
}

describe('/raxx incidents', () => {
  it('says that there was none yet', async () => {
    expect(await answer('incidents')).toBe('No incidents yet.\n');
    expect(await answer('incidents prod')).toBe('No incidents of prod yet.\n');
  });

  it('lists the open one first, with its owner and its card, then those that ended', async () => {
    await world.see({ kind: 'open' });
    await world.see({ kind: 'resolve' });
    world.pass(20 * MINUTE);
    const { id } = await world.see({ kind: 'open', picture: { error: 'KeyError: STRIPE_KEY' } });
    await world.work();
    const [head, open, ended] = (await answer('incidents')).split('\n');
    expect(head).toBe('Incidents: 1 open; the last 1 that ended');
    expect(open).toMatch(
      / Open: raxx-api-prod · since .* UTC \(1 min.*\) · raxx-api-prod is down: KeyError: STRIPE_KEY · owner: none · Card$/,
    );
    expect(ended).toMatch(/ Resolved: raxx-api-prod · since .* UTC, lasted 1 min · raxx-api-prod is down/);
    await world.incidents.acknowledge(id, { id: OPERATOR, isOperator: true, isApprover: true }, false);
    expect(await answer('incidents prod')).toContain(`owner: <@${OPERATOR}>`);
    expect(await answer('incidents staging')).toBe('No incidents of staging yet.\n');
    expect(
      world.slack.messages.all().filter((one) => !one.onlyFor && one.text.startsWith('Incidents')),
    ).toHaveLength(0);
  });
});

describe('/raxx note', () => {
  it('puts the words of anybody who may read into the timeline, the thread and the post-mortem, redacted', async () => {
    const { id } = await world.see({ kind: 'open' });
    await world.work();
    const said = await answer(
      'note prod Restarted the worker --force at 10:02; HEROKU_API_KEY=HRKU-AAwk9rT3xV7bQ2mN8pLs4dF6gH1jK0zXcVbN5tYuIo',
    );
    expect(said).toBe(
      'Noted in the incident of raxx-api-prod: its timeline, its thread and its post-mortem.\nSee its card\n',
    );
    await world.work();
    const noted = inThread().at(-1);
    expect(wordsOf(noted?.blocks)).toMatch(
      /^Note: Restarted the worker --force at 10:02; .* · <@U0MOIRA01>\n$/,
    );
    expect(JSON.stringify(world.slack.messages.all())).not.toContain('HRKU-');
    await world.face.incidents.postmortem(id);
    expect(JSON.stringify(inThread().at(-1))).toMatch(/\*\*noted\*\* Restarted the worker .*\(Moira Quill\)/);
    expect((await world.incidentStore.find(id))?.trail.at(-1)).toMatchObject({
      event: 'noted',
      who: ENGINEER,
    });
    expect(await answer('history')).toMatch(/ Note: prod\n“Restarted the worker .*\n<@U0MOIRA01>/);
  });

  it('goes into an incident that ended lately, and says so where there is none', async () => {
    expect(await answer('note prod it was the queue')).toMatch(
      /^prod has no open incident, and none that ended within 7 d\. `\/raxx incidents` lists .* Nothing was done\.\n$/,
    );
    await world.see({ kind: 'open' });
    await world.see({ kind: 'resolve' });
    await world.work();
    world.pass(5 * 60 * MINUTE);
    expect(await answer('note prod staging had it, too')).toMatch(/^Noted .* which ended 5 h.* ago:/);
    await world.work();
    expect(wordsOf(inThread().at(-1)?.blocks)).toContain('staging had it, too');
    world.pass(8 * 24 * 60 * MINUTE);
    expect(await answer('note prod it was the queue')).toContain('has no open incident');
    expect(await answer(`note prod ${'x'.repeat(2_600)}`)).toContain(
      'A note has 2500 characters at the most',
    );
  });

  it('is nothing for guests, and needs words', async () => {
    await world.see({ kind: 'open' });
    const ack = await world.sender.command('/raxx note prod I was here', GUEST, MOOSEQUEST);
    expect(ack.body).toContain('I answer only full members');
    const empty = await world.sender.command('/raxx note prod', ENGINEER, MOOSEQUEST);
    expect(empty.body).toContain('`note` needs words');
  });
});

describe('/raxx catchup', () => {
  it('tells the one who just joined what happened, from the ledger alone, and only them', async () => {
    const nothing = 'The last 8 h: nothing happened. No incident, action, escalation, snooze or note.\n';
    expect(await answer('catchup')).toBe(nothing);
    await world.see({ kind: 'open' });
    await world.work();
    await answer('snooze prod 2h', OPERATOR);
    await answer('note prod I saw @moira & friends');
    const lines = (await answer('catchup prod 1h')).split('\n');
    expect(lines[0]).toBe('The last 1 h of prod: 3 events, oldest first');
    expect(lines[1]).toMatch(/ prod: incident opened: raxx-api-prod is down; still open, no owner$/);
    expect(lines[2]).toMatch(/ prod: snoozed by <@U0KRIS001> until .* UTC$/);
    expect(lines[3]).toMatch(/ prod: <@U0MOIRA01> noted “I saw @moira.* & friends”$/);
    for (let count = 0; count < 11; count += 1)
      await world.incidentStore.note(await only(), ENGINEER, 'more', world.now());
    const many = await answer('catchup');
    expect(many.split('\n').filter((one) => one !== '')).toHaveLength(14);
    expect(many).toMatch(/and 2 more: \/raxx history\n$/);
    expect(await answer('catchup staging')).toContain('The last 8 h of staging: nothing happened.');
  });

  const only = async () => (await world.incidentStore.open())[0]?.id ?? '';
});

describe('a mention', () => {
  const RAXX = '@raxx';
  const replies = (ts: string | undefined) => inThread().filter((one) => one.threadTs === ts && !one.onlyFor);
  const typed = () => world.slack.messages.all().findLast((one) => one.author === ENGINEER);

  it('is answered in the thread of the message, or in the thread where it stands', async () => {
    const ack = await world.sender.say(`hey ${RAXX} status`, ENGINEER, MOOSEQUEST);
    expect(ack).toMatchObject({ status: 200, failure: null });
    const { ts } = typed() ?? {};
    await until(() => expect(replies(ts)).toHaveLength(1));
    await world.see({ kind: 'open' });
    await world.sender.say(`${RAXX} incidents prod\nthank you`, ENGINEER, MOOSEQUEST, ts);
    await until(() => expect(replies(ts)).toHaveLength(3));
    expect(replies(ts).at(-1)?.text).toMatch(/^Incidents of prod: 1 open/);
    expect(shownTo(ENGINEER)).toEqual([]);
  });

  it('changes nothing: what to type instead is said', async () => {
    await world.see({ kind: 'open' });
    for (const words of ['stop prod it burns', 'note prod `x`', 'snooze prod 2h', 'escalate prod now']) {
      await world.sender.say(`${RAXX} ${words}`, OPERATOR, MOOSEQUEST);
      const { ts } = world.slack.messages.all().findLast((one) => one.author === OPERATOR) ?? {};
      await until(() => expect(replies(ts)).toHaveLength(1));
      expect(replies(ts)[0]?.text).toMatch(
        /^A mention only reads\. Nothing was done\. Type it in the channel/,
      );
      expect(wordsOf(replies(ts)[0]?.blocks)).toContain(`/raxx ${words.replaceAll('`', '')}`.slice(0, 12));
    }
    expect((await world.incidentStore.open())[0]?.trail).toHaveLength(1);
  });

  it('that Slack sends again is answered once, and a guest is told why not', async () => {
    await world.sender.say(`${RAXX} catchup`, GUEST, MOOSEQUEST);
    const { ts = '' } = world.slack.messages.all().findLast((one) => one.author === GUEST) ?? {};
    await until(() => expect(replies(ts)[0]?.text).toContain('I answer only full members'));
    const asked = await world.sender.sendEvent({ type: 'url_verification', challenge: 'is it yours?' });
    expect(asked).toMatchObject({ status: 200, body: expect.stringContaining('is it yours?') });
    const event = {
      type: 'app_mention',
      user: ENGINEER,
      text: '<@U0RAXXBOT>',
      ts,
      channel: MOOSEQUEST,
      event_ts: ts,
    };
    const { team, appId } = world.slack.workspace;
    const sent = {
      type: 'event_callback',
      event_id: 'Ev1',
      event_time: 1,
      team_id: team.id,
      api_app_id: appId,
      event,
    };
    await world.sender.sendEvent(sent);
    await world.sender.sendEvent(sent);
    await world.sender.sendEvent({ ...sent, event_id: 'Ev2' });
    await until(() => expect(replies(ts)).toHaveLength(3));
    expect(replies(ts).at(-1)?.text).toMatch(/^Mention me with what you want to read/);
  });
});

describe('the Home tab', () => {
  const home = (user: string) => wordsOf(world.slack.views.home(user)?.blocks).replaceAll('*', '');

  it('shows each app as the watch saw it, what waits for the reader, and is drawn again on a change', async () => {
    await world.sender.openHome(OPERATOR, 'messages');
    await world.sender.openHome(OPERATOR);
    await until(() =>
      expect(home(OPERATOR)).toContain('Nothing is waiting for your approvalNo open incidents'),
    );
    expect(home(OPERATOR)).toContain('raxx-api-staging: unknown, not checked yet');
    await world.actionStore.propose({
      ...draft(),
      askedBy: ENGINEER,
      askedAt: world.now(),
      expiresAt: world.now() + 30 * MINUTE,
    });
    await world.see({ kind: 'open' });
    await world.work();
    await vi.waitFor(() => expect(home(OPERATOR)).toContain('Open incidents'), { timeout: 8_000 });
    expect(home(OPERATOR)).toMatch(/^Waiting for your approval.* · asked by <@U0MOIRA01>.*until/s);
    expect(home(OPERATOR)).toMatch(/raxx-api-prod: down, incident open since .* UTC/);
    await world.sender.openHome(ENGINEER);
    await until(() => expect(home(ENGINEER)).toContain('Nothing is waiting for your approval'));
    await world.sender.openHome(GUEST);
    await until(() => expect(home(GUEST)).toContain('I answer only full members of this workspace.'));
  });
});

describe('the shortcut "Add to incident timeline"', () => {
  it('puts a message into the only open incident, or into that of its thread, with who wrote it and when', async () => {
    await world.sender.say('Logins fail since 10:00', ENGINEER, MOOSEQUEST);
    const { ts = '' } = world.slack.messages.all().findLast(({ author }) => author === ENGINEER) ?? {};
    const chosen = { channel: MOOSEQUEST, ts, callbackId: 'add_to_timeline', user: OPERATOR };
    const told = () => shownTo(OPERATOR).at(-1)?.text;
    await world.sender.shortcut(chosen);
    await until(() => expect(told()).toMatch(/^No incident is open\. Nothing was done\. .*\/raxx note/));
    const { id } = await world.see({ kind: 'open' });
    await world.work();
    await world.sender.shortcut(chosen);
    await until(() => expect(told()).toMatch(/^Noted in the incident of raxx-api-prod/));
    await world.sender.shortcut(chosen);
    await until(() => expect(told()).toMatch(/^It is in the timeline already/));
    await world.see({ kind: 'resolve' });
    const card = (await world.incidentStore.find(id))?.card;
    await world.sender.say('it was the queue', ENGINEER, MOOSEQUEST, card?.ts);
    const reply = world.slack.messages.all().findLast(({ author }) => author === ENGINEER);
    await world.sender.shortcut({ ...chosen, ts: reply?.ts ?? '' });
    await until(() => expect(told()).toMatch(/^Noted .* which ended/));
    const noted = (await world.incidentStore.find(id))?.trail.filter(({ event }) => event === 'noted') ?? [];
    expect(noted.map(({ who, words }) => [who, words.replace(/^.* UTC/, 'UTC')])).toEqual([
      [OPERATOR, 'UTC, @moira: Logins fail since 10:00'],
      [OPERATOR, 'UTC, @moira: it was the queue'],
    ]);
    await world.sender.shortcut({ ...chosen, user: GUEST });
    await until(() => expect(shownTo(GUEST).at(-1)?.text).toContain('I answer only full members'));
  });
});
