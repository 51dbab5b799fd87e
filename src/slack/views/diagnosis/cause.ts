/**
 * Gives the cause of a failure in one line:
 * the failure mode with the app's own error, Heroku's incident, or the failing check.
 */

import { noModeWords } from '../../../runbook/diagnosis/no-mode.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import { pictureTitle } from '../../../runbook/model/incident.ts';
import type { EscalationDue, Finding, MatchedMode } from '../../../runbook/model/terms.ts';
import { documentLink, modeAnchor } from '../../../runbook/text/links.ts';
import { bold, boldLink, clip, type Part, plain } from '../parts/message.ts';
import { withLinks } from '../parts/moments.ts';

/** Maximum length of a sentence on the first screen, in characters. */
export const LONGEST_SENTENCE = 200;

export function theirIncident({ escalations, at }: Diagnosis): EscalationDue | undefined {
  return escalations.find(({ condition, dueAt }) => condition === 3 && dueAt <= at);
}

export interface CauseLine {
  readonly words: string;
  readonly parts: readonly Part[];
  /** The check that this line comes from, if any. It is not listed again. */
  readonly of: Finding | null;
  /** The escalation whose reason this line states, if any. It is not repeated. */
  readonly due: EscalationDue | null;
}

function causeLine(words: string, more: Partial<CauseLine> = {}): CauseLine {
  return { words, parts: [plain(words)], of: null, due: null, ...more };
}

function titledLine(title: string, words: string, more: Partial<CauseLine> = {}): CauseLine {
  const parts = [bold(title), plain(`: ${words}`)];
  return causeLine(`${title}: ${words}`, { parts, ...more });
}

const BEFORE_STOP = 'Before the stop';

const NOTHING_HERE = 'Nothing to fix on our side.';

/** Returns the escalation that is due for the very run that the check is about, or null. */
function dueOf({ about }: Finding, { escalations, at }: Diagnosis): EscalationDue | null {
  return escalations.find((one) => about !== null && one.about === about && one.dueAt <= at) ?? null;
}

/** Returns null if there is no cause to show. */
export function causeOf(diagnosis: Diagnosis): CauseLine | null {
  const { modes, findings, verdict } = diagnosis;
  const [mode] = modes;
  if (mode) return ofMode(mode, diagnosis);
  const theirs = theirIncident(diagnosis);
  if (theirs) {
    const words = `${clip(theirs.reason, LONGEST_SENTENCE)}. ${NOTHING_HERE}`;
    const of = findings.find(({ id }) => id === 'platform') ?? null;
    return causeLine(words, { parts: withLinks(words), of, due: theirs });
  }
  const named = noModeWords(diagnosis);
  const wrong = findings.find(({ status }) => status === 'fail');
  if (wrong) {
    const what = `${clip(wrong.summary, LONGEST_SENTENCE)}.${named === null ? '' : ` ${named}`}`;
    return titledLine(wrong.title, what, { of: wrong, due: dueOf(wrong, diagnosis) });
  }
  if (named !== null) return causeLine(named);
  return verdict === 'healthy' ? runningWell(diagnosis) : null;
}

/** An app that was stopped on purpose is not failing now. Its log shows what failed before. */
function ofMode(mode: MatchedMode, { verdict, situation }: Diagnosis): CauseLine {
  const isOff = mode.id === 'B' && verdict === 'stopped' && situation.stop !== null;
  const what = clip(mode.error ?? mode.title, LONGEST_SENTENCE);
  const name = modeName(mode);
  if (isOff && situation.incident)
    return titledLine(BEFORE_STOP, clip(pictureTitle(situation.incident.worst), LONGEST_SENTENCE));
  const before = isOff ? `${BEFORE_STOP}: ` : '';
  const parts = [plain(before), boldLink(documentLink(modeAnchor(mode.id)), name), plain(`: ${what}`)];
  return causeLine(`${before}${name}: ${what}`, { parts });
}

/** Shows at a glance that the app runs, for example `web.1: up (3 h) · HTTP 200 in 84 ms`. */
function runningWell({ findings }: Diagnosis): CauseLine {
  const told = findings.filter(({ id, status }) => status === 'pass' && TELLING.has(id));
  const words = told.map(({ summary }) => summary).join(' · ');
  return causeLine(words, { parts: [plain(clip(words, LONGEST_SENTENCE))] });
}

const TELLING: ReadonlySet<Finding['id']> = new Set(['formation', 'releases', 'health']);

/** Names a failure mode, for example `Likely failure mode B (R10)`. */
export function modeName({ id, code, confidence }: MatchedMode): string {
  const certainty = confidence === 'likely' ? 'Likely' : 'Possible';
  return `${certainty} failure mode ${id}${code === null ? '' : ` (${code})`}`;
}
