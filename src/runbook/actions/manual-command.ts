/** Builds the runbook's commands for doing an action by hand, with the requested arguments. */
import type { ManualCommand, SavedFormation } from '../model/action.ts';
import type { Wish } from '../model/action-spec.ts';
import type { Facts, Target } from '../model/runbook-config.ts';
import type { ActionKind } from '../model/terms.ts';

/** The runbook's fix for a slow boot. */
export const BOOT_TIMEOUT = { variable: 'GUNICORN_TIMEOUT', seconds: 120 } as const;
/** This value of the freeze secret lets deploys through. */
export const FREEZE_LIFTED = '0';

type Of = Pick<Target, 'app' | 'processType'>;

/** `to`: a quantity, or a quantity and a dyno size. */
export function scaleCommand(
  { app, processType }: Of,
  to: number | Omit<SavedFormation, 'processType'>,
): string {
  const formation = typeof to === 'number' ? `${to}` : `${to.quantity}:${to.size}`;
  return `heroku ps:scale ${processType}=${formation} --app ${app}`;
}

export function restartCommand({ app, processType }: Of): string {
  return `heroku ps:restart --process-type ${processType} --app ${app}`;
}

export function resizeCommand({ app, processType }: Of, size: string): string {
  return `heroku ps:resize ${processType}=${size} --app ${app}`;
}

/** Without a version, Heroku rolls back by one release, whatever that release is. */
export function rollbackCommand({ app }: Pick<Target, 'app'>, version: number | undefined): string {
  return version === undefined ? `heroku rollback --app ${app}` : `heroku rollback v${version} --app ${app}`;
}

export function setConfigCommand({ app }: Pick<Target, 'app'>, variable: string, value: string): string {
  return `heroku config:set ${variable}=${value} --app ${app}`;
}

export function dispatchCommand({ github }: Facts, ref: string, environment: string): string {
  return `gh workflow run ${github.deployWorkflow} --ref ${ref} -f environment=${environment}`;
}

export function setSecretCommand({ github }: Facts, secret: string, value: string): string {
  return `gh secret set ${secret} --body ${value} --repo ${github.repository}`;
}

/** `new`: the page that creates an environment. */
export function environmentsCommand({ github }: Facts, page: 'all' | 'new'): string {
  const url = `https://github.com/${github.repository}/settings/environments`;
  return `open ${url}${page === 'new' ? '/new' : ''}`;
}

/**
 * Returns the runbook's command as far as it is known without evidence. Returns null when it depends on the current
 * state.
 */
export function commandByHand(
  kind: ActionKind,
  target: Target,
  facts: Facts,
  { version, ref }: Pick<Wish, 'version' | 'ref'> = {},
): ManualCommand {
  switch (kind) {
    case 'stop':
      return scaleCommand(target, 0);
    case 'restore':
      return scaleCommand(target, 1);
    case 'restart':
      return restartCommand(target);
    case 'rollback':
      return rollbackCommand(target, version);
    case 'deploy':
      return dispatchCommand(facts, ref ?? facts.github.ref, target.environment);
    case 'boot_timeout':
      return setConfigCommand(target, BOOT_TIMEOUT.variable, `${BOOT_TIMEOUT.seconds}`);
    case 'unfreeze':
      return setSecretCommand(facts, facts.freeze.secret, FREEZE_LIFTED);
    case 'create_gate':
      return environmentsCommand(facts, 'new');
    case 'resize':
      return null;
  }
}
