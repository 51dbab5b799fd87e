/** A failure mode of the runbook under the buttons: evidence, cause, fix, and verification. */

import type { KnownBlock } from '@slack/types';
import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { MatchedMode } from '../../../runbook/model/terms.ts';
import { documentLink, modeAnchor } from '../../../runbook/text/links.ts';
import { bold, boldLink, line, list, plain, preformatted, richText } from '../parts/message.ts';
import { evidenceLine, isShown } from '../parts/shown.ts';
import { modeName } from './cause.ts';

/** Maximum number of lines of evidence of a mode, including the sources that could not be read. */
const MOST_EVIDENCE = 8;

/** `offers` belongs to the first mode, whose first lines are already on the first screen. Null for any other mode. */
export function modeBlocks(mode: MatchedMode, { findings }: Diagnosis, offers: Offers | null): KnownBlock[] {
  // Lines that are shown above, or with the checks below.
  const shown = [
    ...(offers !== null && mode.error !== null ? [mode.error] : []),
    ...findings
      .filter(({ status }) => status !== 'pass')
      .flatMap(({ title, summary }) => [summary, `${title}: ${summary}`]),
  ];
  const lines = evidenceLines(mode, shown);
  const steps = shownSteps(mode, offers);
  // If no button comes first, the first step is already above.
  const isRest = offers?.first.length === 0;
  const fix = isRest ? steps.slice(1) : steps;
  const name = boldLink(documentLink(modeAnchor(mode.id)), `${modeName(mode)}: ${mode.title}`);
  return [
    ...(offers === null ? [richText(line(name))] : []),
    ...(lines.length === 0 ? [] : [richText(line(bold('Evidence')), preformatted(lines))]),
    richText(
      // If the app's own error is the cause, the runbook's list of possible causes adds nothing.
      ...(isErrorAlone(mode) ? [] : [line(bold('Cause: '), plain(mode.cause))]),
      ...(fix.length === 0 ? [] : [line(bold(fixTitle(mode, isRest))), fixList(fix)]),
      line(bold('Once fixed: '), plain(mode.verification)),
    ),
  ];
}

/** Returns what was seen, and then what could not be read, without what is shown elsewhere. */
function evidenceLines({ evidence, missing }: MatchedMode, shown: readonly string[]): readonly string[] {
  const isNew = (words: string) => !isShown(words, shown);
  const seen = evidence.filter(isNew).map(evidenceLine);
  const unread = missing.filter(isNew).map((words) => `couldn't read ${evidenceLine(words)}`);
  // What was seen gets at least half of the room, if it needs it.
  const last = cutLines(unread, Math.max(MOST_EVIDENCE / 2, MOST_EVIDENCE - seen.length));
  return [...cutLines(seen, MOST_EVIDENCE - last.length), ...last];
}

/** Causes that the log proves. Their own fix comes first, and the runbook's general one adds nothing. */
const CERTAIN: ReadonlySet<MatchedMode['causedBy']> = new Set([
  'config_var',
  'settings',
  'module',
  'own_module',
  'version',
  'command',
  'address',
]);

/**
 * The runbook's step for a crash is to look for its error.
 * That step is done if the card shows the error and has a button.
 */
function shownSteps(mode: MatchedMode, offers: Offers | null): readonly string[] {
  if (isErrorAlone(mode) && offers !== null && offers.first.length > 0) return [];
  return CERTAIN.has(mode.causedBy) ? mode.fix.slice(0, 1) : mode.fix;
}

/** Returns whether the error is known, but not its fix. */
function isErrorAlone({ error, causedBy }: MatchedMode): boolean {
  return error !== null && (causedBy === 'error' || causedBy === 'words');
}

function fixTitle({ fixBy }: MatchedMode, isRest: boolean): string {
  const title = isRest ? 'Then' : 'Fix';
  return fixBy ? `${title} (${fixBy})` : title;
}

function fixList(steps: readonly string[]) {
  return list(
    'ordered',
    steps.map((step) => line(plain(step))),
  );
}

function cutLines(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most
    ? lines
    : [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines`];
}
