/** Heroku's error responses (Platform API, "Errors"). */
import type { Answer } from '../server.ts';

export function notFound(resource: string): Answer {
  return { status: 404, body: { id: 'not_found', message: `Couldn't find that ${resource}.`, resource } };
}

export const NO_VERSION: Answer = {
  status: 406,
  body: { id: 'not_acceptable', message: 'Specify a version: application/vnd.heroku+json; version=3' },
};

export const BAD_CREDENTIALS: Answer = {
  status: 401,
  body: { id: 'unauthorized', message: 'Invalid credentials provided.' },
};

export const RATE_LIMITED: Answer = {
  status: 429,
  body: {
    id: 'rate_limit',
    message: 'Your account reached the API rate limit\nPlease wait a few minutes before making new requests',
  },
};
