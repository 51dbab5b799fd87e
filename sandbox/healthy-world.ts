/** The baseline that every scenario patches: a team whose apps are healthy. */
import { healthyGitHub } from './github/healthy.ts';
import { healthyHeroku } from './heroku/healthy.ts';
import { healthyStatus } from './status/healthy.ts';
import type { World } from './world.ts';

/** Returns a fresh value each time, because the simulators change it. */
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
