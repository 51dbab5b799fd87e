/** The runbook's own command for each kind of change: what a refusal leaves a person with (contract). */
import type { ActionKind } from './diagnosis.ts';
import type { Facts, Target } from './facts.ts';

export function byHand(kind: ActionKind, { app, processType, environment }: Target, facts: Facts): string {
  const { repository, deployWorkflow, ref } = facts.github;
  const commands: Readonly<Record<ActionKind, string>> = {
    stop: `heroku ps:scale ${processType}=0 --app ${app}`,
    restore: `heroku ps:scale ${processType}=1 --app ${app}`,
    deploy: `gh workflow run ${deployWorkflow} --ref ${ref} -f environment=${environment}`,
    restart: `heroku ps:restart --process-type ${processType} --app ${app}`,
    rollback: `heroku rollback --app ${app}`,
    boot_timeout: `heroku config:set GUNICORN_TIMEOUT=120 --app ${app}`,
    resize: `heroku ps:resize ${processType}=SIZE --app ${app}`,
    unfreeze: `gh secret set ${facts.freeze.secret} --body 0 --repo ${repository}`,
    create_gate: `open https://github.com/${repository}/settings/environments/new`,
  };
  return commands[kind];
}
