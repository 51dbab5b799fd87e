/** The baseline that every scenario patches: a team whose apps are well. */
import { healthyGitHub } from './github/healthy.ts';
import { healthyHeroku } from './heroku/healthy.ts';
import { healthyStatus } from './status/healthy.ts';
import type { World } from './world.ts';

/** A fresh value each time: simulators change what they are given. */
export function healthyWorld(): Omit<World, 'start'> {
  return {
    heroku: healthyHeroku(),
    github: healthyGitHub(),
    status: healthyStatus(),
    app: { answer: 'auto' },
    console: { answer: { status: 200 } },
    faults: [],
  };
}
