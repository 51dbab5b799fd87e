/** The state of the targets for the terminal: one block a target. */

import type { TargetStatus } from '../operations/reports.ts';
import { formatAgo, formatDuration } from '../runbook/age.ts';
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

function dynoWords({ dynos, app }: TargetStatus): string {
  if (!dynos.ok) return `not seen: ${dynos.detail}`;
  if (dynos.value.length === 0) return `No dynos on ${app}`;
  return dynos.value.map(({ name, state }) => `${name}: ${state}`).join(', ');
}

function releaseWords({ release, at }: TargetStatus): string {
  if (!release.ok) return `not seen: ${release.detail}`;
  if (release.value === null) return 'none';
  return `v${release.value.version} ${release.value.description} (${formatAgo(release.value.at, at)})`;
}

function healthWords({ health }: TargetStatus): string {
  if (!health.ok) return `not seen: ${health.detail}`;
  const answer = health.value;
  if (answer.kind === 'http') return `HTTP ${answer.status} in ${formatDuration(answer.ms)}`;
  return `no answer: ${answer.kind} (${answer.detail}) after ${formatDuration(answer.ms)}`;
}
