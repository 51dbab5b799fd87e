/** Actions from command to end state: typed and clicked on the page, signed as Slack signs, through the real bot as a process. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';

interface Shown {
  readonly ts: string;
  readonly channel: string;
  readonly text: string;
  readonly author: string;
  readonly threadTs?: string;
  readonly onlyFor?: string;
  readonly blocks: readonly unknown[];
}

interface State {
  readonly apps: readonly {
    readonly name: string;
    readonly dynos: string;
    readonly releases: readonly string[];
  }[];
  readonly github: {
    readonly runs: readonly {
      readonly id: number;
      readonly state: string;
      readonly reviewers: readonly string[];
    }[];
  };
  readonly modals: readonly { readonly user: string }[];
}

const BOT = 'U0RAXXBOT';
const KRIS = 'U0KRIS001';
const MOIRA = 'U0MOIRA01';
const ANA = 'U0ANA0001';
const GUEST = 'U0GUS0001';
const STRANGER = 'U0SAM0001';
const POLL = { timeout: 30_000, interval: 50 } as const;

let sandbox: Sandbox;
/** A proposal that nobody decides: it expires during the test. */
let forgotten: Shown;
beforeAll(async () => {
  // Boots and runs take a twentieth of their time.
  sandbox = await startSandbox({ port: 0, scenario: 'refusals', pace: 0.05 });
  await sandbox.ready();
  // The first request opens the embedded database, which takes seconds.
  await command('/raxx history', KRIS);
  await toldTo(KRIS, /No actions yet/);
  await command('/raxx restart staging', KRIS);
  forgotten = await card(/^Proposed: Restart web on raxx-api-staging/);
}, 60_000);
afterAll(() => sandbox.close());

async function call<T>(path: string, body?: object): Promise<T> {
  const answer = await fetch(`${sandbox.page.url}/api/${path}`, {
    method: body ? 'POST' : 'GET',
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as T;
}

const command = (text: string, user: string) => call('command', { text, user });
/** `value`: a forged value of the button. */
const click = ({ ts, channel }: Shown, actionId: string, user: string, value?: string) =>
  call('click', { ts, channel, actionId, user, ...(value === undefined ? {} : { value }) });
const state = () => call<State>('state');
const messages = () => call<readonly Shown[]>('messages');

/** Polls until there is one. */
function seen<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  return vi.waitFor(async () => {
    const found = await look();
    if (found === undefined) throw new Error(`${what} is not to be seen`);
    return found;
  }, POLL);
}

/** The newest card whose text matches. */
function card(text: RegExp): Promise<Shown> {
  return seen(`a card ${text}`, async () =>
    (await messages()).findLast(
      (one) => one.author === BOT && !one.onlyFor && !one.threadTs && text.test(one.text),
    ),
  );
}

/** The same card, once its text matches. */
function becomes({ ts }: Shown, text: RegExp): Promise<Shown> {
  return seen(`the card as ${text}`, async () =>
    (await messages()).find((one) => one.ts === ts && text.test(one.text)),
  );
}

function toldTo(user: string, text: RegExp): Promise<Shown> {
  return seen(`${text} for ${user}`, async () =>
    (await messages()).findLast((one) => one.onlyFor === user && text.test(one.text)),
  );
}

async function dynosOf(app: string): Promise<string | undefined> {
  return (await state()).apps.find(({ name }) => name === app)?.dynos;
}

function buttonsOf({ blocks }: Shown): string[] {
  return [...JSON.stringify(blocks).matchAll(/"action_id":"(\w+)"/g)].map(([, id = '']) => id);
}

/** The value of the Approve button. */
function idOf({ blocks }: Shown): string {
  return /"action_id":"approve".*?"value":"([\w-]+)"/.exec(JSON.stringify(blocks))?.[1] ?? '';
}

describe('a change, from command to end state,', () => {
  it('stops an app, refuses a second stop, and restores the saved formation', {
    timeout: 40_000,
  }, async () => {
    await command('/raxx stop prod it burns', KRIS);
    const stop = await card(/^Proposed: Stop raxx-api-prod/);
    expect(await toldTo(KRIS, /^Proposed: Stop raxx-api-prod/)).toMatchObject({
      blocks: [{ text: { text: expect.stringContaining(`/p${stop.ts.replace('.', '')}|See the card>`) } }],
    });
    await click(stop, 'approve', MOIRA);
    const stopped = await becomes(stop, /^Done: .*No dynos on raxx-api-prod\.$/);
    expect(await dynosOf('raxx-api-prod')).toBe('');
    expect(buttonsOf(stopped)).toEqual(['propose_restore']);

    await command('/raxx stop prod', KRIS);
    await toldTo(KRIS, /nothing to stop: web on raxx-api-prod is already scaled to 0\. Nothing was done\./);

    await click(stopped, 'propose_restore', KRIS);
    const restore = await card(/^Proposed: Restore raxx-api-prod \(web from 0 to 1\)/);
    await click(restore, 'approve', MOIRA);
    await becomes(restore, /^Done: .*web\.1 up; the health URL returns HTTP 200/);
    expect(await dynosOf('raxx-api-prod')).toBe('web.1 up');
  });

  it('rolls back only after the version was typed', { timeout: 40_000 }, async () => {
    await command('/raxx rollback staging', MOIRA);
    const proposal = await card(/^Proposed: Roll raxx-api-staging back from v214 to v213/);
    await click(proposal, 'approve', KRIS);
    await seen('the dialog', async () => (await state()).modals.find(({ user }) => user === KRIS));
    const type = (version: string) =>
      call<{ ack: { body: string } }>('submit', {
        user: KRIS,
        values: { typed_version: { typed_version: version } },
      });
    expect((await type('v214')).ack.body).toContain('That is not v213. Nothing was done.');
    expect((await becomes(proposal, /^Proposed/)).text).toMatch(/waiting for approval until \d\d:\d\d UTC/);
    expect((await type('v213')).ack.body).toBe('');
    await becomes(proposal, /^Done: .*v215 \(Rollback to v213\) is running; web\.1 up\./);
    const staging = (await state()).apps.find(({ name }) => name === 'raxx-api-staging');
    expect(staging?.releases[0]).toBe('v215 Rollback to v213 (current)');
  });

  it('deploys with two approvals and the reviewer’s at the gate', { timeout: 60_000 }, async () => {
    await command('/raxx deploy prod', KRIS);
    const proposal = await card(/^Proposed: Deploy [0-9a-f]{8} \(main\) to raxx-api-prod/);
    await click(proposal, 'approve', KRIS);
    await toldNothingSent(proposal);
    await click(proposal, 'approve', MOIRA);
    const run = await seen('a run at the gate', async () =>
      (await state()).github.runs.find(({ reviewers }) => reviewers.includes('Kristerpher')),
    );
    await call('review', { run: run.id, state: 'approved', by: 'Kristerpher', comment: 'go' });
    const done = await becomes(
      proposal,
      /^Done: .*v100 is running [0-9a-f]{8}; web\.1 up; the health URL returns HTTP 200/,
    );
    expect(JSON.stringify(done.blocks)).toContain('Watching until ');
    await seen('the thread', async () =>
      (await messages()).find(({ threadTs, text }) => threadTs === done.ts && /: v100 is running/.test(text)),
    );
  });

  it('sends no deploy when the branch has moved since the proposal', { timeout: 30_000 }, async () => {
    await command('/raxx deploy staging', KRIS);
    const proposal = await card(/^Proposed: Deploy [0-9a-f]{8} \(main\) to raxx-api-staging/);
    await click(proposal, 'approve', KRIS);
    await call('push', { title: 'Sneak this in', author: 'kris' });
    await click(proposal, 'approve', MOIRA);
    const ended = await becomes(proposal, /^Superseded: .*main has moved: .*Sneak this in, by kris/);
    expect(buttonsOf(ended)).toEqual(['propose_deploy']);
  });

  /** One of two approvals is counted on the card, and nothing else happens. */
  async function toldNothingSent(proposal: Shown): Promise<void> {
    await seen('one of two', async () =>
      (await messages()).find(
        ({ ts, blocks }) => ts === proposal.ts && JSON.stringify(blocks).includes('1 of 2 approvals'),
      ),
    );
    expect((await state()).github.runs.some(({ reviewers }) => reviewers.length > 0)).toBe(false);
  }
});

describe('a refusal reaches the person it refuses, and nothing happens:', () => {
  let proposal: Shown;
  beforeAll(async () => {
    await command('/raxx restart prod', KRIS);
    proposal = await card(/^Proposed: Restart web on raxx-api-prod/);
  });

  const someId = '5f1c1d1e-0000-4000-8000-000000000001';

  it.each<readonly [name: string, act: () => Promise<unknown>, user: string, words: RegExp]>([
    ['who asks and may not', () => command('/raxx stop prod', ANA), ANA, /not one of the operators/],
    [
      'a guest who asks',
      () => command('/raxx stop prod', GUEST),
      GUEST,
      /only full members of this workspace/,
    ],
    [
      'who asks from elsewhere',
      () => command('/raxx stop prod', STRANGER),
      STRANGER,
      /only members of the workspace/,
    ],
    ['who approves and may not', () => click(proposal, 'approve', ANA), ANA, /not one of the approvers/],
    [
      'who rejects and may not',
      () => click(proposal, 'reject', ANA),
      ANA,
      /Only an approver, or the person who asked for it/,
    ],
    ['a guest', () => click(proposal, 'approve', GUEST), GUEST, /only full members of this workspace/],
    [
      'who approves from elsewhere',
      () => click(proposal, 'reject', STRANGER),
      STRANGER,
      /only members of the work/,
    ],
    [
      'the one who asked',
      () => click(proposal, 'approve', KRIS),
      KRIS,
      /for this yourself.*self_approve: false/,
    ],
    ['a forged id', () => click(proposal, 'approve', MOIRA, someId), MOIRA, /There is no such proposal/],
    [
      'a forged word',
      () => click(proposal, 'approve', MOIRA, 'stop prod'),
      MOIRA,
      /There is no such proposal/,
    ],
  ])('%s', async (_name, act, user, words) => {
    await act();
    expect((await toldTo(user, words)).text).toMatch(/Nothing was done\.$/);
    expect((await becomes(proposal, /^Proposed/)).text).toMatch(/waiting for approval until \d\d:\d\d UTC/);
  });

  it('a click after the decision', async () => {
    await click(proposal, 'reject', MOIRA);
    const ended = await becomes(proposal, /^Rejected: .*Nothing was done\.$/);
    expect(buttonsOf(ended)).toEqual([]);
    // The card no longer has the button; a click with its old value is answered with who was faster.
    await command('/raxx restart prod', KRIS);
    const other = await card(/^Proposed: Restart web on raxx-api-prod/);
    await click(other, 'approve', KRIS, idOf(proposal));
    const refusal = await toldTo(KRIS, /Already rejected by/);
    expect(JSON.stringify(refusal.blocks)).toContain(`{"type":"user","user_id":"${MOIRA}"}`);
  });

  it('a click after the proposal expired', { timeout: 40_000 }, async () => {
    await command('/raxx restart prod', KRIS);
    const other = await card(/^Proposed: Restart web on raxx-api-prod/);
    expect((await becomes(forgotten, /^Expired/)).text).toMatch(
      /Nobody decided in time\. Nothing was done\./,
    );
    await click(other, 'approve', MOIRA, idOf(forgotten));
    await toldTo(MOIRA, /This has expired/);
  });
});
