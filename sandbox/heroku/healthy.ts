/** A Heroku account whose two apps are healthy. */
import { stableSha } from '../stable-id.ts';
import type { AppState, HerokuState, ReleaseState } from './state.ts';

const COMMAND = 'gunicorn raptor.wsgi --bind 0.0.0.0:$PORT';
const ACTOR = 'ops@raxx.app';

/** Returns a fresh value each time. */
export function healthyHeroku(): HerokuState {
  return {
    apps: {
      'raxx-api-prod': app({
        lastVersion: 99,
        deployedAgo: 5 * 3600,
        upSince: 3 * 3600,
        host: 'raxx-api-prod-a60a19e5efbf.herokuapp.com',
      }),
      'raxx-api-staging': app({
        lastVersion: 214,
        deployedAgo: 7200,
        upSince: 7100,
        host: 'raxx-api-staging-1a19fb3873b9.herokuapp.com',
      }),
    },
    rateLimitRemaining: 4400,
  };
}

interface Outline {
  readonly lastVersion: number;
  readonly deployedAgo: number;
  /** Seconds since the dyno came up, after the last release or the daily restart. */
  readonly upSince: number;
  readonly host: string;
}

function app({ lastVersion, deployedAgo, upSince, host }: Outline): AppState {
  return {
    region: 'us',
    stack: 'heroku-24',
    maintenance: false,
    formation: [
      { type: 'web', quantity: 1, size: 'Basic', command: COMMAND },
      { type: 'worker', quantity: 0, size: 'Basic', command: 'python -m raptor.worker' },
    ],
    dynos: [{ name: 'web.1', type: 'web', state: 'up', size: 'Basic', command: COMMAND, age: upSince }],
    bootSeconds: 0,
    crashing: [],
    releases: history(lastVersion, deployedAgo),
    log: [...deployLog(lastVersion, deployedAgo), ...traffic(host)],
  };
}

/** Every third release changes config vars; the others are deploys. The newest is a deploy. */
function history(lastVersion: number, deployedAgo: number): ReleaseState[] {
  const first: ReleaseState[] = [
    {
      version: 1,
      status: 'succeeded',
      description: 'Initial release',
      slug: null,
      actor: ACTOR,
      age: 40_000_000,
    },
    {
      version: 2,
      status: 'succeeded',
      description: 'Enable Logplex',
      slug: null,
      actor: ACTOR,
      age: 40_000_000,
    },
  ];
  const later: ReleaseState[] = [];
  for (let version = 3; version <= lastVersion; version += 1) {
    const back = lastVersion - version;
    const age = deployedAgo + back * 52_000;
    const before = later.at(-1);
    const isConfig = back % 3 === 2 && before !== undefined;
    later.push(
      isConfig
        ? { ...before, version, description: 'Set LOG_FORMAT config vars', age }
        : deploy(version, age),
    );
  }
  return [...first, ...later];
}

function deploy(version: number, age: number): ReleaseState {
  const commit = stableSha(`raxx-api v${version}`);
  return {
    version,
    status: 'succeeded',
    description: `Deploy ${commit.slice(0, 8)}`,
    slug: `slug-${version}`,
    commit,
    actor: ACTOR,
    age,
  };
}

function deployLog(version: number, ago: number): string[] {
  const description = deploy(version, ago).description;
  return [
    `-${ago + 60} app[api]: Build started by user ${ACTOR}`,
    `-${ago} app[api]: ${description} by user ${ACTOR}`,
    `-${ago} app[api]: Release v${version} created by user ${ACTOR}`,
    `-${ago} app[api]: Build succeeded`,
  ];
}

/** Returns one request every twenty seconds for the last hour. */
function traffic(host: string): string[] {
  return Array.from({ length: 180 }, (_, index) => {
    const ago = 3600 - index * 20;
    const id = `6f1c1d1e-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const service = 38 + ((index * 7) % 23);
    return `-${ago} heroku[router]: at=info method=GET path="/api/quotes?symbol=AAPL" host=${host} request_id=${id} fwd="203.0.113.${index % 50}" dyno=web.1 connect=0ms service=${service}ms status=200 bytes=812 protocol=http1.1 tls=true tls_version=tls1.3`;
  });
}
