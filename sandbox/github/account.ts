/** GitHub's responses outside the repository: users, and the rate limit. */
import type { Answer, Route } from '../server.ts';
import type { World } from '../world.ts';
import { notFound } from './answers.ts';
import { isoAgo, showUser } from './people.ts';

const LIMIT = 5_000;
const HOUR_S = 3_600;

export interface AccountDeps {
  /** Origin of the local GitHub. */
  api(): string;
  world(): World;
  now(): number;
}

export function accountRoutes({ api, world, now }: AccountDeps): Route[] {
  const person = (login: string): Answer => ({ status: 200, body: showPerson(api(), world().start, login) });
  return [
    {
      method: 'GET',
      path: /\/rate_limit/,
      handle: () => ({ status: 200, body: showRateLimits(world(), now()) }),
    },
    { method: 'GET', path: /\/user/, handle: () => person(world().github.login) },
    {
      method: 'GET',
      path: /\/users\/([^/]+)/,
      handle({ params }) {
        const { collaborators } = world().github;
        const login = collaborators.find((known) => known.toLowerCase() === params[0]?.toLowerCase());
        return login ? person(login) : notFound();
      },
    },
  ];
}

function showPerson(api: string, start: number, login: string) {
  return {
    ...showUser(api, login),
    name: login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 3,
    public_gists: 0,
    followers: 1,
    following: 0,
    created_at: isoAgo(start, 9e7),
    updated_at: isoAgo(start, 9e5),
  };
}

function showRateLimits(world: World, now: number) {
  const rate = rateLimit(world, now);
  return { rate, resources: { core: rate, search: { ...rate, limit: 30, remaining: 30, used: 0 } } };
}

function rateLimit({ github: { rateLimitRemaining: remaining } }: World, now: number) {
  const reset = Math.ceil(now / 1000 / HOUR_S) * HOUR_S;
  return { limit: LIMIT, remaining, used: LIMIT - remaining, reset };
}

/** Returns the headers that come with every response. */
export function accountHeaders(world: World, now: number): Record<string, string> {
  const { limit, remaining, used, reset } = rateLimit(world, now);
  const expiresAfter = world.github.tokenExpiresAfter;
  return {
    'x-github-api-version-selected': '2022-11-28',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': 'core',
    ...(expiresAfter === undefined
      ? {}
      : { 'github-authentication-token-expiration': showExpiry(world.start + expiresAfter * 1000) }),
  };
}

/** Formats a time as `2026-05-10 10:00:00 UTC`. */
function showExpiry(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
