/** A number that a test measured, a line each in its output. */
export function figure(words: string): void {
  process.stdout.write(`figure: ${words}\n`);
}
