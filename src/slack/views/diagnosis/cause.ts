/**
 * Gives the cause of a failure in one line:
 * the failure mode with the app's own error, Heroku's incident, or the failing check.
 */

import { noModeWords } from '../../../runbook/diagnosis/no-mode.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import { pictureTitle } from '../../../runbook/model/incident.ts';
import type { EscalationDue, Finding, MatchedMode } from '../../../runbook/model/terms.ts';
import { documentLink, modeAnchor } from '../../../runbook/text/links.ts';
import { type Clause, type ClauseLine, clause, labelled, namedClause } from '../parts/clauses.ts';
import { bold, boldLink, clip, plain } from '../parts/message.ts';
import { withLinks } from '../parts/moments.ts';
import { isSaidByStop } from './situation.ts';

/** Maximum length of a sentence on the first screen, in characters. */
export const LONGEST_SENTENCE = 200;

export function theirIncident({ escalations, at }: Diagnosis): EscalationDue | undefined {
  return escalations.find(({ condition, dueAt }) => condition === 3 && dueAt <= at);
}

export interface CauseLine {
  readonly line: ClauseLine;
  /** The check that this line comes from, if any. It is not listed again. */
  readonly of: Finding | null;
  /** The escalation whose reason this line states, if any. It is not repeated. */
  readonly due: EscalationDue | null;
}

function causeLine(line: ClauseLine, more: Partial<CauseLine> = {}): CauseLine {
  return { line, of: null, due: null, ...more };
}

/** Names the check, for example `Health URL: HTTP 503`. */
function checkClause({ title, summary }: Finding): Clause {
  return namedClause(bold(title), plain(`: ${clip(summary, LONGEST_SENTENCE)}`));
}

const BEFORE_STOP = 'Before the stop';

const NOTHING_HERE = 'Nothing to fix on our side';

/** Returns the escalation that is due for the very run that the check is about, or null. */
function dueOf({ about }: Finding, { escalations, at }: Diagnosis): EscalationDue | null {
  return escalations.find((one) => about !== null && one.about === about && one.dueAt <= at) ?? null;
}

/** Returns null if there is no cause to show. */
export function causeOf(diagnosis: Diagnosis): CauseLine | null {
  const { modes, findings, verdict, situation } = diagnosis;
  const [mode] = modes;
  if (mode) return ofMode(mode, diagnosis);
  const maintenance = maintenanceOf(diagnosis);
  if (maintenance) return causeLine([checkClause(maintenance)], { of: maintenance });
  const theirs = theirIncident(diagnosis);
  if (theirs) {
    const reason = namedClause(...withLinks(clip(theirs.reason, LONGEST_SENTENCE)));
    const of = findings.find(({ id }) => id === 'platform') ?? null;
    return causeLine([reason, clause(plain(NOTHING_HERE))], { of, due: theirs });
  }
  // The line of the stop is the cause.
  if (findings.some((one) => isSaidByStop(one, situation))) return null;
  const named = noModeWords(diagnosis);
  const unnamed = named === null ? [] : [clause(plain(named))];
  const wrong = findings.find(({ status }) => status === 'fail');
  if (wrong) return causeLine([checkClause(wrong), ...unnamed], { of: wrong, due: dueOf(wrong, diagnosis) });
  if (unnamed.length > 0) return causeLine(unnamed);
  return verdict === 'healthy' ? runningWell(diagnosis) : null;
}

/** An app with healthy dynos is stopped by maintenance mode alone, whatever else fails. A stop has its own line. */
function maintenanceOf({ verdict, findings, situation }: Diagnosis): Finding | undefined {
  const isOff = findings.some(({ id, status }) => id === 'formation' && status === 'fail');
  if (verdict !== 'stopped' || situation.stop !== null || isOff) return undefined;
  return findings.find(({ id, fault }) => id === 'health' && fault === 'maintenance');
}

/** An app that was stopped on purpose is not failing now. Its log shows what failed before. */
function ofMode(mode: MatchedMode, { verdict, situation }: Diagnosis): CauseLine {
  const isOff = mode.id === 'B' && verdict === 'stopped' && situation.stop !== null;
  const what = clip(mode.error ?? mode.title, LONGEST_SENTENCE);
  const name = modeName(mode);
  if (isOff && situation.incident)
    return causeLine([
      labelled(BEFORE_STOP, plain(clip(pictureTitle(situation.incident.worst), LONGEST_SENTENCE))),
    ]);
  const before = isOff ? [plain(`${BEFORE_STOP}: `)] : [];
  const named = [boldLink(documentLink(modeAnchor(mode.id)), name), plain(`: ${what}`)];
  return causeLine([clause(...before, ...named)]);
}

/** Shows at a glance that the app runs, for example `web.1: up (3 h) · HTTP 200 in 84 ms`. */
function runningWell({ findings }: Diagnosis): CauseLine {
  const shown = findings.filter(({ id, status }) => status === 'pass' && TELLING.has(id));
  const words = shown.map(({ summary }) => summary).join(' · ');
  return causeLine([namedClause(plain(clip(words, LONGEST_SENTENCE)))]);
}

const TELLING: ReadonlySet<Finding['id']> = new Set(['formation', 'releases', 'health']);

/** Names a failure mode, for example `Likely failure mode B (R10)`. */
export function modeName({ id, code, confidence }: MatchedMode): string {
  const certainty = confidence === 'likely' ? 'Likely' : 'Possible';
  return `${certainty} failure mode ${id}${code === null ? '' : ` (${code})`}`;
}
