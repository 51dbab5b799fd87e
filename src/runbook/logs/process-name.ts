/** Which process type a dyno's name belongs to: `web.1` (Cedar), `web-1234abcde44-123ab` (Fir). */

/** One-off dynos. A formation may have a type of the same name; then its dynos are no one-offs. */
const ONE_OFF: ReadonlySet<string> = new Set(['run', 'release', 'scheduler']);

const CEDAR = /^([\w-]+)\.\d+$/;
const FIR = /^([\w-]+)-[0-9a-z]+-[0-9a-z]{5}$/;

/** `web` of `web.1`; null: no dyno has such a name (`router`, `api`, `logplex`). */
export function processTypeOf(dyno: string): string | null {
  return CEDAR.exec(dyno)?.[1] ?? FIR.exec(dyno)?.[1] ?? null;
}

/** `run`, `release` and `scheduler`, where the formation has no such type. */
export function isOneOff(type: string, formationTypes: readonly string[]): boolean {
  return ONE_OFF.has(type) && !formationTypes.includes(type);
}
