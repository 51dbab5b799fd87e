/** Dynos over time: they boot, come up or crash, and stop. The log reports it. */
import type { World } from '../world.ts';
import { currentRelease, type Setting } from './shapes.ts';
import type { AppState, DynoState } from './state.ts';

/** Advances every dyno to `now` (milliseconds since 1970). Called before each response. */
export function settleDynos({ heroku, start }: World, now: number): void {
  for (const app of Object.values(heroku.apps)) settle(app, start, now);
}

/** Stops the dyno if it is running, and boots the current release. */
export function boot({ app, start }: Setting, dyno: DynoState, now: number): void {
  const at = now + app.bootSeconds * 1000;
  const slug = currentRelease(app)?.slug;
  enter(app, dyno, 'starting', start, now);
  dyno.ahead = [{ at, state: app.crashing.some((one) => one.slug === slug) ? 'crashed' : 'up' }];
  settle(app, start, now);
}

/** A server exits within a few seconds of SIGTERM. */
const SHUTDOWN_S = 3;

/** Sends the dyno SIGTERM. */
export function shutDown({ app, start }: Setting, dyno: DynoState, now: number): void {
  enter(app, dyno, 'down', start, now);
  app.log.push(`${seconds(start, now)} heroku[${dyno.name}]: Stopping all processes with SIGTERM`);
  dyno.ahead = [{ at: now + Math.min(app.bootSeconds, SHUTDOWN_S) * 1000, state: 'gone' }];
  settle(app, start, now);
}

/** Returns whether the dyno was sent SIGTERM and no longer counts. */
export function isLeaving({ ahead }: DynoState): boolean {
  return ahead?.some(({ state }) => state === 'gone') ?? false;
}

function settle(app: AppState, start: number, now: number): void {
  for (const dyno of app.dynos) {
    for (let [next] = dyno.ahead ?? []; next && next.at <= now; [next] = dyno.ahead ?? []) {
      dyno.ahead?.shift();
      if (next.state === 'gone') dyno.state = 'gone';
      else enter(app, dyno, next.state, start, next.at);
    }
  }
  app.dynos = app.dynos.filter(({ state }) => state !== 'gone');
}

function enter(app: AppState, dyno: DynoState, state: string, start: number, at: number): void {
  if (state === 'crashed')
    app.log.push(`${seconds(start, at)} heroku[${dyno.name}]: Process exited with status 1`);
  app.log.push(`${seconds(start, at)} heroku[${dyno.name}]: State changed from ${dyno.state} to ${state}`);
  dyno.state = state;
  dyno.age = (start - at) / 1000;
}

/** Returns the age of a log line, in seconds after the scenario's start. */
function seconds(start: number, at: number): number {
  return (at - start) / 1000;
}
