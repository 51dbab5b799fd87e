/** Changes by command and by button, as the people in the channel meet them: signed HTTP, a local Heroku and GitHub. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/runbook/model/runbook-config.ts';
import { type ActingFace, ANA, KRIS, MOIRA, startActingFace } from '../support/approvers-face.ts';

let face: ActingFace;
beforeAll(async () => {
  face = await startActingFace();
}, 60_000);
afterAll(() => face.close());
beforeEach(() => face.reset());

/** The cells of the table among these blocks, each as its words. */
function rowsOf(blocks: ReturnType<ActingFace['slack']['messages']['all']>[number]['blocks']) {
  const table = blocks.find((block) => block.type === 'table');
  return (table?.rows ?? []).map((row) =>
    row.map((cell) => {
      if (cell.type !== 'rich_text') return cell.text;
      const lines = cell.elements.flatMap((part) => ('elements' in part ? [part.elements] : []));
      return lines.map((leaves) => leaves.map(wordsOf).join('')).join(' ');
    }),
  );
}

function wordsOf(leaf: object): string {
  if ('text' in leaf) return String(leaf.text);
  if ('user_id' in leaf) return String(leaf.user_id);
  return 'fallback' in leaf ? String(leaf.fallback) : '';
}

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
    expect(await face.actionStore.recent(5)).toEqual([]);
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
    await face.submit(KRIS, { typed_version: { typed_version: 'v98' } });
    expect((await face.actionStore.find(id))?.trail.at(-1)).toMatchObject({
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
    expect(told.at(-1)).toContain(`Run ${run?.id} is waiting for Kristerpher at the production gate.`);
    expect(told.at(-1)).toMatch(/^This commit is on its way already \(Deploy .*\)\. .* Nothing was done\.$/);
    expect(JSON.stringify(face.slack.messages.all().at(-1)?.blocks)).toContain('See its card');
    expect(face.writes()).toHaveLength(1);
  });

  it('is named, too, when somebody dispatched it on GitHub', async () => {
    await carryOut('deploy prod');
    const run = face.world.github.runs.findLast(({ live }) => live !== undefined);
    const { id, revision } = await face.newest();
    const outcome = { words: 'Not confirmed.', evidence: [], next: [], manualCommand: null };
    await face.actionStore.move(id, { name: 'lose', revision, at: Date.now(), outcome });
    expect((await face.type('deploy prod')).at(-1)).toMatch(
      new RegExp(
        `^[0-9a-f]{8} is on its way to prod already: run ${run?.id} is waiting for Kristerpher at the production gate \\(https://.*\\)\\. Let that one through, or cancel it first\\. Nothing was done\\.$`,
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
    const drawn = await face.actionStore.find(deploy.id);
    expect(drawn?.progress.notice).toMatch(
      /^raxx-api-prod was stopped on purpose \(“it burns”\)\. What this deploy releases runs only once it is restored\.$/,
    );
    expect(card()).toContain('raxx-api-prod was stopped on purpose');
    await carryOut('restore prod');
    await face.work();
    expect((await face.actionStore.find(deploy.id))?.progress.notice).toBeUndefined();
    expect(prodDynos()).toHaveLength(1);
  });
});

describe('the limit of diagnoses', { timeout: 60_000 }, () => {
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

describe('the approvers', () => {
  const two = (facts: Facts): Facts => ({
    ...facts,
    people: { operators: [KRIS], approvers: ['moira@raxx.app', 'S0ONCALL1'] },
    approvals: { ...facts.approvals, stop: { approvals: 1, selfApprove: false } },
  });
  const how = (notify: Facts['approvals']['notify']) => (facts: Facts) => ({
    ...two(facts),
    approvals: { ...two(facts).approvals, notify },
  });
  const directs = () => face.slack.messages.all().filter(({ channel }) => channel.startsWith('D'));

  it('are mentioned on the card', async () => {
    await face.reset('healthy', two);
    await face.type('stop prod too many errors');
    const card = await face.card();
    expect(card).toContain(
      `"Can approve: "},{"type":"user","user_id":"${MOIRA}"},{"type":"text","text":", "},{"type":"usergroup","usergroup_id":"S0ONCALL1"}`,
    );
    expect(card).toContain('“too many errors”');
    await face.press('approve', MOIRA);
    await face.work();
    // Decided, the card asks nobody any more.
    expect(await face.card()).not.toContain('Can approve');
    expect(directs()).toEqual([]);
  });

  it('whose account is closed meanwhile are not counted any more, and the card says how many are', async () => {
    await face.reset('healthy', (facts) => ({
      ...facts,
      people: { operators: [KRIS], approvers: [KRIS, MOIRA, ANA] },
      approvals: { ...facts.approvals, stop: { approvals: 2, selfApprove: true } },
    }));
    await face.type('stop prod');
    await face.press('approve', MOIRA);
    expect(await face.card()).toContain('1 of 2 approvals');
    const { workspace } = face.slack;
    workspace.people = workspace.people.map((one) => (one.id === MOIRA ? { ...one, isGone: true } : one));
    face.pass(6 * 60_000);
    await face.press('approve', ANA);
    expect(await face.card()).toContain('1 of 2 approvals');
    expect(await face.newest()).toMatchObject({ state: 'proposed', approvals: [{ person: ANA }] });
    await face.press('approve', KRIS);
    expect(await face.newest()).toMatchObject({ state: 'approved' });
  });

  it('get a direct message each where the runbook file says so, and nobody is mentioned', async () => {
    await face.reset('healthy', how('dm'));
    await face.type('stop prod');
    expect(await face.card()).toContain('"Can approve: "},{"type":"text","text":"Moira');
    expect(directs().map(({ text }) => text)).toEqual([
      'Waiting for your approval: Stop raxx-api-prod: scale web from 1 to 0. App: raxx-api-prod.',
    ]);
    expect((await face.thread()).map(({ text }) => text)).toEqual([
      'No direct message reached the group S0ONCALL1.',
    ]);
  });

  it('are only named where nobody shall be told', async () => {
    await face.reset('healthy', how('none'));
    await face.type('stop prod');
    expect(await face.card()).toContain('"Can approve: "},{"type":"text","text":"Moira');
    expect(directs()).toEqual([]);
  });

  it('are named to whoever may not', async () => {
    await face.reset('healthy', two);
    await face.type('stop prod');
    expect((await face.press('approve', ANA)).at(-1)).toBe(
      'You are not among the approvers that the runbook file names (people.approvers). Who may: moira@raxx.app, a group. Nothing was done.',
    );
    expect((await face.type('restart prod', MOIRA)).at(-1)).toMatch(
      /\(people\.operators\)\. Who may: somebody\. Nothing was done\.$/,
    );
    expect((await face.type('escalate prod help', ANA)).at(-1)).toBe(
      'Only operators and approvers escalate. Nothing was done. If it cannot wait, call Kristerpher (ops@raxx.app).',
    );
  });
});

describe('whoever asked', () => {
  beforeEach(() =>
    face.reset('healthy', (facts) => ({ ...facts, people: { operators: [KRIS], approvers: [KRIS, MOIRA] } })),
  );
  const heard = async () =>
    (await face.thread()).filter(({ blocks }) => blocks.includes(`"user_id":"${KRIS}"`));

  it('hears of a rejection, and why, once that is said', async () => {
    await face.type('stop prod');
    const [offer] = await face.press('reject', MOIRA);
    expect(offer).toBe('Rejected: Stop raxx-api-prod: scale web from 1 to 0.');
    await face.work();
    expect((await heard()).map(({ text }) => text)).toEqual([
      'Stop raxx-api-prod: scale web from 1 to 0: Rejected. Nothing was done.',
    ]);
    await face.press('say_why', MOIRA);
    const ack = await face.submit(MOIRA, { reject_reason: { reject_reason: 'the errors are from a test' } });
    expect(ack.body).toBe('');
    await face.work();
    expect((await heard()).at(-1)?.text).toContain(
      'Rejected: “the errors are from a test”. Nothing was done.',
    );
    expect(await face.card()).toContain('Rejected: “the errors are from a test”. Nothing was done.');
    expect((await face.type('history prod', ANA)).length).toBeGreaterThan(0);
    const shown = JSON.stringify(face.slack.messages.all().at(-1)?.blocks);
    expect(shown).toContain(`"text":"→ "},{"type":"user","user_id":"${MOIRA}"}`);
    expect(shown).toContain('"text":"“the errors are from a test”"');
    expect(face.writes()).toEqual([]);
  });

  it('is not told what they did themselves', async () => {
    await face.type('stop prod');
    await face.press('reject', KRIS);
    await face.work();
    expect(await heard()).toEqual([]);
  });

  it('hears of an expiry, and of an end', async () => {
    await face.type('stop prod');
    face.pass(31 * 60_000);
    await face.work();
    expect((await heard()).map(({ text }) => text)).toEqual([
      'Stop raxx-api-prod: scale web from 1 to 0: Nobody decided in time. Nothing was done. Ask again.',
    ]);
    await carryOut('restart prod because workers hang');
    expect((await heard()).map(({ text }) => text)).toEqual(['Restart web of raxx-api-prod: web.1 up.']);
  });
});

describe('a deploy at the gate', () => {
  it('names its reviewer, and mentions them once', async () => {
    await carryOut('deploy prod');
    await face.work();
    const run = face.world.github.runs.findLast(({ live }) => live !== undefined);
    const words = `Run ${run?.id} is waiting for Kristerpher at the production gate.`;
    expect(await face.card()).toContain(words);
    face.pass(60_000);
    await face.work();
    const told = (await face.thread()).filter(({ text }) => text.includes('production gate'));
    expect(told).toHaveLength(1);
    expect(told[0]?.blocks).toContain(`"user_id":"${KRIS}"`);
  });
});

describe('/raxx history', () => {
  it('says who asked, who decided and why; who escalated and who snoozed', async () => {
    await face.reset('healthy', (facts) => ({
      ...facts,
      people: { operators: [KRIS], approvers: [KRIS, MOIRA] },
    }));
    expect((await face.type('history')).at(-1)).toBe('No actions yet.');
    await face.type('stop prod because it burns');
    await face.press('approve', MOIRA);
    await face.work();
    await face.type('escalate staging the login fails');
    await face.type('snooze staging 90m');
    await face.type('history');
    const [, ...rows] = rowsOf(face.slack.messages.all().at(-1)?.blocks ?? []);
    expect(rows).toEqual([
      [
        expect.stringMatching(/UTC [0-9a-f]{8}$/),
        expect.stringMatching(/ Snoozed: staging until 2.* UTC$/),
        KRIS,
      ],
      [expect.any(String), ' Escalated: staging “the login fails”', KRIS],
      [
        expect.any(String),
        ' Done: Stop raxx-api-prod: scale web from 1 to 0 “it burns”',
        `${KRIS} → ${MOIRA}`,
      ],
    ]);
    await face.type('history prod');
    expect(JSON.stringify(face.slack.messages.all().at(-1)?.blocks)).not.toContain('Snoozed');
  });
});
