/** The local Heroku status page: `api/v4/current-status`. */
import { type LocalServer, startServer } from '../server.ts';
import type { StatusState, World } from '../world.ts';

export function startStatus(world: () => World): Promise<LocalServer> {
  return startServer({
    service: 'status',
    faults: () => world().faults,
    routes: [
      {
        method: 'GET',
        path: /\/api\/v4\/current-status/,
        handle: () => {
          const { status, start } = world();
          return {
            status: 200,
            body: {
              status: status.systems,
              incidents: status.incidents.map((one) => showIncident(one, start)),
              scheduled: status.scheduled.map((one) => showIncident(one, start)),
            },
          };
        },
      },
    ],
    notFound: () => ({ status: 404, body: { error: 'not found' } }),
  });
}

function showIncident(incident: StatusState['incidents'][number], start: number) {
  const { id, title, state, tags, systems, age, text } = incident;
  const at = new Date(start - age * 1000).toISOString();
  return {
    id,
    title,
    state,
    resolved: false,
    created_at: at,
    updated_at: at,
    full_url: `https://status.heroku.com/incidents/${id}`,
    tags,
    systems: systems.map((name) => ({ name, status: 'red', services: [name] })),
    updates: [{ update_type: state, created_at: at, updated_at: at, contents: text }],
  };
}
