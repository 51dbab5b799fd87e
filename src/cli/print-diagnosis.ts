/** Prints a diagnosis at the terminal: the verdict first, then the failure mode and its fix, then the checks. */

import { CHECKS } from '../runbook/checks/index.ts';
import { noModeWords } from '../runbook/diagnosis/no-mode.ts';
import type { Diagnosis } from '../runbook/model/diagnosis.ts';
import type { Finding, MatchedMode } from '../runbook/model/terms.ts';
import { changeWords } from '../runbook/situation/expected-change.ts';
import { formatDuration, formatInstant } from '../runbook/text/time.ts';
import type { Paint } from './paint.ts';
import { statusWord, verdictWord } from './words.ts';

const LONGEST_TITLE = Math.max(...CHECKS.map(({ title }) => title.length));

/** Returns plain text that ends with a newline. Colors come only from `paint`. */
export function printDiagnosis(diagnosis: Diagnosis, paint: Paint): string {
  const parts = [
    headline(diagnosis, paint),
    ...diagnosis.modes.map((mode) => modeLines(mode, paint)),
    section(
      'Checks, in the runbook’s order',
      diagnosis.findings.flatMap((finding) => findingLines(finding, paint)),
      paint,
    ),
    section(
      'Page the operator',
      diagnosis.escalations.map((due) => escalationLine(due, diagnosis.at)),
      paint,
    ),
    section(
      "Couldn't read",
      diagnosis.unread.map(({ detail }) => detail),
      paint,
    ),
    section(
      'API calls left',
      diagnosis.lowLimits.map(({ api, remaining }) => `${api}: ${remaining} this hour`),
      paint,
    ),
    section('Available actions', diagnosis.actions.length > 0 ? [diagnosis.actions.join(', ')] : [], paint),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(diagnosis: Diagnosis, paint: Paint): string {
  const { app, target, verdict, at, tookMs, situation } = diagnosis;
  const change = situation.change ? `\n${app} is ${changeWords(situation.change)}` : '';
  const facts = paint.dim(`(${target}, ${formatInstant(at)}, took ${formatDuration(tookMs)})`);
  const unnamed = noModeWords(diagnosis);
  return `${paint.bold(app)} is ${verdictWord(verdict, paint)}  ${facts}${change}${unnamed === null ? '' : `\n${unnamed}.`}`;
}

function modeLines(mode: MatchedMode, paint: Paint): string {
  const code = mode.code === null ? '' : ` (${mode.code})`;
  const title = paint.bold(`Failure mode ${mode.id}${code}, ${mode.confidence}: ${mode.title}`);
  const part = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${paint.bold(name)}`, ...lines.map((line) => `    ${line}`)];
  return [
    title,
    ...part('Evidence', mode.evidence),
    ...part("Couldn't read", mode.missing),
    ...part('Cause', [mode.cause]),
    ...part(
      mode.fixBy ? `Fix (${mode.fixBy})` : 'Fix',
      mode.fix.map((step, index) => `${index + 1}. ${step}`),
    ),
    ...part('Verify', [mode.verification]),
  ].join('\n');
}

function findingLines(finding: Finding, paint: Paint): string[] {
  const step = finding.step === null ? ' ' : String(finding.step);
  const title = finding.title.padEnd(LONGEST_TITLE);
  const first = `${step} ${title} ${statusWord(finding.status, paint)}  ${finding.summary}`;
  const details = finding.status === 'pass' ? [] : finding.details.slice(0, 3);
  return [first, ...details.map((line) => paint.dim(`    ${line}`))];
}

function escalationLine(due: Diagnosis['escalations'][number], at: number): string {
  const when = due.dueAt <= at ? 'now' : `in ${formatDuration(due.dueAt - at)}, unless it is resolved`;
  return `${when}: ${due.reason} (runbook condition ${due.condition})`;
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? '' : [paint.bold(title), ...lines.map((line) => `  ${line}`)].join('\n');
}
