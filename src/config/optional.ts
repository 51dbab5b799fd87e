/** Variables that the bot can do without, and what is missing without them. */
import type { SharedSettings } from './environment.ts';
import type { Fault } from './fault.ts';

const WITHOUT = {
  HEROKU_WRITE_API_KEY:
    'changes are sent with HEROKU_API_KEY, and the bot offers no boot_timeout (the terminal does)',
  GITHUB_ADMIN_TOKEN: 'unfreeze and create_gate show the steps and links instead of a button',
  HEROKU_WEBHOOK_SECRET:
    'optional: without it the watch can take a full round to notice. Set it, then for each app: heroku webhooks:add --app APP --level sync --include dyno,api:release,api:formation --url https://HOST/webhooks/heroku --secret SECRET',
  GITHUB_WEBHOOK_SECRET:
    'optional: without it the watch can take a full round to notice. Set it, then on GitHub, Settings › Webhooks: https://HOST/webhooks/github, application/json, Workflow runs, Workflow jobs, Deployment statuses',
  METRICS_TOKEN: 'GET /metrics is closed',
  AUDIT_KEY:
    'optional: without it anyone who can write to the database can rewrite the audit (openssl rand -hex 32)',
  HEARTBEAT_URL: "optional: no dead man's switch",
} as const;

/** Returns one line for each variable that is not set. */
export function notSet(settings: SharedSettings): Fault[] {
  return Object.entries(WITHOUT)
    .filter(([name]) => settings[name as keyof typeof WITHOUT] === undefined)
    .map(([path, without]) => ({ path, words: `not set: ${without}` }));
}
