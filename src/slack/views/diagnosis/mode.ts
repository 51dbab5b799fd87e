/** A failure mode of the runbook under the buttons: evidence, cause, fix and verification. */

import type { KnownBlock } from '@slack/types';
import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { MatchedMode } from '../../../runbook/model/terms.ts';
import { documentLink, modeAnchor } from '../../../runbook/text/links.ts';
import { bold, boldLink, clip, line, list, plain, preformatted, richText } from '../parts/message.ts';
import { isShown } from '../parts/shown.ts';
import { modeName } from './cause.ts';

/** Router lines are longer, but nobody reads them to the end at night. */
const LONGEST_LINE = 140;

const MOST_EVIDENCE = 8;

/** `offers` are those of the first mode, whose first lines are on the first screen already. Null for any other mode. */
export function modeBlocks(mode: MatchedMode, { findings }: Diagnosis, offers: Offers | null): KnownBlock[] {
  // What is shown above, or with the checks below.
  const shown = [
    ...(offers !== null && mode.error !== null ? [mode.error] : []),
    ...findings.filter(({ status }) => status === 'fail').map(({ summary }) => summary),
  ];
  const evidence = mode.evidence
    .filter((words) => !isShown(words, shown))
    .map((words) => clip(words, LONGEST_LINE));
  const missing = mode.missing.map((words) => `not seen: ${clip(words, LONGEST_LINE)}`);
  const lines = [...cutLines(evidence, MOST_EVIDENCE), ...missing];
  const fix = offers?.first.length === 0 ? mode.fix.slice(1) : mode.fix;
  const name = boldLink(documentLink(modeAnchor(mode.id)), `${modeName(mode)}: ${mode.title}`);
  return [
    ...(offers === null ? [richText(line(name))] : []),
    ...(lines.length === 0 ? [] : [richText(line(bold('Evidence')), preformatted(lines))]),
    richText(
      // Where the app's own error is the cause, the runbook's list of possible causes adds nothing.
      ...(mode.error !== null && (mode.causedBy === 'error' || mode.causedBy === 'words')
        ? []
        : [line(bold('Cause: '), plain(mode.cause))]),
      ...(fix.length === 0 ? [] : [line(bold(fixTitle(mode, fix))), fixList(fix)]),
      line(bold('Verify: '), plain(mode.verification)),
    ),
  ];
}

function fixTitle({ fixBy, fix }: MatchedMode, shown: readonly string[]): string {
  const title = shown.length < fix.length ? 'Then' : 'Fix';
  return fixBy ? `${title} (${fixBy})` : title;
}

function fixList(steps: readonly string[]) {
  return list(
    'ordered',
    steps.map((step) => line(plain(step))),
  );
}

function cutLines(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more`];
}
