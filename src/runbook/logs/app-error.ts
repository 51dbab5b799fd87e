/** Extracts the app's own error, as the app wrote it: that is what a lock screen should show. */

/**
 * Matches `ConnectionRefusedError: [Errno 111]`, `app.errors.ConfigError` and `raxx.Timeout: …` by the form of the
 * name.
 */
const ERROR =
  /(?:^|[\s:(])((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Configured|Timeout)(?::[^\n]*)?)$/;

/** `written`: texts from the app's log, the most useful first. Returns null if none of them names an error. */
export function appErrorIn(written: readonly string[]): string | null {
  for (const text of written) {
    const found = ERROR.exec(text.trim())?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** Returns the name without its module: `ConnectionRefusedError`. */
export function errorName(error: string): string {
  return error.split(':', 1)[0]?.split('.').at(-1) ?? error;
}
