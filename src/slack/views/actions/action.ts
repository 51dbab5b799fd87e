/** The card of an action, always drawn from its row: what it will do, its progress, and how it ended. */

import type { KnownBlock } from '@slack/types';
import { type Action, type Outcome, outcomeWords } from '../../../runbook/model/action.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { capitalize } from '../../../runbook/text/capitalize.ts';
import { splitAtInstants } from '../../../runbook/text/time.ts';
import { signOf } from '../parts/action-sign.ts';
import { byHandLines } from '../parts/answers.ts';
import {
  type Clause,
  type ClauseLine,
  clause,
  namedClause,
  sentencesOf,
  stepClause,
} from '../parts/clauses.ts';
import {
  bold,
  boldLink,
  clip,
  context,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  type Part,
  plain,
  preformatted,
  richText,
} from '../parts/message.ts';
import { dayAndTimeOf, momentOf, withLinks } from '../parts/moments.ts';
import { buttonRow, proposeButtons } from '../parts/propose-buttons.ts';
import { isShown } from '../parts/shown.ts';
import {
  approveButton,
  approverBlocks,
  asked,
  proposedClauses,
  rejectButton,
  type WaitsForOptions,
} from './approval.ts';
import { MOST_EVIDENCE, parts, planBlocks, restOfPlan, shortEvidence, warningBlocks } from './plan.ts';
import { runPlan } from './run-plan.ts';
import { trailBlocks } from './trail.ts';

export interface ActionViewOptions extends WaitsForOptions {
  /** Kinds that the bot can do. Only these become buttons. */
  readonly canDo: ReadonlySet<ActionKind>;
  /** Shown if nobody else could approve the action; null otherwise. */
  readonly warning: string | null;
}

export function actionView(action: Action, options: ActionViewOptions): Message {
  const [, word] = signOf(action);
  const { title } = action.plan;
  return {
    text: sentencesOf(
      [[namedClause(plain(`${word}: ${clip(title, 300)}`), ...endedParts(action))], warningClauses(action)],
      [stateClauses(action, options)],
      action.askedAt,
    ),
    blocks: [
      ...firstScreen(action, options),
      ...details(action),
      ...(action.state === 'proposed' ? [] : [asked(action)]),
      ...trailBlocks(action),
    ],
  };
}

function headline(action: Action): KnownBlock {
  const [sign, word] = signOf(action);
  return richText(
    line(emoji(sign), plain(' '), bold(`${word}: `), bold(action.plan.title), ...endedParts(action)),
  );
}

/** Shows when the action ended or, if it failed later, when that was seen. */
function endedParts({ endedAt, aftermath }: Action): Part[] {
  const at = aftermath?.kind === 'turned_bad' ? aftermath.at : endedAt;
  return at === null ? [] : [plain(', '), dayAndTimeOf(at)];
}

/** The first screen shows warnings until the action has ended. */
function warningClauses({ state, plan }: Action): ClauseLine {
  return state === 'proposed' || state === 'executing'
    ? (plan.warnings ?? []).map((words) => namedClause(plain(clip(words, 300))))
    : [];
}

/** Returns what a screen reader reads after the title and the warnings. */
function stateClauses(action: Action, { warning }: ActionViewOptions): ClauseLine {
  const { state, outcome, aftermath, progress } = action;
  if (aftermath) return [wordsClause(aftermath.words)];
  if (outcome) return outcomeClauses(outcome);
  if (state === 'proposed')
    return [...proposedClauses(action), ...(warning === null ? [] : [wordsClause(warning)])];
  const since = waitingSince(action);
  return [
    ...(progress.words === undefined ? [] : [wordsClause(progress.words)]),
    ...(since === null ? [] : [clause(plain('Waiting since '), dayAndTimeOf(since))]),
  ];
}

/** Returns since when an action that was sent has been in its current stage. Null until it is sent. */
function waitingSince({ state, trail, sentAt }: Action): Instant | null {
  if (state !== 'executing') return null;
  return trail.findLast(({ event }) => event !== 'approval')?.at ?? sentAt;
}

function outcomeClauses({ reason, words, manualCommand }: Outcome): ClauseLine {
  return [
    ...(reason === undefined ? [] : [wordsClause(`Reason: “${reason}”`)]),
    namedClause(plain(clip(words, 1_500))),
    ...(manualCommand === null ? [] : [stepClause('By hand', plain(clip(manualCommand, 1_000)))]),
  ];
}

function wordsClause(words: string): Clause {
  return clause(plain(clip(words, 1_000)));
}

/** Shows what the action is, its progress, whom it waits for, and what to press. */
function firstScreen(action: Action, options: ActionViewOptions): KnownBlock[] {
  const { outcome, state } = action;
  if (outcome)
    return [
      headline(action),
      richText(...seenLines(action, outcomeWords(outcome))),
      ...nextButtons(action, options),
    ];
  if (state === 'executing')
    return [headline(action), ...warningBlocks(action.plan), ...progressBlocks(action)];
  if (state !== 'proposed') return [headline(action)];
  return [
    headline(action),
    ...planBlocks(action.plan),
    asked(action),
    ...approverBlocks(action, options),
    ...(options.warning === null ? [] : [context(`${escapeText(capitalize(options.warning))}.`)]),
    ...buttonRow(approveButton(action), rejectButton(action)),
  ];
}

function details(action: Action): KnownBlock[] {
  const { outcome, state, plan } = action;
  if (outcome) return outcomeBlocks(action);
  return state === 'proposed' ? restOfPlan(plan, shortEvidence(plan)) : briefBlocks(action);
}

/** Shows what the action waits for and since when, where to go, and each job of a run with its steps. */
function progressBlocks(action: Action): KnownBlock[] {
  const { progress } = action;
  const { words, link: to, notice } = progress;
  const noticed = notice === undefined ? [] : [line(bold(notice))];
  const since = waitingSince(action);
  const waiting =
    since === null
      ? []
      : [plain(`${words === undefined ? '' : ' '}Waiting since `), dayAndTimeOf(since), plain('.')];
  const said = [
    ...noticed,
    line(plain(words ?? ''), ...waiting),
    ...(to ? [line(boldLink(to.url, to.text))] : []),
  ];
  return [richText(...said), ...runPlan(progress)];
}

/** Shows what the action does, without the evidence that helped to decide. */
function briefBlocks({ plan }: Action): KnownBlock[] {
  return parts(['Plan', plan.will]);
}

/** Keeps the last lines, which show how it ended. The terminal shows all of them. */
function clipLines(lines: readonly string[]): readonly string[] {
  const last = MOST_EVIDENCE - 1;
  const shown =
    lines.length <= MOST_EVIDENCE ? lines : [`… ${lines.length - last} more`, ...lines.slice(-last)];
  return shown.map((words) => clip(words, 200));
}

/** Preformatted text can't show a time in the reader's zone, so lines with a time are bullets. */
function evidenceList(lines: readonly string[]) {
  const hasTime = lines.some((words) => splitAtInstants(words).length > 1);
  return hasTime
    ? list(
        'bullet',
        lines.map((words) => line(...withLinks(words))),
      )
    : preformatted(lines);
}

function outcomeBlocks(action: Action): KnownBlock[] {
  const { outcome, plan, state, progress } = action;
  if (!outcome) return [];
  const { words, manualCommand } = outcome;
  // Evidence that the sentence or the link already shows is not repeated.
  const more = outcome.evidence.filter((one) => !isShown(one, [words]) && one !== progress.link?.url);
  const evidence = more.length === 0 ? [] : [evidenceList(clipLines(more))];
  const to = progress.link ? [line(boldLink(progress.link.url, 'The run on GitHub'))] : [];
  const undo = state === 'succeeded' ? [line(bold('Undo: '), ...withLinks(outcome.undo ?? plan.undo))] : [];
  const hand = byHandLines(manualCommand);
  const all = [...evidence, ...to, ...watchLines(action), ...undo, ...hand];
  return all.length === 0 ? [] : [richText(...all)];
}

/** The current state comes first, because what was seen right after the action may no longer hold. */
function seenLines({ aftermath }: Action, words: string) {
  return aftermath?.kind === 'turned_bad'
    ? [line(bold(aftermath.words)), line(bold('Before that: '), plain(words))]
    : [line(...withLinks(words))];
}

function watchLines({ aftermath, watchUntil, endedAt }: Action) {
  if (aftermath?.kind === 'turned_bad') return [];
  if (aftermath) return [line(bold('Afterwards: '), plain(aftermath.words))];
  if (watchUntil === null) return [];
  return [
    line(bold('Watching until '), momentOf(watchUntil, endedAt ?? watchUntil), plain(' for restarts.')),
  ];
}

/** Offers the actions that make sense now that this one has ended. */
function nextButtons({ outcome, aftermath, target }: Action, { canDo }: ActionViewOptions): KnownBlock[] {
  const kinds = new Set([...(outcome?.next ?? []), ...(aftermath?.next ?? [])]);
  return buttonRow(
    ...proposeButtons(
      [...kinds].filter((kind) => canDo.has(kind)),
      target,
    ),
  );
}
