/** The plan of an action: what it will do, what to expect, and how to undo it. */

import type { KnownBlock } from '@slack/types';
import type { Action, Plan } from '../../../runbook/model/action.ts';
import { byHandLines } from '../parts/answers.ts';
import {
  bold,
  code,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  plain,
  richText,
} from '../parts/message.ts';
import { withLinks } from '../parts/moments.ts';

/** Shows only the asker what the action would do. */
export function planView({ plan, app }: Pick<Action, 'plan' | 'app'>, command: string): Message {
  const said = `Dry run: ${plan.title}. Nothing was proposed.`;
  return {
    text: escapeText(`${said} To propose it: ${command}`),
    blocks: [
      richText(line(bold(said)), line(plain(`App: ${app}`))),
      ...planBlocks(plan),
      ...restOfPlan(plan, plan.evidence),
      richText(line(bold('To propose it: '), code(command)), ...byHandLines(plan.byHand)),
    ],
  };
}

/**
 * Shows what the action does, what that means for users, and what cannot be undone: everything that someone has to
 * know before they press a button.
 */
export function planBlocks(plan: Plan): KnownBlock[] {
  return [...parts(['Plan', plan.will], ['Impact', plan.expect]), ...warningBlocks(plan)];
}

/** Warns about effects that cannot be undone. It comes before the buttons. */
export function warningBlocks({ warnings = [] }: Plan): KnownBlock[] {
  return warnings.length === 0
    ? []
    : [richText(...warnings.map((words) => line(emoji('warning'), bold(` ${words}`))))];
}

/** The number of evidence lines that a card shows, `… 3 more` included. The dry run (`/raxx plan`) shows all of them. */
export const MOST_EVIDENCE = 8;

/**
 * Leaves out lines in the middle: those of a deploy begin with its newest commits, and end with the checks and the gate.
 * What nobody may miss is a warning, which is always shown.
 */
export function shortEvidence({ evidence }: Plan): readonly string[] {
  if (evidence.length <= MOST_EVIDENCE) return evidence;
  const [first, last] = [MOST_EVIDENCE / 2, MOST_EVIDENCE / 2 - 1];
  return [...evidence.slice(0, first), `… ${evidence.length - first - last} more`, ...evidence.slice(-last)];
}

export function restOfPlan({ undo }: Plan, evidence: readonly string[]): KnownBlock[] {
  return [...parts(['Evidence', evidence]), richText(line(bold('Undo: '), ...withLinks(undo)))];
}

/** Returns each heading with its lines. Headings without lines are left out. */
export function parts(
  ...named: readonly (readonly [name: string, lines: readonly string[]])[]
): KnownBlock[] {
  const shown = named.filter(([, lines]) => lines.length > 0);
  if (shown.length === 0) return [];
  const bullets = (lines: readonly string[]) =>
    list(
      'bullet',
      lines.map((words) => line(...withLinks(words))),
    );
  return [richText(...shown.flatMap(([name, lines]) => [line(bold(name)), bullets(lines)]))];
}
