/** Simulates a push to Heroku: it creates a release with the commit's slug, and the dynos boot it. */
import type { DeployHabits } from '../github/state.ts';
import type { World } from '../world.ts';
import { addRelease } from './changes.ts';

/** Creates the release on the environment's app. An app without any release gets its first dyno. */
export function deployed(
  world: World,
  environment: string,
  commit: string,
  now: number,
  { crashes, crashesAfter }: Pick<DeployHabits, 'crashes' | 'crashesAfter'>,
): void {
  const name = environment.toLowerCase() === 'production' ? 'raxx-api-prod' : 'raxx-api-staging';
  const app = world.heroku.apps[name];
  if (!app) return;
  const command = 'gunicorn raptor.wsgi --bind 0.0.0.0:$PORT';
  if (app.formation.length === 0) {
    app.formation.push({ type: 'web', quantity: 1, size: 'Basic', command });
    const age = (world.start - now) / 1000;
    app.dynos.push({ name: 'web.1', type: 'web', state: 'down', size: 'Basic', command, age });
  }
  const slug = `slug ${commit}`;
  if (crashes) app.crashing.push({ slug });
  const setting = { name, app, start: world.start };
  const description = `Deploy ${commit.slice(0, 8)}`;
  addRelease(setting, { status: 'succeeded', slug, commit, description }, now);
  if (crashesAfter === null) return;
  const at = now + (app.bootSeconds + crashesAfter) * 1000;
  for (const dyno of app.dynos) dyno.ahead = [...(dyno.ahead ?? []), { at, state: 'crashed' }];
}
