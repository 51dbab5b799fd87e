/**
 * `/raxx history` as a table: what was proposed, how it ended, who asked and who decided;
 * and who escalated or snoozed.
 */

import type { RichTextBlock, RichTextSection } from '@slack/types';
import { decisionOf } from '../../../runbook/actions/decided-by.ts';
import type { Action } from '../../../runbook/model/action.ts';
import type { Happening } from '../../../runbook/model/happening.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { signOf } from '../parts/action-sign.ts';
import {
  bold,
  clip,
  code,
  emoji,
  escapeText,
  line,
  type Message,
  type Part,
  plain,
  richText,
} from '../parts/message.ts';
import { dayAndTimeOf, person, timedParts } from '../parts/moments.ts';

export type HistoryLine =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'happening'; readonly happening: Happening };

const HAPPENED: Readonly<Record<Happening['kind'], readonly [emoji: string, word: string]>> = {
  escalated: ['rotating_light', 'Escalated'],
  snoozed: ['zzz', 'Snoozed'],
  snooze_ended: ['bell', 'Snooze ended'],
  acknowledged: ['eyes', 'Acknowledged'],
  noted: ['memo', 'Note'],
};

/** Three columns fit on a phone. The state comes before the action, as on cards. */
const COLUMNS = ['When', 'State and action', 'Proposed → decided by'] as const;
/** Fifteen rows with cells of this length stay well below the limit of a table. */
const LONGEST_CELL = 180;

/** Returns one row per entry, newest first. */
export function historyView(entries: readonly HistoryLine[]): Message {
  if (entries.length === 0)
    return { text: 'No actions yet.', blocks: [richText(line(plain('No actions yet.')))] };
  const rows = entries.map((entry) =>
    entry.kind === 'action' ? actionRow(entry.action) : happeningRow(entry.happening),
  );
  const [newest] = entries;
  return {
    text: escapeText(`${countWords(entries.length)}.${newestWords(newest)}`),
    blocks: [
      richText(line(bold('Actions, escalations and snoozes'))),
      {
        type: 'table',
        column_settings: COLUMNS.map(() => ({ is_wrapped: true })),
        rows: [COLUMNS.map((text) => ({ type: 'raw_text', text })), ...rows],
      },
    ],
  };
}

function countWords(count: number): string {
  if (count === 1) return 'The last action, escalation or snooze';
  return `Last ${count} actions, escalations and snoozes`;
}

function newestWords(newest: HistoryLine | undefined): string {
  if (newest?.kind !== 'action') return '';
  return ` Newest: ${newest.action.plan.title} (${signOf(newest.action)[1].toLowerCase()}).`;
}

function actionRow(action: Action): RichTextBlock[] {
  const { plan, askedBy, askedAt, reason, trail } = action;
  const [sign, word] = signOf(action);
  return [
    whenCell(askedAt, trail.at(-1)?.hash ?? null),
    cell(line(emoji(sign), bold(` ${word}: `), plain(clip(plan.title, LONGEST_CELL))), ...quoted(reason)),
    cell(line(person(askedBy)), line(...decided(action)), ...whyRejected(action)),
  ];
}

/** Returns who decided. The state shows whether they approved or rejected. */
function decided(action: Action): readonly Part[] {
  const decision = decisionOf(action);
  if (decision === null) return action.state === 'proposed' ? [plain('→ waiting')] : [plain('→ nobody')];
  const names = decision.by.flatMap((by, index) => [...(index === 0 ? [] : [plain(', ')]), person(by)]);
  const missing = action.state === 'proposed' ? action.approvalsNeeded - action.approvals.length : 0;
  return [plain('→ '), ...names, ...(missing > 0 ? [plain(`, ${missing} more needed`)] : [])];
}

function whyRejected({ outcome }: Action): readonly RichTextSection[] {
  return quoted(outcome?.reason ?? null);
}

function happeningRow({ kind, target, who: by, at, words, until, hash }: Happening): RichTextBlock[] {
  const [sign, word] = HAPPENED[kind];
  const lasts = until === null ? [] : [plain(' until '), dayAndTimeOf(until)];
  return [
    whenCell(at, hash),
    cell(
      line(emoji(sign), bold(target === null ? ` ${word}` : ` ${word}: `), plain(target ?? ''), ...lasts),
      ...quoted(words),
    ),
    cell(line(person(by))),
  ];
}

function quoted(words: string | null): readonly RichTextSection[] {
  return words === null ? [] : [line(...timedParts(`“${clip(words, LONGEST_CELL)}”`))];
}

/** Enough digits to find the audit line. The card of the action has the whole hash. */
const HASH_SHOWN = 8;

function whenCell(at: Instant, hash: string | null): RichTextBlock {
  return cell(line(dayAndTimeOf(at)), ...(hash === null ? [] : [line(code(hash.slice(0, HASH_SHOWN)))]));
}

function cell(...lines: readonly RichTextSection[]): RichTextBlock {
  return { type: 'rich_text', elements: [...lines] };
}
