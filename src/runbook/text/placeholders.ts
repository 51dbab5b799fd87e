/** The runbook's texts name no app, so this fills in the facts where the texts are shown. */
import type { Facts, Target } from '../model/runbook-config.ts';

/** Replaces every known `<name>`, and leaves unknown ones unchanged. */
export function fillIn(text: string, facts: Facts, target: Target): string {
  const { repository, deployWorkflow, ref, gate } = facts.github;
  const values: Record<string, string> = {
    app: target.app,
    url: target.url,
    health_path: target.healthPath,
    process_type: target.processType,
    region: facts.heroku.region,
    repository,
    workflow: deployWorkflow,
    ref,
    // Each gated target has its own environment. A target without a gate uses the gate's environment in the runbook
    // file.
    environment: target.gated ? target.environment : gate.environment,
    reviewers: gate.reviewers.join(', '),
    branch: gate.branch,
    freeze_job: facts.freeze.job,
    freeze_secret: facts.freeze.secret,
    console: facts.freeze.console,
    console_host: new URL(facts.freeze.console).host,
    unresolved_minutes: String(facts.escalation.unresolvedMinutes),
  };
  return text.replace(/<([a-z_]+)>/g, (whole, name: string) => values[name] ?? whole);
}
