/** What a page offers, which depends on the actions since the incident began. */
import { describe, expect, it } from 'vitest';
import type { Incident, Wake } from '../../src/runbook/model/incident.ts';
import { draft } from '../support/draft.ts';
import { useIncidentBot } from '../support/incident-bot.ts';

const MINUTE = 60_000;
const OPERATOR = 'U0KRIS001';

const world = useIncidentBot();

/** The app fails since a release that could be rolled back, and was stopped through the bot. */
async function stopFailing() {
  const { bot } = world;
  await bot.see({
    kind: 'open',
    picture: { actions: ['rollback', 'restart', 'stop'], rollback: { to: 41, takesBack: [42] } },
  });
  return bot.see({ kind: 'stopped' });
}

/** Pages although the app is stopped. */
async function escalate({ id, picture }: Incident): Promise<void> {
  const { bot } = world;
  const at = bot.now();
  const wake: Wake = { cause: { kind: 'hand', id: 'call-1' }, reason: 'logins fail', dueAt: at };
  await bot.incidentStore.wake('prod', 'raxx-api-prod', wake, picture, OPERATOR, at);
  await bot.page(id);
  await bot.work();
}

async function rollBack(): Promise<void> {
  const { actionStore, now } = world.bot;
  const asked = await actionStore.propose(
    draft({ kind: 'rollback', askedAt: now(), expiresAt: now() + MINUTE }),
  );
  if (!asked.ok) throw new Error('there is a live one');
  const { id } = asked.action;
  await actionStore.move(id, { name: 'begin', at: now(), who: 'terminal ops@host' });
  await actionStore.move(id, { name: 'send', at: now(), progress: {} });
  const sent = await actionStore.find(id);
  await actionStore.move(id, {
    name: 'succeed',
    at: now(),
    revision: sent?.revision ?? 0,
    outcome: { words: 'Done.', evidence: [], next: [], manualCommand: null },
    progress: {},
    watchUntil: null,
  });
  expect(await actionStore.find(id)).toMatchObject({ state: 'succeeded' });
}

function pages() {
  return world.bot.slack.messages
    .all()
    .filter(({ text }) => text.startsWith(`<@${OPERATOR}>`))
    .map(({ blocks }) => JSON.stringify(blocks));
}

describe('a page for an app that was stopped through the bot', () => {
  it('offers the rollback when nothing was tried', async () => {
    await escalate(await stopFailing());
    expect(pages()).toHaveLength(2);
    for (const page of pages()) expect(page).toContain('"action_id":"propose_rollback"');
  });

  it('no longer offers the rollback once one has succeeded', async () => {
    const incident = await stopFailing();
    await rollBack();
    await escalate(incident);
    expect(pages()).toHaveLength(2);
    for (const page of pages()) expect(page).not.toContain('propose_rollback');
  });
});
