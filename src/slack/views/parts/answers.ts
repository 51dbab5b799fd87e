/** Short replies: a sentence or two, with the card or the manual command that goes with them. */

import type { ManualCommand } from '../../../runbook/model/action.ts';
import { type Phrase, withoutMentions } from '../../../runbook/text/phrase.ts';
import {
  bold,
  boldLink,
  code,
  escapeText,
  line,
  type Message,
  phraseParts,
  plain,
  richText,
} from './message.ts';

/** A reply that may mention people and groups. */
export function phraseView(words: Phrase): Message {
  return { text: escapeText(withoutMentions(words)), blocks: [richText(line(...phraseParts(words)))] };
}

/** `card` links to the card that the reply refers to. Null when Slack gives no link. */
export function withCardView({ text, blocks }: Message, card: string | null): Message {
  return card === null
    ? { text, blocks }
    : { text, blocks: [...blocks, richText(line(boldLink(card, 'See its card')))] };
}

/**
 * Says why nothing was done, with the manual command if it is safe to run.
 * `card` links to an action that already does the same.
 */
export function notDoneView({ words, manualCommand }: NotDone, card: string | null = null): Message {
  const { text, blocks } = withCardView(phraseView(words), card);
  if (manualCommand === null) return { text, blocks };
  return {
    text: text + escapeText(byHandWords(manualCommand)),
    blocks: [...blocks, richText(...byHandLines(manualCommand))],
  };
}

interface NotDone {
  readonly words: Phrase;
  readonly manualCommand: ManualCommand;
}

/** Says what could not be done, with the commands that do it by hand. */
export function failureView(words: string, byHand: readonly string[]): Message {
  const { text, blocks } = sentenceView(words);
  if (byHand.length === 0) return { text, blocks };
  return {
    text: text + escapeText(` By hand: ${byHand.join(' · ')}`),
    blocks: [...blocks, richText(...byHand.flatMap(byHandLines))],
  };
}

/** For texts without blocks. */
export function byHandWords(manualCommand: ManualCommand): string {
  return manualCommand === null ? '' : ` By hand: ${manualCommand}`;
}

/** Puts the command on its own line, so that it can be copied. */
export function byHandLines(manualCommand: ManualCommand) {
  return manualCommand === null ? [] : [line(bold('By hand: '), code(manualCommand))];
}

/** For notifications and dialogs, which cannot mention anyone. */
/** Shows one or two sentences. Text between backticks is shown as code. */
export function sentenceView(words: string): Message {
  const parts = words.split('`').map((text, index) => (index % 2 === 1 ? code(text) : plain(text)));
  return { text: escapeText(words), blocks: [richText(line(...parts))] };
}
