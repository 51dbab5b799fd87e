/** Finds why a process ended in what it wrote before its end. */
import type { LogLine } from '../model/heroku.ts';
import type { Boot } from './boot.ts';
import type { Cause } from './cause.ts';
import { lastWords } from './last-words.ts';
import { pythonCause } from './python-cause.ts';
import { shellCause } from './shell-cause.ts';

/** `command`: what the process ran, or null when unknown. Returns null if the app wrote nothing. */
export function causeOf(output: readonly LogLine[], command: string | null): Cause | null {
  return shellCause(output) ?? pythonCause(output, command) ?? lastWords(output);
}

/** A boot that came up is judged by its last minute, because what it logged long before is not why it ended. */
const LAST_MINUTE_MS = 60_000;

export function causeOfEnd(boot: Boot, commandNow: string | null): Cause | null {
  const { output, upAt, end } = boot;
  const last =
    upAt === null || !end ? output : output.filter(({ at }) => at === null || at >= end.at - LAST_MINUTE_MS);
  return causeOf(last, boot.command ?? commandNow);
}

/** The number of crashes before the last one that are searched for a traceback of the same error. */
const EARLIER = 5;

/**
 * Finds why the newest of these boots ended. If it printed only its error, the traceback comes from an earlier boot
 * that printed one for the very same error. `boots`: crashed boots, oldest first.
 */
export function causeOfCrashes(boots: readonly Boot[], commandNow: string | null): Cause | null {
  const [newest, ...earlier] = boots.slice(-EARLIER).toReversed();
  const cause = newest ? causeOfEnd(newest, commandNow) : null;
  if (!cause) return null;
  const others = earlier.map((boot) => causeOfEnd(boot, commandNow)).filter((one) => one !== null);
  return (
    others.find((one) => isSameError(one, cause) && one.evidence.length > cause.evidence.length) ?? cause
  );
}

/** Without its traceback an error is only `words`, whatever the traceback would have shown. */
function isSameError(earlier: Cause, newest: Cause): boolean {
  if (newest.kind === 'words') return newest.error !== null && earlier.error === newest.error;
  return earlier.kind === newest.kind && earlier.evidence[0] === newest.evidence[0];
}
