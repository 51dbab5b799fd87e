/** Derives the process type from a dyno's name: `web.1` (Cedar), `web-1234abcde44-123ab` (Fir). */

/** The process types of one-off dynos. If the formation has a type of the same name, its dynos are not one-offs. */
const ONE_OFF: ReadonlySet<string> = new Set(['run', 'release', 'scheduler']);

const CEDAR = /^([\w-]+)\.\d+$/;
const FIR = /^([\w-]+)-[0-9a-z]+-[0-9a-z]{5}$/;

/** Returns `web` for `web.1`. Returns null for names that are not a dyno's (`router`, `api`, `logplex`). */
export function processTypeOf(dyno: string): string | null {
  return CEDAR.exec(dyno)?.[1] ?? FIR.exec(dyno)?.[1] ?? null;
}

/** Returns true if the type is `run`, `release` or `scheduler`, and the formation has no such type. */
export function isOneOff(type: string, formationTypes: readonly string[]): boolean {
  return ONE_OFF.has(type) && !formationTypes.includes(type);
}
