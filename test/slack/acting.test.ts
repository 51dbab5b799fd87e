/** Changes by command and by button, as the people in the channel meet them: signed HTTP, a local Heroku and GitHub. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActingFace, MOIRA, startActingFace } from '../support/acting-face.ts';

let face: ActingFace;
beforeAll(async () => {
  face = await startActingFace();
}, 60_000);
afterAll(() => face.close());
beforeEach(() => face.reset());

const prodDynos = () => face.world.heroku.apps['raxx-api-prod']?.dynos ?? [];

/** Proposes by command and approves by button. */
async function carryOut(command: string): Promise<void> {
  await face.type(command);
  await face.press('approve');
  await face.work();
}

describe('/raxx plan', () => {
  it('shows what it would do to the asker alone, and proposes nothing', async () => {
    const told = await face.type('plan stop raxx-api-prod');
    expect(told.at(-1)).toBe(
      'Only a plan, nothing is proposed: Stop raxx-api-prod: scale web from 1 to 0. To propose it: /raxx stop prod',
    );
    const { blocks } = face.slack.messages.all().at(-1) ?? {};
    expect(JSON.stringify(blocks)).toContain('Save 1 × Basic for a restore.');
    expect(JSON.stringify(blocks)).not.toContain('"action_id"');
    expect(await face.ledger.recent(5)).toEqual([]);
    expect(face.slack.messages.all().every(({ onlyFor }) => onlyFor !== undefined)).toBe(true);
  });

  it('says why there is nothing to do, and gives no command that would do harm', async () => {
    expect((await face.type('plan rollback prod v9999')).at(-1)).toMatch(
      /^v9999 cannot be rolled back to\. Eligible releases with other code: v9\d.* Nothing was done\.$/,
    );
    expect((await face.type('plan deploy prod develop')).at(-1)).toMatch(
      /^prod takes only main: .* Nothing was done\.$/,
    );
    expect((await face.type('restore prod')).at(-1)).toBe(
      'There is nothing to restore: web of raxx-api-prod is at 1. Nothing was done.',
    );
  });
});

describe('a refused proposal', () => {
  it('ends with the command by hand for what was asked, where running it would be right', async () => {
    face.world.faults.push({ service: 'heroku', method: 'GET', play: { status: 503 } });
    expect((await face.type('rollback prod v97')).at(-1)).toMatch(
      /^The releases could not be seen .* Nothing was done\. By hand: heroku rollback v97 --app raxx-api-prod$/,
    );
    expect((await face.type('stop prod')).at(-1)).toMatch(
      /By hand: heroku ps:scale web=0 --app raxx-api-prod$/,
    );
  });

  it('because of another change names it, its state and the command by hand', async () => {
    await face.type('restart prod');
    await face.press('approve');
    await face.type('rollback prod');
    const { id } = await face.newest();
    await face.press('approve');
    await face.submit('U0KRIS001', { typed_version: { typed_version: 'v98' } });
    expect((await face.ledger.find(id))?.trail.at(-1)).toMatchObject({
      event: 'refused',
      words: expect.stringMatching(
        /^Another change of raxx-api-prod is under way: restart is approved \(Restart web of raxx-api-prod\)\./,
      ),
    });
  });
});

describe('a commit that is on its way already', () => {
  it('is named before it is dispatched again, with its run', async () => {
    await carryOut('deploy prod');
    const run = face.world.github.runs.findLast(({ live }) => live !== undefined);
    const told = await face.type('deploy prod');
    expect(told.at(-1)).toContain(`Run ${run?.id} waits at the required-reviewer gate for Kristerpher.`);
    expect(told.at(-1)).toMatch(/^This commit is on its way already \(Deploy .*\)\. .* Nothing was done\.$/);
    expect(JSON.stringify(face.slack.messages.all().at(-1)?.blocks)).toContain('See its card');
    expect(face.writes()).toHaveLength(1);
  });

  it('is named, too, when somebody dispatched it on GitHub', async () => {
    await carryOut('deploy prod');
    const run = face.world.github.runs.findLast(({ live }) => live !== undefined);
    const { id } = await face.newest();
    const at = Date.now();
    await face.ledger.move(id, { from: ['executing'], to: 'unconfirmed', who: 'bot', at });
    expect((await face.type('deploy prod')).at(-1)).toMatch(
      new RegExp(
        `^[0-9a-f]{8} is on its way to prod already: run ${run?.id} waits at the required-reviewer gate \\(https://.*\\)\\. Let that one through, or cancel it first\\. Nothing was done\\.$`,
      ),
    );
  });

  it('hears on its card of a stop, and of the restore', async () => {
    await carryOut('deploy prod');
    const deploy = await face.newest();
    await carryOut('stop prod because it burns');
    await face.work();
    const card = () =>
      JSON.stringify(face.slack.messages.find(deploy.card?.channel ?? '', deploy.card?.ts ?? '')?.blocks);
    const drawn = await face.ledger.find(deploy.id);
    expect(drawn?.progress.notice).toMatch(
      /^raxx-api-prod was stopped at .* \(“it burns”\)\. What this deploy releases runs only when it is restored\.$/,
    );
    expect(card()).toContain('raxx-api-prod was stopped at');
    await carryOut('restore prod');
    await face.work();
    expect((await face.ledger.find(deploy.id))?.progress.notice).toBeUndefined();
    expect(prodDynos()).toHaveLength(1);
  });
});

describe('the limit of diagnoses', () => {
  it('counts neither status, nor logs, nor what another one has begun; its refusal is the first answer', async () => {
    for (let round = 0; round < 6; round += 1) {
      await face.type('diagnose prod');
      // Handed what was collected just now: not counted.
      await face.type('diagnose prod');
      face.pass(6_000);
    }
    const before = face.reads();
    const [first, ...rest] = await face.type('diagnose prod');
    expect(first).toMatch(/^Limit: 6 diagnoses a minute\. Nothing was done\. Try again in \d+ s\.$/);
    expect(rest).toEqual([]);
    expect(face.reads()).toBe(before);
    expect((await face.press('diagnose_again')).at(0)).toMatch(/^Limit: /);
    expect((await face.type('status')).at(-1)).not.toContain('Limit');
    expect((await face.type('logs prod')).at(-1)).not.toContain('Limit');
    // Another person's allowance is their own.
    expect((await face.type('diagnose prod', MOIRA)).at(0)).toBe('Diagnosing prod…');
  });
});
