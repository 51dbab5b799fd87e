/** Heroku's status page on an ordinary day. */
import type { StatusState } from '../world.ts';

export function healthyStatus(): StatusState {
  return {
    systems: [
      { system: 'Apps', status: 'green' },
      { system: 'Data', status: 'green' },
      { system: 'Tools', status: 'green' },
    ],
    incidents: [],
    scheduled: [],
  };
}
