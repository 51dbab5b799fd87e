/** A sentence from a clause: its first letter in upper case. */
export function capitalize(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
