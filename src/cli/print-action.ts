/** Prints an action at the terminal: what its card shows, in the same words. */

import { STATE_WORDS } from '../runbook/actions/state-words.ts';
import { type Action, type ActionState, type Draft, outcomeWords } from '../runbook/model/action.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import { capitalize } from '../runbook/text/capitalize.ts';
import { formatInstant } from '../runbook/text/time.ts';
import type { Paint } from './paint.ts';

export function printPlan({ plan, reason }: Draft, paint: Paint): string {
  const part = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${paint.bold(name)}`, ...lines.map((line) => `    ${line}`)];
  return lines([
    plan.danger ? paint.bold(paint.red(plan.title)) : paint.bold(plan.title),
    ...part('Plan', plan.will),
    ...part('Warnings', plan.warnings ?? []),
    ...part('Impact', plan.expect),
    ...part('Evidence', plan.evidence),
    ...part('Undo', [plan.undo]),
    ...part('Why', reason === null ? [] : [reason]),
  ]);
}

/** For `--plan`. */
export function printPlanOnly(draft: Draft, paint: Paint): string {
  return `${printPlan(draft, paint)}  ${paint.bold('By hand')}\n    ${draft.plan.byHand}\nDry run: nothing was done.\n`;
}

/** Returns the progress in one line. */
export function progressLine({ state, progress, outcome }: Action): string {
  if (state === 'approved') return 'Checking once more, then sending…';
  if (outcome) return `${capitalize(STATE_WORDS[state])}.`;
  const { words = `${capitalize(STATE_WORDS[state])}.`, link, notice } = progress;
  const said = notice === undefined ? words : `${notice} ${words}`;
  return link ? `${said} ${link.text}: ${link.url}` : said;
}

/** `whoContinues` is a sentence that says who keeps checking whether the result lasts. */
export function printEnd(action: Action, whoContinues: string, paint: Paint): string {
  const { state, plan, outcome, target, watchUntil, progress } = action;
  const isDone = state === 'succeeded';
  const next = (outcome?.next ?? []).map((kind) => commandOf(kind, target));
  return lines([
    `${signOf(state, paint)} ${paint.bold(plan.title)}`,
    ...(outcome ? [outcomeWords(outcome), ...outcome.evidence].map((line) => `  ${line}`) : []),
    ...(progress.link ? [`  ${progress.link.url}`] : []),
    ...(isDone ? [`  Undo: ${outcome?.undo ?? plan.undo}`] : []),
    ...(outcome && outcome.manualCommand !== null ? [`  By hand: ${outcome.manualCommand}`] : []),
    ...(next.length === 0 ? [] : [`  Next: ${next.join(' · ')}`]),
    ...(isDone && watchUntil !== null
      ? [`  Watching until ${formatInstant(watchUntil)} for restarts. ${whoContinues}`]
      : []),
    `  ${paint.dim(auditWords(action))}`,
  ]);
}

/** For an interrupted command: says what is known, and who reports the outcome. */
export function printLeft(action: Action, whoContinues: string, paint: Paint): string {
  const { plan, sentAt, progress } = action;
  const when = sentAt === null ? '' : ` It was sent at ${formatInstant(sentAt)}.`;
  return lines([
    `${paint.yellow('… interrupted:')} ${paint.bold(plan.title)}`,
    `  ${when.trim()} Waiting for it to take effect.${progress.words ? ` ${progress.words}` : ''}`,
    ...(progress.link ? [`  ${progress.link.url}`] : []),
    `  ${whoContinues}`,
    `  ${paint.dim(auditWords(action))}`,
  ]);
}

function signOf(state: ActionState, paint: Paint): string {
  const word = STATE_WORDS[state];
  if (state === 'succeeded') return paint.green(`✓ ${word}:`);
  if (state === 'unconfirmed') return paint.magenta(`? ${word}:`);
  return state === 'superseded' ? paint.yellow(`! ${word}:`) : paint.red(`✗ ${word}:`);
}

const COMMANDS: ReadonlySet<ActionKind> = new Set(['stop', 'restore', 'deploy', 'restart', 'rollback']);

function commandOf(kind: ActionKind, target: string): string {
  return COMMANDS.has(kind) ? `npx raxx ${kind} ${target}` : `npx raxx fix ${kind} ${target}`;
}

function auditWords({ trail }: Action): string {
  const last = trail.at(-1);
  return last ? `audit line ${last.seq}, ${last.hash}` : 'no audit line';
}

function lines(parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}
