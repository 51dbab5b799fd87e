/** Builds the links on cards: the app's dashboard, and the failure mode's section of the runbook. */
import type { ModeId } from '../model/mode-id.ts';

/** The generated document in this project's repository (package.json, `repository`). */
const DOCUMENT = 'https://github.com/raxx-app/raxx-chatops/blob/main/docs/runbook.md';

export function dashboardLink(app: string): string {
  return `https://dashboard.heroku.com/apps/${app}`;
}

/** The page on which config vars are set. */
export function settingsLink(app: string): string {
  return `${dashboardLink(app)}/settings`;
}

/** `repository`: `owner/name`. */
export function runLink(repository: string, id: string): string {
  return `https://github.com/${repository}/actions/runs/${id}`;
}

/** The anchors never change, because links on old cards must keep working. */
export function modeAnchor(id: ModeId): string {
  return `failure-mode-${id.toLowerCase()}`;
}

export const DIAGNOSE_ANCHOR = 'how-to-diagnose';

export function documentLink(anchor: string): string {
  return `${DOCUMENT}#${anchor}`;
}
