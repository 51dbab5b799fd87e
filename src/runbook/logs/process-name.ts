/** Which process type a dyno's name belongs to: `web.1` (Cedar), `web-1234abcde44-123ab` (Fir). */

/** One-off dynos. Where the formation has a type of the same name, its dynos are not one-offs. */
const ONE_OFF: ReadonlySet<string> = new Set(['run', 'release', 'scheduler']);

const CEDAR = /^([\w-]+)\.\d+$/;
const FIR = /^([\w-]+)-[0-9a-z]+-[0-9a-z]{5}$/;

/** `web` for `web.1`. Returns null if it is not a dyno's name (`router`, `api`, `logplex`). */
export function processTypeOf(dyno: string): string | null {
  return CEDAR.exec(dyno)?.[1] ?? FIR.exec(dyno)?.[1] ?? null;
}

/** Whether the type is `run`, `release` or `scheduler`, and the formation has no such type. */
export function isOneOff(type: string, formationTypes: readonly string[]): boolean {
  return ONE_OFF.has(type) && !formationTypes.includes(type);
}
