/** Turns a clause into a sentence: its first letter becomes upper case. */
export function capitalize(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
