/** For every kind of action, a scenario in which it can be proposed, and how the local world shows that it was done. */
import type { World } from '../../sandbox/world.ts';
import type { ActionKind } from '../../src/runbook/model/terms.ts';

export interface KindOfAction {
  readonly scenario: string;
  /** How many requests it sends when it succeeds. */
  readonly requests: number;
  isDone(world: World): boolean;
}

export const KINDS: Readonly<Record<ActionKind, KindOfAction>> = {
  stop: { scenario: 'healthy', requests: 1, isDone: (world) => prod(world).formation[0]?.quantity === 0 },
  restore: { scenario: 'stopped', requests: 1, isDone: (world) => prod(world).formation[0]?.quantity === 1 },
  // Ages count back from the scenario's begin: what happened since is below zero.
  restart: { scenario: 'healthy', requests: 1, isDone: (world) => (prod(world).dynos[0]?.age ?? 1) < 0 },
  rollback: { scenario: 'healthy', requests: 1, isDone: (world) => hasReleased(world, /^Rollback to v/) },
  boot_timeout: {
    scenario: 'healthy',
    requests: 1,
    isDone: (world) => hasReleased(world, /^Set GUNICORN_TIMEOUT config vars$/),
  },
  resize: {
    scenario: 'healthy',
    requests: 1,
    isDone: (world) => prod(world).formation[0]?.size === 'Standard-2X',
  },
  deploy: { scenario: 'healthy', requests: 1, isDone: (world) => hasReleased(world, /^Deploy /) },
  unfreeze: {
    scenario: 'freeze-stuck',
    requests: 1,
    isDone: ({ github }) =>
      github.secrets.some(({ name, age }) => name === 'DEPLOY_FREEZE_OVERRIDE' && age < 0),
  },
  create_gate: {
    scenario: 'gate-missing',
    requests: 2,
    isDone: ({ github }) =>
      github.environments.some(
        ({ name, reviewers, branches }) =>
          name === 'production' &&
          reviewers?.length === 1 &&
          Array.isArray(branches) &&
          branches[0] === 'main',
      ),
  },
};

function prod({ heroku }: World) {
  const app = heroku.apps['raxx-api-prod'];
  if (!app) throw new Error('no prod');
  return app;
}

/** A release that was created since the scenario began. */
function hasReleased(world: World, description: RegExp): boolean {
  return prod(world).releases.some((one) => one.age < 0 && description.test(one.description));
}
