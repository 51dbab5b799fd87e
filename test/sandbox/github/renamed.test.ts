/** A repository that was renamed: GitHub sends whoever asks under the old name on, and a write keeps its method. */
import { expect, it } from 'vitest';
import { startGitHub } from '../../../sandbox/github/simulator.ts';
import { healthyWorld } from '../../../sandbox/healthy-world.ts';

it('redirects from the old name to the new address, where the repository answers', async () => {
  const world = { ...healthyWorld(), start: Date.now() };
  Object.assign(world.github, { name: 'raxx-api', formerNames: ['raxx-app/TradeMasterAPI'] });
  const github = await startGitHub({ token: 't', adminToken: 'a', world: () => world });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(github.url + path, { ...init, headers: { authorization: 'token t' } });
  const read = await ask('/repos/raxx-app/TradeMasterAPI', { redirect: 'manual' });
  expect([read.status, read.headers.get('location')]).toEqual([
    301,
    expect.stringMatching(/\/repositories\/\d+$/),
  ]);
  const followed = await ask('/repos/raxx-app/trademasterapi');
  expect(await followed.json()).toMatchObject({ full_name: 'raxx-app/raxx-api' });
  const runs = await ask('/repos/raxx-app/TradeMasterAPI/actions/runs?per_page=1');
  expect(await runs.json()).toMatchObject({ workflow_runs: [{ id: 9260 }] });
  const write = await ask('/repos/raxx-app/TradeMasterAPI/actions/workflows/x.yml/dispatches', {
    method: 'POST',
    redirect: 'manual',
  });
  expect(write.status).toBe(307);
  expect((await ask('/repos/raxx-app/Other')).status).toBe(404);
  await github.close();
});
