/** The runbook's texts name no app: the facts are filled in where they are shown. */
import type { Facts, Target } from '../model/runbook-config.ts';

/** Replaces every `<name>`; an unknown one stays. */
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
    // Each gated target has its own environment; for one without a gate it is the gate's in the runbook file.
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
