/** Prints a number that a test measured, as one line of its output. */
export function figure(words: string): void {
  process.stdout.write(`figure: ${words}\n`);
}
