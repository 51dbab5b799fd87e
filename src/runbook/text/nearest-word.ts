/** Finds the word that a typo probably meant. */
import { distance } from 'fastest-levenshtein';

/**
 * Returns the candidate closest to `word`, or null if it takes more than two edits and more than a third of the word's
 * length.
 */
export function nearestWord(word: string, candidates: readonly string[]): string | null {
  const ranked = candidates.map((candidate) => ({
    candidate,
    steps: distance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  ranked.sort((one, other) => one.steps - other.steps);
  const best = ranked[0];
  return best && best.steps <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : null;
}
