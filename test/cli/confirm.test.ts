import { describe, expect, it } from 'vitest';
import { type Consent, canConfirm, confirm } from '../../src/cli/confirm.ts';

const APP = 'raxx-api-prod';

/** Someone who answers `typed`; the questions are kept. */
function someone(typed: string | null): Consent & { readonly asked: string[] } {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return typed;
  };
  return { yesIMean: undefined, ask, asked };
}

describe('the typed name', () => {
  it('is asked for, and may have white space around it', async () => {
    const there = someone(` ${APP} `);
    expect(await confirm(APP, there)).toEqual({ ok: true });
    expect(there.asked).toEqual([`Type ${APP} to confirm: `]);
  });

  it.each([
    ['another app', 'raxx-api-staging', '"raxx-api-staging" is not raxx-api-prod. Nothing was done.'],
    ['other letters', 'RAXX-API-PROD', '"RAXX-API-PROD" is not raxx-api-prod. Nothing was done.'],
    ['a mere yes', 'y', '"y" is not raxx-api-prod. Nothing was done.'],
    ['only Enter', '', 'No name was typed. Nothing was done.'],
    ['Ctrl-D', null, 'No name was typed. Nothing was done.'],
  ])('does not count when it is %s', async (_name, typed, words) => {
    expect(await confirm(APP, someone(typed))).toEqual({ ok: false, words });
  });

  it('may be passed as an option, and then nobody is asked', async () => {
    const there = { ...someone(APP), yesIMean: APP };
    expect(await confirm(APP, there)).toEqual({ ok: true });
    expect(there.asked).toEqual([]);
    expect(await confirm(APP, { ...someone(APP), yesIMean: 'raxx-api-staging' })).toMatchObject({
      ok: false,
    });
  });

  it('is known to be impossible without a terminal, before anything is read', () => {
    const words = `This is not a terminal, so the app's name can't be typed: pass --yes-i-mean ${APP}. Nothing was done.`;
    expect(canConfirm(APP, { yesIMean: undefined, ask: null })).toEqual({ ok: false, words });
    expect(canConfirm(APP, someone(APP))).toEqual({ ok: true });
  });
});
