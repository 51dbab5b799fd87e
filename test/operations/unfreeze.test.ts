/** Lifting a stuck freeze: one secret, one sealed value, and only while the console does not answer. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import type { Fault } from '../../sandbox/world.ts';
import { OPERATOR, startActing } from '../support/acting.ts';
import { type LocalActing, startLocalActing } from '../support/local-acting.ts';

let local: LocalActing;
beforeAll(async () => {
  local = await startLocalActing();
}, 60_000);
afterAll(() => local.close());
beforeEach(async () => {
  await local.reset('freeze-stuck');
  local.world.github.deploys.frozen = true;
});

const secret = () => {
  const found = local.world.github.secrets.find(({ name }) => name === 'DEPLOY_FREEZE_OVERRIDE');
  if (!found) throw new Error('no secret');
  return found;
};
const onWrite = (play: Fault['play']) =>
  void local.world.faults.push({ service: 'github', method: 'PUT', path: '/secrets/', play });

it('lifting a freeze sets the secret to 0, sealed for GitHub, and is verified by its time of change', async () => {
  const { id, plan } = await local.approve('unfreeze');
  expect(plan.expect.join(' ')).toMatch(
    /until someone changes the secret again.*old value cannot be read.*leave it at 1/,
  );
  const ended = await local.ended(id);
  expect(ended).toMatchObject({
    state: 'succeeded',
    outcome: {
      words: 'DEPLOY_FREEZE_OVERRIDE was changed; the next freeze check shows whether the freeze is lifted.',
      next: ['deploy'],
    },
  });
  // The local GitHub has opened the sealed value: any other value would have kept the freeze.
  expect(local.world.github.deploys.frozen).toBe(false);
  const [sent, ...others] = local.arrived.github.arrived.filter(({ method }) => method !== 'GET');
  expect(others).toEqual([]);
  expect(sent?.path).toBe('/repos/raxx-app/TradeMasterAPI/actions/secrets/DEPLOY_FREEZE_OVERRIDE');
  expect(Object.keys(JSON.parse(sent?.body ?? ''))).toEqual(['encrypted_value', 'key_id']);
  expect(sent?.headers.authorization).toBe(`token ${LOCAL_TOKENS.githubAdmin}`);
});

it.each<readonly [name: string, prepare: () => void, words: string]>([
  ['the console answers', () => void local.world.faults.splice(0), 'The console is up (HTTP 200'],
  [
    'nothing is frozen',
    () => void local.world.github.runs.splice(-1),
    'The last freeze check did not fail: nothing is frozen',
  ],
  [
    'the secret cannot be seen',
    () => void local.world.github.permissions.splice(3, 1),
    "a change couldn't be verified",
  ],
])('lifting a freeze is refused while %s', async (_name, prepare, words) => {
  prepare();
  await expect(local.context.propose('unfreeze')).rejects.toThrow(words);
  expect(local.writes()).toEqual([]);
});

it.each<readonly [name: string, change: () => void, words: string]>([
  [
    'someone changed it',
    () => Object.assign(secret(), { age: local.age() }),
    'DEPLOY_FREEZE_OVERRIDE has changed since this was proposed',
  ],
  ['the console is back', () => void local.world.faults.splice(0), 'the console is up'],
])('lifting a freeze is superseded when %s meanwhile', async (_name, change, words) => {
  const { id } = await local.approve('unfreeze');
  change();
  await local.context.work();
  const ended = await local.context.find(id);
  expect(ended).toMatchObject({ state: 'superseded' });
  expect(ended.outcome?.words).toContain(words);
  expect(local.writes()).toEqual([]);
});

it('lifting a freeze without a token for it says what to do by hand', async () => {
  const { GITHUB_ADMIN_TOKEN: _none, ...env }: Readonly<Record<string, string>> = local.env;
  const { actionService, prod } = startActing(local.db, env);
  const asked = await actionService.propose({
    kind: 'unfreeze',
    target: prod,
    by: OPERATOR,
    reason: null,
    origin: 'slack',
  });
  expect(asked).toMatchObject({
    ok: false,
    words: expect.stringMatching(
      /^I have no token for this \(GITHUB_ADMIN_TOKEN is not set\)\. Nothing was done\. What to do: Set the repository secret /,
    ),
    manualCommand: 'gh secret set DEPLOY_FREEZE_OVERRIDE --body 0 --repo raxx-app/TradeMasterAPI',
  });
});

it.each<readonly [name: string, play: Fault['play']]>([
  ['cut', { resetAfter: true }],
  ['answered 500', { statusAfter: 500 }],
])('a write that took effect and was then %s is verified, with the doubt stated', async (_name, play) => {
  onWrite(play);
  const { id } = await local.approve('unfreeze');
  const ended = await local.ended(id);
  expect(ended).toMatchObject({ state: 'succeeded' });
  expect(ended.outcome?.words).toContain(
    'GitHub gave no clear response: probably by this action, but not certainly',
  );
  expect(local.writes()).toHaveLength(1);
});

it.each<readonly [name: string, play: Fault['play'], state: string, words: string]>([
  [
    'lost',
    { reset: true },
    'unconfirmed',
    '(DEPLOY_FREEZE_OVERRIDE has not changed); I will not send it again',
  ],
  ['answered 503', { status: 503, body: {} }, 'unconfirmed', 'I saw no effect within 1 min'],
  [
    'refused',
    { status: 403, body: { message: 'Resource not accessible' } },
    'failed',
    'Refused: GitHub: HTTP 403 Resource not accessible. Nothing was changed.',
  ],
])('a write that was %s ends in its true state, and is not sent again', async (_name, play, state, words) => {
  onWrite(play);
  const { id } = await local.approve('unfreeze');
  const ended = await local.ended(id);
  expect(ended).toMatchObject({ state });
  expect(ended.outcome?.words).toContain(words);
  expect(local.writes()).toHaveLength(1);
});

it('a value that cannot be sealed is not sent', async () => {
  local.world.faults.push({ service: 'github', path: '/public-key$', play: { status: 404, body: {} } });
  const { id } = await local.approve('unfreeze');
  await local.context.work();
  expect((await local.context.find(id)).outcome?.words).toContain(
    "couldn't read the repository's public key",
  );
  expect(local.writes()).toEqual([]);
});
