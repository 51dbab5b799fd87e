/** The app's own error among lines of evidence: what a lock screen should show. */

/** `ConnectionRefusedError: [Errno 111]`, `app.errors.ConfigError`, `raxx.Timeout: …`; recognized by the form of its name. */
const ERROR =
  /(?:^|[\s:(])((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Configured|Timeout)(?::[^\n]*)?)$/;

/** Null when there is none. Router lines (`at=error`) and Heroku's own (`Error R14`) do not count. */
export function errorIn(lines: readonly string[]): string | null {
  for (const line of lines) {
    const found = line.includes('at=error') ? undefined : ERROR.exec(line.trim())?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** `ConnectionRefusedError`: the name alone, without its module. */
export function errorName(error: string): string {
  return error.split(':', 1)[0]?.split('.').at(-1) ?? error;
}
