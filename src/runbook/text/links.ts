/** Where a card leads: the app's dashboard, and the section of the runbook that the failure mode is in. */
import type { ModeId } from '../model/terms.ts';

/** The generated document, where this project is kept (package.json, `repository`). */
const DOCUMENT = 'https://github.com/raxx-app/raxx-chatops/blob/main/docs/runbook.md';

export function dashboardLink(app: string): string {
  return `https://dashboard.heroku.com/apps/${app}`;
}

/** Stable: links on old cards must go on working. */
export function modeAnchor(id: ModeId): string {
  return `failure-mode-${id.toLowerCase()}`;
}

export const DIAGNOSE_ANCHOR = 'how-to-diagnose';

export function documentLink(anchor: string): string {
  return `${DOCUMENT}#${anchor}`;
}
