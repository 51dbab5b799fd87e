/** Prints the last log lines at the terminal, below what the runbook's step 6 concludes from them. */
import type { LogReport } from '../operations/diagnosis/log-report.ts';
import { shownLines } from '../runbook/logs/shown-lines.ts';
import type { Paint } from './paint.ts';
import { statusWord } from './words.ts';

/** Number of lines that are shown. Step 6 judges all that Heroku keeps. */
const SHOWN = 60;

export function printLogs({ app, finding, lines }: LogReport, paint: Paint): string {
  const judged = [
    `${paint.bold(app)} log: ${statusWord(finding.status, paint).trimEnd()}  ${finding.summary}`,
    ...finding.details.map((line) => `  ${line}`),
  ];
  if (!lines.ok) return `${judged.join('\n')}\n`;
  const last = shownLines(lines.value.slice(-SHOWN));
  const count = lines.value.length;
  const all = count === 1 ? '1 line' : `${count} lines`;
  const title = paint.bold(`Last ${last.length} of ${all}, times in UTC`);
  return `${[...judged, '', title, ...last].join('\n')}\n`;
}
