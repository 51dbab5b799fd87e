/** A sentence whose times are values, so that a card can show them in the reader's time zone. */
import type { Instant } from '../model/instant.ts';
import { formatInstant } from './time.ts';

export interface TimedSentence {
  /** The words that a card shows in bold: `Failing since `. */
  readonly label: string;
  /** The rest, without a period at the end. */
  readonly parts: readonly (string | Instant)[];
}

/** Returns the sentence as text, with its times in UTC and a period. */
export function timedText({ label, parts }: TimedSentence): string {
  return `${label}${parts.map((part) => (typeof part === 'number' ? formatInstant(part) : part)).join('')}.`;
}
