/**
 * Shows each fact once. Lines of evidence come from several sources, and one may repeat what the card already shows.
 */
import { clip } from './message.ts';

/** Router lines are longer, but nobody reads them to the end at night. */
const LONGEST_LINE = 140;

export function evidenceLine(words: string): string {
  return clip(words, LONGEST_LINE);
}

/** Returns whether one of the shown texts contains the line, or is its end (after a dyno's name or a time). */
export function isShown(line: string, shown: readonly string[]): boolean {
  const words = line.trim();
  return shown.some((one) => one !== '' && (one.includes(words) || words.endsWith(one)));
}
