/** Upstreams that must not be called. A test replaces those that it is about. */
import type { Outside } from '../../src/operations/ports/upstreams.ts';

const unasked = async () => {
  throw new Error('nobody was to ask this');
};

export const noOutside: Outside = {
  heroku: {
    app: unasked,
    dynos: unasked,
    formation: unasked,
    releases: unasked,
    slug: unasked,
    logs: unasked,
    rateLimit: () => null,
    usedUp: () => null,
    requests: () => 0,
  },
  github: {
    repository: unasked,
    runs: unasked,
    runsLike: unasked,
    runDetails: unasked,
    deployments: unasked,
    environments: unasked,
    workflows: unasked,
    secret: unasked,
    shipment: unasked,
    dispatched: unasked,
    diff: unasked,
    reviewers: unasked,
    rateLimit: () => null,
    usedUp: () => null,
    requests: () => 0,
  },
  probe: { get: unasked, platform: unasked },
};
