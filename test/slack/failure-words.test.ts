/** What somebody reads when an answer could not be given, over signed HTTP: each known cause in its own words, and whether anything was sent. */
import { describe, expect, it, vi } from 'vitest';
import { DatabaseFault, type DatabaseTrouble } from '../../src/operations/ports/database-fault.ts';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { type ActingFace, type ActingFaceOptions, KRIS, useActingFaces } from '../support/acting-face.ts';

let bot: ActingFace;
const facts = (given: Facts): Facts => ({ ...given, people: { operators: [KRIS], approvers: [KRIS] } });
const openFace = useActingFaces({ facts });
const open = async (options: ActingFaceOptions = {}) => {
  bot = await openFace(options);
};
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 6_000, interval: 10 });
const SENT = 'Nothing was sent to Heroku or GitHub that the card does not show.';

describe('an answer that could not be given', () => {
  it.each<readonly [code: string, words: string]>([
    ['expired_trigger_id', 'The dialog came too late'],
    ['missing_scope', 'The Slack app lacks a permission'],
    ['internal_error', 'Slack did not take it (internal_error), which passes by itself.'],
    ['token_revoked', 'Slack refuses my token (token_revoked)'],
    ['unheard_of', 'Slack refused the answer: Slack refuses it (unheard_of)'],
  ])('because the dialog of a rollback met %s', async (code, words) => {
    await open({ more: { canDo: new Set(['rollback']) } });
    await bot.command('rollback prod');
    await until(async () => expect((await bot.newest()).card).not.toBeNull());
    const body = { ok: false, error: code };
    bot.faults = [{ service: 'slack', path: 'views.open', play: { status: 200, body } }];
    await bot.click('approve');
    await until(() => expect(bot.told(KRIS).at(-1)).toContain(words));
    expect(bot.told(KRIS).at(-1)).toContain(SENT);
    expect(bot.told(KRIS).join()).not.toContain('Something broke');
    expect((await bot.newest()).state).toBe('proposed');
  });

  it.each<readonly [kind: DatabaseTrouble, words: string]>([
    ['unreachable', "My database doesn't work (it can't be reached), so this was not written down"],
    ['read_only', "My database doesn't work (it is read-only), so this was not written down"],
    ['full', "My database doesn't work (its disk is full), so this was not written down"],
    ['unsure', "My database doesn't work (it didn't confirm in time): this may be written down, or not."],
  ])('because the database is %s says whether it was written down, and no address', async (kind, words) => {
    const gone = () => Promise.reject(new DatabaseFault(kind, 'connect ECONNREFUSED 10.0.0.1:5432'));
    await open({ more: { actionStore: new Proxy(Object.create(null), { get: () => gone }) } });
    await bot.command('history');
    await until(() => expect(bot.told(KRIS).at(-1)).toContain(words));
    expect(bot.told(KRIS).at(-1)).not.toContain('10.0.0.1');
  });

  it('for a cause that nobody knows says so, and that nothing was sent', async () => {
    const broken = () => Promise.reject(new Error('a fault of ours'));
    await open({ more: { actionStore: new Proxy(Object.create(null), { get: () => broken }) } });
    await bot.command('history');
    await until(() =>
      expect(bot.told(KRIS).at(-1)).toBe(
        `Something broke on my side before I could answer. Look at the card or the history before you try again. (id-4711) ${SENT}`,
      ),
    );
  });
});
