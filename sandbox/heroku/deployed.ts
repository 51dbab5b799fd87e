/** What a push to Heroku leaves behind: a release with the commit's slug, and dynos that boot it. */
import type { World } from '../world.ts';
import { addRelease } from './changes.ts';

/** Makes the release of the environment's app. An app that never had one gets its first dyno. */
export function deployed(
  world: World,
  environment: string,
  commit: string,
  now: number,
  crashes: boolean,
): void {
  const name = environment.toLowerCase() === 'production' ? 'raxx-api-prod' : 'raxx-api-staging';
  const app = world.heroku.apps[name];
  if (!app) return;
  const command = 'gunicorn raptor.wsgi --bind 0.0.0.0:$PORT';
  if (app.formation.length === 0) {
    app.formation.push({ type: 'web', quantity: 1, size: 'Basic', command });
    const age = (world.start - now) / 1000;
    app.dynos.push({ name: 'web.1', type: 'web', state: 'up', size: 'Basic', command, age });
  }
  const slug = { status: 'succeeded', slug: `slug ${commit}`, commit } as const;
  addRelease(
    { name, app, start: world.start },
    { ...slug, description: `Deploy ${commit.slice(0, 8)}` },
    now,
  );
  if (!crashes) return;
  const ago = (world.start - now) / 1000;
  for (const dyno of app.dynos) {
    dyno.state = 'crashed';
    app.log.push(
      `${-ago + 1} heroku[${dyno.name}]: Process exited with status 1`,
      `${-ago + 1} heroku[${dyno.name}]: State changed from starting to crashed`,
    );
  }
}
