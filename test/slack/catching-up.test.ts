/** What someone who joins an ongoing incident reads, and what they add to it, over signed HTTP. */
import { describe, expect, it, vi } from 'vitest';
import type { DeployRelease } from '../../src/runbook/heroku/newest-deploy.ts';
import { NOTHING_KNOWN } from '../../src/runbook/incidents/watch-memory.ts';
import { NO_CHANGES } from '../../src/runbook/model/change.ts';
import { SUSPECT } from '../support/changes.ts';
import { draft } from '../support/draft.ts';
import { useIncidentBot } from '../support/incident-bot.ts';

const [OPERATOR, ENGINEER, GUEST] = ['U0KRIS001', 'U0MOIRA01', 'U0GUS0001'] as const;
const MOOSEQUEST = 'C0MOOSE01';
const MINUTE = 60_000;

const world = useIncidentBot();
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });
const shownTo = (user: string) => world.bot.slack.messages.all().filter((one) => one.onlyFor === user);
const inThread = () => world.bot.slack.messages.all().filter((one) => one.threadTs !== undefined);

/** The whole text that the asker is shown after the acknowledgement. */
async function answer(text: string, user: string = ENGINEER): Promise<string> {
  const before = shownTo(user).length;
  await world.bot.sender.command(`/raxx ${text}`, user, MOOSEQUEST);
  await until(() => expect(shownTo(user).length).toBeGreaterThan(before + 1));
  return wordsOf(shownTo(user).at(-1)?.blocks);
}

/** The text of the blocks in order. A link gives its label, a person their id. */
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
  it('says that there was no incident yet', async () => {
    expect(await answer('incidents')).toBe('No incidents yet.\n');
    expect(await answer('incidents prod')).toBe('No incidents on prod yet.\n');
  });

  it('lists the open incident first, with its owner and its card, then those that ended', async () => {
    await world.bot.see({ kind: 'open' });
    await world.bot.see({ kind: 'resolve' });
    world.bot.pass(20 * MINUTE);
    const { id } = await world.bot.see({ kind: 'open', picture: { error: 'KeyError: STRIPE_KEY' } });
    await world.bot.work();
    const [head, open, ended] = (await answer('incidents')).split('\n');
    expect(head).toBe('Incidents: 1 open; last 1 resolved');
    expect(open).toMatch(
      / Open: raxx-api-prod · since .* UTC \(1 min.*\) · raxx-api-prod is down: KeyError: STRIPE_KEY · owner: none · Open the card$/,
    );
    expect(ended).toMatch(/ Resolved: raxx-api-prod · since .* UTC, lasted 1 min · raxx-api-prod is down/);
    await world.bot.incidents.acknowledge(id, { id: OPERATOR, isOperator: true, isApprover: true }, false);
    expect(await answer('incidents prod')).toContain(`owner: <@${OPERATOR}>`);
    expect(await answer('incidents staging')).toBe('No incidents on staging yet.\n');
    expect(
      world.bot.slack.messages.all().filter((one) => !one.onlyFor && one.text.startsWith('Incidents')),
    ).toHaveLength(0);
  });
});

describe('/raxx note', () => {
  it("adds a reader's note to the timeline, the thread and the postmortem, redacted", async () => {
    const { id } = await world.bot.see({ kind: 'open' });
    await world.bot.work();
    const said = await answer(
      'note prod Restarted the worker --force at 10:02; HEROKU_API_KEY=HRKU-AAwk9rT3xV7bQ2mN8pLs4dF6gH1jK0zXcVbN5tYuIo',
    );
    expect(said).toBe(
      'Noted in the incident of raxx-api-prod: its timeline, thread and postmortem.\nSee its card\n',
    );
    await world.bot.work();
    const noted = inThread().at(-1);
    expect(wordsOf(noted?.blocks)).toMatch(
      /^Note: Restarted the worker --force at 10:02; .* · <@U0MOIRA01>\n$/,
    );
    expect(JSON.stringify(world.bot.slack.messages.all())).not.toContain('HRKU-');
    expect((await world.bot.incidentStore.find(id))?.trail.at(-1)).toMatchObject({
      event: 'noted',
      who: ENGINEER,
    });
    expect(await answer('history')).toMatch(/ Note: prod\n“Restarted the worker .*\n<@U0MOIRA01>/);
    await world.bot.see({ kind: 'resolve' });
    await world.bot.work();
    const [card] = world.bot.slack.messages
      .all()
      .filter(({ blocks }) => /"postmortem"/.test(JSON.stringify(blocks)));
    if (!card) throw new Error('no card with a button for the postmortem');
    await world.bot.sender.click({
      channel: card.channel,
      ts: card.ts,
      actionId: 'postmortem',
      user: ENGINEER,
    });
    await until(() =>
      expect(JSON.stringify(inThread().at(-1))).toMatch(
        /\*\*noted\*\* Restarted the worker .*\(Moira Quill\)/,
      ),
    );
  });

  it('adds to an incident that ended recently, and is refused when there is none', async () => {
    expect(await answer('note prod it was the queue')).toMatch(
      /^prod has no open incident, and none that ended within 7 d\. `\/raxx incidents` lists .* Nothing was done\.\n$/,
    );
    await world.bot.see({ kind: 'open' });
    await world.bot.see({ kind: 'resolve' });
    await world.bot.work();
    world.bot.pass(5 * 60 * MINUTE);
    expect(await answer('note prod staging had it, too')).toMatch(/^Noted .* which ended 5 h.* ago:/);
    await world.bot.work();
    expect(wordsOf(inThread().at(-1)?.blocks)).toContain('staging had it, too');
    world.bot.pass(8 * 24 * 60 * MINUTE);
    expect(await answer('note prod it was the queue')).toContain('has no open incident');
    expect(await answer(`note prod ${'x'.repeat(2_600)}`)).toContain('A note has at most 2500 characters');
  });

  it('is refused to guests, and without any text', async () => {
    await world.bot.see({ kind: 'open' });
    const ack = await world.bot.sender.command('/raxx note prod I was here', GUEST, MOOSEQUEST);
    expect(ack.body).toContain('I answer only full members');
    const empty = await world.bot.sender.command('/raxx note prod', ENGINEER, MOOSEQUEST);
    expect(empty.body).toContain('`note` needs some text');
  });
});

describe('/raxx catchup', () => {
  /** The audit keeps what other tests did, so each test has a day of its own. */
  const DAY = 24 * 60 * MINUTE;

  it('shows what happened to the asker alone, from the ledger alone', async () => {
    const nothing = 'Last 8 h: nothing happened. No incident, action, escalation, snooze, note or notice.\n';
    expect(await answer('catchup')).toBe(nothing);
    await world.bot.see({ kind: 'open' });
    await world.bot.work();
    await answer('snooze prod 2h', OPERATOR);
    await answer('note prod I saw @moira & friends');
    const lines = (await answer('catchup prod 1h')).split('\n');
    expect(lines[0]).toBe('Last 1 h on prod: 3 events, oldest first');
    expect(lines[1]).toMatch(/ incident opened: raxx-api-prod is down; still open, no owner$/);
    expect(lines[2]).toMatch(/ snoozed by <@U0KRIS001> until .* UTC$/);
    expect(lines[3]).toMatch(/ <@U0MOIRA01> noted “I saw @moira.* & friends”$/);
    expect(await answer('catchup staging')).toContain('Last 8 h on staging: nothing happened.');
  });

  it('shows what changed before an incident, and what the watch noticed, from the ledger', async () => {
    world.bot.pass(DAY);
    const { incidentStore, now } = world.bot;
    const words = 'Not through the bot: ops@raxx.app released v100 of raxx-api-prod (Deploy 9be41c07).';
    await incidentStore.notice('prod', words, now());
    await incidentStore.notice('staging', 'Maintenance mode was turned on.', now());
    const { id, since } = await world.bot.see({ kind: 'open' });
    const change = { ...SUSPECT, at: since - 2 * MINUTE, who: 'ops@raxx.app' };
    const onset = { lastWell: null, firstFailing: since, by: 'watch' } as const;
    const changes = { ...NO_CHANGES, state: 'failing', onset, list: [change] } as const;
    await incidentStore.keepChanges(id, changes, 'Failing since 02:58:00 UTC', now());
    const lines = (await answer('catchup prod')).split('\n');
    expect(lines[0]).toBe('Last 8 h on prod: 2 events, oldest first');
    expect(lines[1]).toContain(` ${words}`);
    expect(lines[2]).toMatch(
      /no owner\. Changed: v42 Deploy 4f070742 by ops@raxx\.app, 2 min before the failure \(suspect: /,
    );
    expect(await answer('catchup')).toContain(' staging: Maintenance mode was turned on.');
  });

  it.each(['catchup', 'history'])('shows every time in the zone of the reader (%s)', async (command) => {
    world.bot.pass(3 * DAY);
    const { id } = await world.bot.see({ kind: 'open' });
    await answer('snooze prod 2h', OPERATOR);
    const note = '2026-05-01 02:58:00 UTC, @moira: Logins fail';
    await world.bot.incidentStore.note(id, ENGINEER, note, world.bot.now());
    expect(await answer(command)).toContain(`“${note}`);
    const blocks = JSON.stringify(shownTo(ENGINEER).at(-1)?.blocks);
    expect(blocks).not.toMatch(/"text":"[^"]* UTC/);
    expect(blocks).toContain(`"timestamp":${Date.parse('2026-05-01T02:58:00Z') / 1_000}`);
  });

  it('fits in twelve lines, with its title and the count of what is not shown', async () => {
    world.bot.pass(2 * DAY);
    await world.bot.see({ kind: 'open' });
    const noteMore = async (count: number) => {
      for (let done = 0; done < count; done += 1)
        await world.bot.incidentStore.note(await only(), ENGINEER, 'more', world.bot.now());
    };
    const lines = async () => (await answer('catchup')).split('\n').filter((one) => one !== '');
    await noteMore(10);
    const full = await lines();
    expect(full).toHaveLength(12);
    expect(full.at(-1)).toMatch(/ noted “more”$/);
    await noteMore(1);
    const over = await lines();
    expect(over).toHaveLength(12);
    expect(over[0]).toBe('Last 8 h: 12 events, oldest first');
    expect(over[1]).toMatch(/ incident opened: /);
    expect(over.at(-1)).toBe('and 2 more: /raxx history');
  });

  const only = async () => (await world.bot.incidentStore.open())[0]?.id ?? '';
});

describe('a mention', () => {
  const RAXX = '@raxx';
  const replies = (ts: string | undefined) => inThread().filter((one) => one.threadTs === ts && !one.onlyFor);
  const typed = () => world.bot.slack.messages.all().findLast((one) => one.author === ENGINEER);

  it('is answered in its own thread, or in the thread that it was posted in', async () => {
    const ack = await world.bot.sender.say(`hey ${RAXX} status`, ENGINEER, MOOSEQUEST);
    expect(ack).toMatchObject({ status: 200, failure: null });
    const { ts } = typed() ?? {};
    await until(() => expect(replies(ts)).toHaveLength(1));
    await world.bot.see({ kind: 'open' });
    await world.bot.sender.say(`${RAXX} incidents prod\nthank you`, ENGINEER, MOOSEQUEST, ts);
    await until(() => expect(replies(ts)).toHaveLength(3));
    expect(replies(ts).at(-1)?.text).toMatch(/^Incidents on prod: 1 open/);
    expect(shownTo(ENGINEER)).toEqual([]);
  });

  it('changes nothing, and is answered with what to type instead', async () => {
    await world.bot.see({ kind: 'open' });
    for (const words of ['stop prod it burns', 'note prod `x`', 'snooze prod 2h', 'escalate prod now']) {
      await world.bot.sender.say(`${RAXX} ${words}`, OPERATOR, MOOSEQUEST);
      const { ts } = world.bot.slack.messages.all().findLast((one) => one.author === OPERATOR) ?? {};
      await until(() => expect(replies(ts)).toHaveLength(1));
      expect(replies(ts)[0]?.text).toMatch(
        /^A mention can only read\. Nothing was done\. Type this in the channel/,
      );
      expect(wordsOf(replies(ts)[0]?.blocks)).toContain(`/raxx ${words.replaceAll('`', '')}`.slice(0, 12));
    }
    expect((await world.bot.incidentStore.open())[0]?.trail).toHaveLength(1);
  });

  it('is answered once although Slack repeats it, and is refused to a guest with a reason', async () => {
    await world.bot.sender.say(`${RAXX} catchup`, GUEST, MOOSEQUEST);
    const { ts = '' } = world.bot.slack.messages.all().findLast((one) => one.author === GUEST) ?? {};
    await until(() => expect(replies(ts)[0]?.text).toContain('I answer only full members'));
    const asked = await world.bot.sender.sendEvent({ type: 'url_verification', challenge: 'is it yours?' });
    expect(asked).toMatchObject({ status: 200, body: expect.stringContaining('is it yours?') });
    const event = {
      type: 'app_mention',
      user: ENGINEER,
      text: '<@U0RAXXBOT>',
      ts,
      channel: MOOSEQUEST,
      event_ts: ts,
    };
    const { team, appId } = world.bot.slack.workspace;
    const sent = {
      type: 'event_callback',
      event_id: 'Ev1',
      event_time: 1,
      team_id: team.id,
      api_app_id: appId,
      event,
    };
    await world.bot.sender.sendEvent(sent);
    await world.bot.sender.sendEvent(sent);
    await world.bot.sender.sendEvent({ ...sent, event_id: 'Ev2' });
    await until(() => expect(replies(ts)).toHaveLength(3));
    expect(replies(ts).at(-1)?.text).toMatch(/^Mention me with a read-only command/);
  });
});

describe('the Home tab', () => {
  const home = (user: string) => wordsOf(world.bot.slack.views.home(user)?.blocks).replaceAll('*', '');

  it('shows each app as the watch saw it and what waits for the reader, and is redrawn on a change', async () => {
    await world.bot.sender.openHome(OPERATOR, 'messages');
    await world.bot.sender.openHome(OPERATOR);
    await until(() =>
      expect(home(OPERATOR)).toContain('No open incidentsNothing is waiting for your approval'),
    );
    expect(home(OPERATOR)).toContain('raxx-api-staging: unknown, not checked yet');
    await world.bot.actionStore.propose({
      ...draft(),
      askedBy: ENGINEER,
      askedAt: world.bot.now(),
      expiresAt: world.bot.now() + 30 * MINUTE,
    });
    await world.bot.see({ kind: 'open' });
    await world.bot.work();
    await vi.waitFor(() => expect(home(OPERATOR)).toContain('Open incidents'), { timeout: 8_000 });
    expect(home(OPERATOR)).toMatch(/^Waiting for your approval.* · proposed by <@U0MOIRA01>.*until/s);
    expect(home(OPERATOR)).toMatch(/raxx-api-prod: down, incident open since .* UTC/);
    await world.bot.sender.openHome(ENGINEER);
    // An engineer cannot approve: the open incident comes first.
    await until(() =>
      expect(home(ENGINEER)).toMatch(/^Open incidents.*Nothing is waiting for your approval/s),
    );
    await world.bot.sender.openHome(GUEST);
    await until(() => expect(home(GUEST)).toContain('I answer only full members of this workspace.'));
  });
});

describe('the last deploys on the Home tab', () => {
  const home = () => wordsOf(world.bot.slack.views.home(OPERATOR)?.blocks).replaceAll('*', '');
  const opened = async () => {
    await world.bot.sender.openHome(OPERATOR);
    await until(() => expect(home()).toContain('Check again'));
    return home();
  };
  /** What the watch saw among the releases of prod. */
  async function saw(release: Partial<DeployRelease>): Promise<void> {
    const { incidentStore, now } = world.bot;
    const { revision, asked } = await incidentStore.watchOf('prod');
    const newestDeploy = {
      version: 100,
      status: 'succeeded',
      description: 'Deploy 9be41c07',
      actor: 'ops@raxx.app',
      createdAt: now() - 3 * MINUTE,
      ...release,
    };
    const done = { target: 'prod', app: 'raxx-api-prod', revision, at: now(), asked, saw: true };
    await incidentStore.keepQuiet(done, { ...NOTHING_KNOWN, newestDeploy });
  }

  it('say that none was seen', async () => {
    expect(await opened()).toContain('No deploys seen yet');
  });

  it('have the deploy that the watch saw, whoever made it, with its version and age', async () => {
    await saw({});
    expect(await opened()).toMatch(
      /Last deploys.*raxx-api-prod: v100 Deploy 9be41c07, <!date\^\d+\^\{ago\}\|[^>]*> by ops@raxx\.app/s,
    );
  });

  it('say that it failed', async () => {
    await saw({ status: 'failed' });
    expect(await opened()).toContain('v100 Deploy 9be41c07 (failed), ');
  });

  it('have a deploy through raxx once, with the version of its release', async () => {
    const { actionStore, now } = world.bot;
    const at = now() - 10 * MINUTE;
    const plan = { ...draft().plan, title: 'Deploy main to production' };
    const asked = {
      ...draft({ kind: 'deploy' }),
      target: 'prod',
      plan,
      askedAt: at,
      expiresAt: now() + MINUTE,
    };
    const proposed = await actionStore.propose(asked);
    if (!proposed.ok) throw new Error('not proposed');
    const { id } = proposed.action;
    await actionStore.move(id, { name: 'begin', at, who: OPERATOR });
    await actionStore.move(id, { name: 'send', at, progress: {} });
    await saw({ description: 'Deploy aaaaaaaa', createdAt: now() - 5 * MINUTE });
    const made = await opened();
    expect(made).toMatch(/: Deploy main to production · proposed by .* · v100/);
    expect(made.match(/v100/g)).toHaveLength(1);
    await saw({ version: 101 });
    await world.bot.sender.openHome(OPERATOR);
    await until(() => expect(home()).toContain('raxx-api-prod: v101 Deploy 9be41c07, '));
    expect(home()).toMatch(/v101 Deploy 9be41c07.*Deploy main to production · proposed by/s);
  });
});

describe('the shortcut "Add to incident timeline"', () => {
  it('adds a message to the only open incident, or to that of its thread, with its author and time', async () => {
    await world.bot.sender.say('Logins fail since 10:00', ENGINEER, MOOSEQUEST);
    const { ts = '' } = world.bot.slack.messages.all().findLast(({ author }) => author === ENGINEER) ?? {};
    const chosen = { channel: MOOSEQUEST, ts, callbackId: 'add_to_timeline', user: OPERATOR };
    const lastShown = () => shownTo(OPERATOR).at(-1)?.text;
    await world.bot.sender.shortcut(chosen);
    await until(() => expect(lastShown()).toMatch(/^No incident is open\. Nothing was done\. .*\/raxx note/));
    const { id } = await world.bot.see({ kind: 'open' });
    await world.bot.work();
    await world.bot.sender.shortcut(chosen);
    await until(() => expect(lastShown()).toMatch(/^Noted in the incident of raxx-api-prod/));
    await world.bot.sender.shortcut(chosen);
    await until(() => expect(lastShown()).toMatch(/^This is in the timeline already/));
    await world.bot.see({ kind: 'resolve' });
    const card = (await world.bot.incidentStore.find(id))?.card;
    await world.bot.sender.say('it was the queue', ENGINEER, MOOSEQUEST, card?.ts);
    const reply = world.bot.slack.messages.all().findLast(({ author }) => author === ENGINEER);
    await world.bot.sender.shortcut({ ...chosen, ts: reply?.ts ?? '' });
    await until(() => expect(lastShown()).toMatch(/^Noted .* which ended/));
    const noted =
      (await world.bot.incidentStore.find(id))?.trail.filter(({ event }) => event === 'noted') ?? [];
    expect(noted.map(({ who, words }) => [who, words?.replace(/^.* UTC/, 'UTC')])).toEqual([
      [OPERATOR, 'UTC, @moira: Logins fail since 10:00'],
      [OPERATOR, 'UTC, @moira: it was the queue'],
    ]);
    await world.bot.sender.shortcut({ ...chosen, user: GUEST });
    await until(() => expect(shownTo(GUEST).at(-1)?.text).toContain('I answer only full members'));
  });
});
