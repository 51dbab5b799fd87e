/** The state of the targets for the terminal: one block a target. */

import type { TargetStatus } from '../operations/reports.ts';
import { dynoWords, healthWords, releaseWords } from '../operations/status-words.ts';
import type { Paint } from './paint.ts';
import { verdictWord } from './words.ts';

export function printStatus(statuses: readonly TargetStatus[], paint: Paint): string {
  return statuses.map((status) => `${printTarget(status, paint)}\n`).join('\n');
}

function printTarget(status: TargetStatus, paint: Paint): string {
  const wrong = status.findings.filter(({ status: judged }) => judged === 'fail' || judged === 'unknown');
  return [
    `${paint.bold(status.app)} is ${verdictWord(status.verdict, paint)}  ${paint.dim(`(${status.target})`)}`,
    `  dynos    ${dynoWords(status)}`,
    `  release  ${releaseWords(status)}`,
    `  health   ${healthWords(status)}`,
    ...wrong.map(({ id, summary }) => `  ${paint.dim(`${id}: ${summary}`)}`),
  ].join('\n');
}
