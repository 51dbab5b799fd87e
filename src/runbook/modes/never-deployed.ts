/** Failure mode A: the app was created, but code was never pushed to it. */

import { codeIn, countKinds, releaseKind } from '../heroku/release-kind.ts';
import type { Mode } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Match } from '../model/terms.ts';

export const neverDeployed: Mode = {
  id: 'A',
  words: {
    title: 'No slug deployed — app created but never had code pushed',
    symptom:
      'heroku ps shows no dynos; all releases in heroku releases are config-var-only; health endpoint returns 502; slug_size: null in Platform API.',
    cause:
      'The production deploy path requires a manual workflow_dispatch on <workflow>. If this has never been triggered, no slug exists.',
    fixBy: 'requires operator',
    fix: [
      'Ensure <environment> GitHub Environment exists: https://github.com/<repository>/settings/environments. If missing: create environment named <environment>, add required reviewer (<reviewers>), restrict to <branch> branch.',
      'Trigger first production deploy: https://github.com/<repository>/actions/workflows/<workflow>. Click "Run workflow" > set environment=<environment>, ref=<ref> > Run.',
      'Approve the deployment at the required-reviewer gate.',
      'Monitor until health check passes.',
    ],
    verification:
      'heroku ps --app <app> shows <process_type>.1: up; curl returns HTTP 200 from <health_path>',
  },
  closesWhenSeen: ['releases', 'slug'],
  match(evidence, _findings, { target }) {
    const { slug, releases, app, dynos, health } = evidence;
    // Only a release without a slug is proof: 20 releases without a Deploy prove nothing (contract).
    if (!slug.ok) return possibleWithoutSlug(evidence, target.processType);
    if (slug.value !== null) return [];
    const lines = ['The current release has no slug'];
    if (releases.ok) {
      if (releases.value.some((one) => codeIn(one) !== null)) return [];
      lines.push(`Releases: ${countKinds(releases.value) || 'none'}; no Deploy`);
    }
    if (app.ok && app.value.slugSize === null) lines.push('slug_size: null');
    // An app with a running dyno was deployed, whatever the releases say.
    if (hasDynos(dynos, target.processType)) return [];
    if (dynos.ok) lines.push(`No dynos on ${target.app}`);
    const answer = health.ok && health.value.kind === 'http' ? health.value.status : null;
    if (answer !== null) lines.push(`Health URL: HTTP ${answer}`);
    // Something responds although there is nothing to run, so one of the two readings is wrong.
    const contradicted = answer !== null && answer < 400;
    return [{ code: null, confidence: contradicted ? 'possible' : 'likely', evidence: lines, missing: [] }];
  },
};

/** Without the releases, an app whose `slug_size` is null may never have been deployed. */
function possibleWithoutSlug({ app, releases, slug, dynos }: Evidence, processType: string): Match[] {
  const hint = app.ok && app.value.slugSize === null;
  if (slug.ok || !hint || hasDynos(dynos, processType)) return [];
  if (releases.ok && releases.value.some((one) => releaseKind(one) === 'deploy')) return [];
  return [{ code: null, confidence: 'possible', evidence: ['slug_size: null'], missing: [slug.detail] }];
}

function hasDynos(dynos: Evidence['dynos'], processType: string): boolean {
  return dynos.ok && dynos.value.some(({ type }) => type === processType);
}
