/** Actions of people on GitHub itself: approving or rejecting a run at the gate, pushing a commit. */
import { z } from 'zod';
import { reviewGate } from '../github/live-runs.ts';
import { pushCommit } from '../github/push.ts';
import { Impossible } from '../slack/sender.ts';
import type { World } from '../world.ts';
import { reviewersOf } from './show-world.ts';

const review = z.strictObject({
  run: z.number().int(),
  state: z.enum(['approved', 'rejected']),
  by: z.string(),
  comment: z.string().exactOptional(),
});

const push = z.strictObject({
  title: z.string().trim().min(1),
  author: z.string(),
  branch: z.string().default('main'),
});

/** `now` is in milliseconds since 1970. Throws `Impossible` if GitHub would not show such a button. */
export function reviewRun(world: World, body: unknown, now: number): object {
  const { run: id, state, by, comment } = review.parse(body);
  const run = world.github.runs.find((one) => one.id === id);
  if (!run) throw new Impossible(`there is no run ${id}`);
  if (run.status !== 'waiting') throw new Impossible(`run ${id} does not wait at a gate`);
  if (!reviewersOf(world.github, run).includes(by))
    throw new Impossible(`${by} is no reviewer of ${run.environment}`);
  reviewGate(world, id, state, by, now, comment);
  return { run: id, state };
}

/** Returns the new head of the branch. */
export function pushToBranch(world: World, body: unknown, now: number): object {
  const { title, author, branch } = push.parse(body);
  if (!world.github.collaborators.includes(author))
    throw new Impossible(`${author} may not push to this repository`);
  const commit = pushCommit(world, { title, author, branch }, now);
  if (!commit) throw new Impossible(`there is no branch ${branch}`);
  return { branch, sha: commit.sha };
}
