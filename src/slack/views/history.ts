/** `/raxx history`: what was asked for, who decided and why; who called for help, who asked for quiet. */

import { decisionOf } from '../../runbook/actions/decided-by.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import { signOf, who } from './action.ts';
import { bold, clip, emoji, line, list, type Message, type Part, plain, richText } from './message.ts';

/** What somebody did beside a change. */
export interface HappeningLine {
  readonly kind: 'escalated' | 'snoozed' | 'snooze_ended' | 'acknowledged' | 'noted';
  readonly target: string;
  readonly who: string;
  readonly at: Instant;
  readonly words: string | null;
  readonly hash: string;
}

export type HistoryLine =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'happening'; readonly happening: HappeningLine };

const HAPPENED: Readonly<Record<HappeningLine['kind'], readonly [emoji: string, word: string]>> = {
  escalated: ['rotating_light', 'Escalated'],
  snoozed: ['zzz', 'Snoozed'],
  snooze_ended: ['bell', 'Snooze ended'],
  acknowledged: ['eyes', 'Acknowledged'],
  noted: ['memo', 'Note'],
};

/** One line each, newest first. */
export function historyView(entries: readonly HistoryLine[]): Message {
  if (entries.length === 0)
    return { text: 'No actions yet.', blocks: [richText(line(plain('No actions yet.')))] };
  const lines = entries.map((entry) =>
    entry.kind === 'action' ? actionLine(entry.action) : happeningLine(entry.happening),
  );
  return {
    text: `The newest actions, escalations and snoozes: ${entries.length}.`,
    blocks: [richText(line(bold('Actions, escalations and snoozes')), list('bullet', lines))],
  };
}

function actionLine(action: Action) {
  const { plan, askedBy, askedAt, reason, trail } = action;
  const [sign, word] = signOf(action);
  return line(
    emoji(sign),
    plain(` ${word}: `),
    plain(plan.title),
    plain(' · asked by '),
    who(askedBy),
    ...(reason === null ? [] : [plain(`: “${clip(reason, 200)}”`)]),
    ...decided(action),
    plain(' · '),
    dateTime(askedAt),
    plain(` · ${trail.at(-1)?.hash ?? ''}`),
  );
}

/** Of what was rejected, why, where that was said. */
function decided(action: Action): readonly Part[] {
  const decision = decisionOf(action);
  if (!decision) return [];
  const why = action.outcome?.reason;
  const names = decision.by.flatMap((by, index) => [...(index === 0 ? [] : [plain(' and ')]), who(by)]);
  return [plain(` · ${decision.what} by `), ...names, ...(why === undefined ? [] : [plain(` (“${why}”)`)])];
}

function happeningLine({ kind, target, who: by, at, words, hash }: HappeningLine) {
  const [sign, word] = HAPPENED[kind];
  const what =
    kind === 'snoozed' && words !== null ? ` until ${formatInstant(Date.parse(words))}` : said(words);
  return line(
    emoji(sign),
    plain(` ${word}: ${target}${what} · by `),
    who(by),
    plain(' · '),
    dateTime(at),
    plain(` · ${hash}`),
  );
}

const said = (words: string | null) =>
  words === null || words === 'Acknowledged.' ? '' : ` “${clip(words, 200)}”`;

function dateTime(at: Instant): Part {
  return {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: '{date_short} {time}',
    fallback: formatInstant(at),
  };
}
