/** Recognizes what the shell writes when it cannot start the command in the Procfile. */
import type { LogLine } from '../model/heroku.ts';
import type { Cause, Reason } from './cause.ts';

const NOT_FOUND = /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?:exec: )?(.+?): (?:command )?not found$/;
const NO_FILE = /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?:exec: )?(.+?): No such file or directory$/;
const NOT_PERMITTED =
  /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?:exec: )?(.+?): (?:cannot execute: )?Permission denied$/;
const UNBOUND =
  /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?([A-Za-z_]\w*): (?:unbound variable|parameter (?:null or )?not set)$/;

/** Returns null if the shell did not complain. */
export function shellCause(output: readonly LogLine[]): Cause | null {
  for (const { text } of output.toReversed()) {
    const reason = complaintIn(text);
    if (reason) return { ...reason, evidence: [text], error: null };
  }
  return null;
}

function complaintIn(text: string): Reason | null {
  const missing = NOT_FOUND.exec(text)?.[1] ?? NO_FILE.exec(text)?.[1];
  if (missing !== undefined) return { kind: 'command', name: missing, why: 'not_found' };
  const refused = NOT_PERMITTED.exec(text)?.[1];
  if (refused !== undefined) return { kind: 'command', name: refused, why: 'not_permitted' };
  const unbound = UNBOUND.exec(text)?.[1];
  return unbound === undefined ? null : { kind: 'config_var', names: [unbound] };
}
