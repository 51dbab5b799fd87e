/** Prints the status of the targets at the terminal: one block per target. */

import { dynoWords, healthWords, releaseWords } from '../operations/diagnosis/status-text.ts';
import type { TargetStatus } from '../operations/diagnosis/target-status.ts';
import type { Watches, WatchReport } from '../operations/incidents/watch-report.ts';
import { type WatchLine, watchLines } from '../operations/incidents/watch-text.ts';
import { changeWords } from '../runbook/situation/expected-change.ts';
import { phraseText } from '../runbook/text/phrase.ts';
import type { Paint } from './paint.ts';
import { verdictWord } from './words.ts';

/** If the ledger could not be read, a last line says why. */
export function printStatus(statuses: readonly TargetStatus[], watches: Watches, paint: Paint): string {
  const reports = watches.ok ? watches.reports : [];
  const printed = statuses.map((status) => {
    const report = reports.find(({ target }) => target === status.target);
    return `${printTarget(status, report ?? null, paint)}\n`;
  });
  const unread = watches.ok ? [] : [paint.dim(`${watches.words}\n`)];
  return [...printed, ...unread].join('\n');
}

function printTarget(status: TargetStatus, report: WatchReport | null, paint: Paint): string {
  const wrong = status.findings.filter(({ status: judged }) => judged === 'fail' || judged === 'unknown');
  const { change } = status.situation;
  return [
    `${paint.bold(status.app)} is ${verdictWord(status.verdict, paint)}  ${paint.dim(`(${status.target})`)}`,
    ...(change ? [`  change   ${changeWords(change)}`] : []),
    `  dynos    ${dynoWords(status)}`,
    `  release  ${releaseWords(status)}`,
    `  health   ${healthWords(status)}`,
    ...wrong.map(({ id, summary }) => `  ${paint.dim(`${id}: ${summary}`)}`),
    ...(report === null ? [] : watchLines(report).map(printWatchLine)),
  ].join('\n');
}

const NAMES: Readonly<Record<WatchLine['name'], string>> = {
  Incident: 'incident',
  Owner: 'owner',
  Snoozed: 'snoozed',
  Watch: 'watch',
  'API calls': 'calls',
};

function printWatchLine({ name, words }: WatchLine): string {
  return `  ${NAMES[name].padEnd(8)} ${phraseText(words)}`;
}
