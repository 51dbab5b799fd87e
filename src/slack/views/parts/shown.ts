/** Each fact is shown once: lines of evidence come from several sources, and one may say what the card says already. */
import { clip } from './message.ts';

/** Router lines are longer, but nobody reads them to the end at night. */
const LONGEST_LINE = 140;

export function evidenceLine(words: string): string {
  return clip(words, LONGEST_LINE);
}

/** Whether one of the texts that the card shows has the line in it, or is the end of it (after a dyno's name, a time). */
export function isShown(line: string, shown: readonly string[]): boolean {
  const words = line.trim();
  return shown.some((one) => one !== '' && (one.includes(words) || words.endsWith(one)));
}
