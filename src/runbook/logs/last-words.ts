/** Returns the last lines before the exit, for an end that no rule recognizes. */
import type { LogLine } from '../model/heroku.ts';
import { appErrorIn } from './app-error.ts';
import type { Cause } from './cause.ts';

const SHOWN_LINES = 3;

/** Servers announce every shutdown, which is not why they end. */
const ROUTINE = /\b(?:INFO|DEBUG)\b|"level": ?"(?:info|debug)"|^\s*$|^(?:Traceback|\s+File )/;

/** Matches a line that begins with an error's name or severity, in the forms of other languages and tools. */
const NAMES_ERROR =
  /^\s*(?:(?:Uncaught |Unhandled )?(?:[A-Za-z_$][\w$]*[.:]+)*[A-Za-z_$]*(?:Error|Exception)(?: \[\w+\])?: |(?:ERROR|FATAL|FAILED|panic|fatal error|error)\b ?[:[(])/;

/** Leaves out routine lines, unless there are no others. Returns null if the app wrote nothing. */
export function lastWords(output: readonly LogLine[]): Cause | null {
  const notable = output.filter(({ text }) => !ROUTINE.test(text));
  const lines = notable.length > 0 ? notable : output;
  // The text after an error (a stack, its fields, a bracket) matters less than the error.
  const error = lines.findLastIndex(({ text }) => NAMES_ERROR.test(text));
  const from = error === -1 ? lines.length - SHOWN_LINES : Math.min(error, lines.length - SHOWN_LINES);
  const quoted = lines
    .slice(Math.max(0, from))
    .slice(0, SHOWN_LINES)
    .map(({ text }) => messageIn(text));
  return quoted.length === 0 ? null : { kind: 'words', evidence: quoted, error: appErrorIn(quoted) };
}

/** Returns the message in a line of JSON, and any other line unchanged. */
function messageIn(text: string): string {
  const fields = text.startsWith('{') ? fieldsOf(text) : {};
  const messages = ['message', 'msg', 'event', 'error', 'exception']
    .map((field) => fields[field])
    .filter((one) => typeof one === 'string');
  return messages.length > 0 ? messages.join(': ') : text.trim();
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
