/** What the asker reads when an answer failed, over signed HTTP: the cause, and whether anything was sent. */
import { describe, expect, it, vi } from 'vitest';
import { DatabaseFault, type DatabaseTrouble } from '../../src/operations/ports/database-fault.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { KRIS, type SlackBot, type SlackBotOptions, useSlackBots } from '../support/slack-bot.ts';

let bot: SlackBot;
const facts = (given: Facts): Facts => ({ ...given, people: { operators: [KRIS], approvers: [KRIS] } });
const openBot = useSlackBots({ facts });
const open = async (options: SlackBotOptions = {}) => {
  bot = await openBot(options);
};
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });
const SENT = 'Anything sent to Heroku or GitHub is shown on the card.';

describe('a failed answer', () => {
  it.each<readonly [code: string, words: string]>([
    ['expired_trigger_id', 'The dialog could not be opened'],
    ['missing_scope', 'The Slack app lacks a permission'],
    ['internal_error', 'Slack did not accept my reply (internal_error). This is temporary.'],
    ['token_revoked', 'Slack rejected my token (token_revoked)'],
    ['unheard_of', 'Slack refused my reply: Slack refuses it (unheard_of)'],
  ])(
    'names the cause when Slack refuses a dialog with %s, and says that nothing was sent',
    async (code, words) => {
      await open({ more: { canDo: new Set(['rollback']) } });
      await bot.command('rollback prod');
      await until(async () => expect((await bot.newest()).card).not.toBeNull());
      const body = { ok: false, error: code };
      bot.faults = [{ service: 'slack', path: 'views.open', play: { status: 200, body } }];
      await bot.click('approve');
      await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain(words));
      expect(bot.shownTo(KRIS).at(-1)).toContain(SENT);
      expect(bot.shownTo(KRIS).join()).not.toContain('Something broke');
      expect((await bot.newest()).state).toBe('proposed');
    },
  );

  it.each<readonly [kind: DatabaseTrouble, words: string]>([
    ['unreachable', "My database is unavailable (it can't be reached), so this was not recorded"],
    ['read_only', 'My database is unavailable (it is read-only), so this was not recorded'],
    ['full', 'My database is unavailable (its disk is full), so this was not recorded'],
    [
      'unsure',
      "My database is unavailable (it didn't confirm in time): this may or may not have been recorded.",
    ],
  ])(
    'says whether the request was recorded when the database is %s, without naming its host',
    async (kind, words) => {
      const gone = () => Promise.reject(new DatabaseFault(kind, 'connect ECONNREFUSED 10.0.0.1:5432'));
      await open({ more: { actionStore: new Proxy(Object.create(null), { get: () => gone }) } });
      await bot.command('history');
      await until(() => expect(bot.shownTo(KRIS).at(-1)).toContain(words));
      expect(bot.shownTo(KRIS).at(-1)).not.toContain('10.0.0.1');
    },
  );

  it('says that the cause is unknown and that nothing was sent when the bot itself fails', async () => {
    const broken = () => Promise.reject(new Error('a bug'));
    await open({ more: { actionStore: new Proxy(Object.create(null), { get: () => broken }) } });
    await bot.command('history');
    await until(() =>
      expect(bot.shownTo(KRIS).at(-1)).toBe(
        `Something broke on my side before I could reply. Check the card or \`/raxx history\` before you try again. (id-4711) ${SENT}`,
      ),
    );
  });
});
