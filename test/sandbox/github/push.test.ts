/** A push to the local GitHub: the branch moves, and main begins a run that deploys staging. */
import { expect, it } from 'vitest';
import { advance } from '../../../sandbox/github/live-runs.ts';
import { pushCommit } from '../../../sandbox/github/push.ts';
import { healthyWorld } from '../../../sandbox/healthy-world.ts';

const START = Date.parse('2026-05-01T10:00:00Z');
const push = { branch: 'main', title: 'Fix a typo', author: 'kris' };

it('moves the branch and deploys staging from main', () => {
  const world = { ...healthyWorld(), start: START };
  const commit = pushCommit(world, push, START + 5_000);
  expect(world.github.branches[0]?.commits[0]).toEqual({
    ...commit,
    title: 'Fix a typo',
    author: 'kris',
    age: -5,
  });
  const run = world.github.runs.at(-1);
  expect(run).toMatchObject({ event: 'push', environment: 'staging', sha: commit?.sha, status: 'queued' });
  advance(world, START + 60_000);
  expect(run).toMatchObject({ status: 'completed', conclusion: 'success' });
  expect(world.heroku.apps['raxx-api-staging']?.releases.at(-1)).toMatchObject({ commit: commit?.sha });
  expect(world.heroku.apps['raxx-api-prod']?.releases.at(-1)?.version).toBe(99);
});

it('starts no run on a branch that the workflow ignores, and refuses an unknown branch', () => {
  const world = { ...healthyWorld(), start: START };
  const before = world.github.runs.length;
  expect(pushCommit(world, { ...push, branch: 'develop' }, START)?.title).toBe('Fix a typo');
  expect(world.github.runs).toHaveLength(before);
  expect(pushCommit(world, { ...push, branch: 'nope' }, START)).toBeUndefined();
});
