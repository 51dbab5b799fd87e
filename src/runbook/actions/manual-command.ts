/** The runbook's commands for doing by hand what an action does, each with the arguments of what was asked. */
import type { SavedFormation } from '../model/action.ts';
import type { Facts, Target } from '../model/runbook-config.ts';

type Of = Pick<Target, 'app' | 'processType'>;

/** `to`: a quantity, or a quantity and the size of its dynos. */
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

/** Without a version Heroku goes back one release, whatever it is. */
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

/** `new`: the page that makes one. */
export function environmentsCommand({ github }: Facts, page: 'all' | 'new'): string {
  const url = `https://github.com/${github.repository}/settings/environments`;
  return `open ${url}${page === 'new' ? '/new' : ''}`;
}
