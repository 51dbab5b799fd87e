/** The last Python traceback of an app's log, and what it says is missing. */
import type { Instant, LogLine } from './evidence.ts';

export interface Traceback {
  readonly at: Instant | null;
  readonly process: string;
  /** `ModuleNotFoundError: No module named 'x'` */
  readonly error: string;
  /** The last frames, innermost last: `raptor/wsgi.py:7 in <module>`. */
  readonly frames: readonly string[];
  readonly missing: Missing | null;
}

export interface Missing {
  readonly kind: 'module' | 'variable';
  readonly name: string;
}

const FRAME = /^\s*File "([^"]+)", line (\d+)(?:, in (.+))?/;
const ERROR = /^((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Configured))(?::|$)/;
const SHOWN_FRAMES = 4;

/** The last error with a traceback of the process type, or the last bare error line that says what is missing; else null. */
export function lastTraceback(lines: readonly LogLine[], processType: string): Traceback | null {
  const own = lines.filter((line) => line.source === 'app' && line.process.startsWith(`${processType}.`));
  let frames: string[] = [];
  let readsVariable = false;
  const found: Traceback[] = [];
  for (const line of own) {
    if (line.text.startsWith('Traceback (most recent call last)')) {
      frames = [];
      readsVariable = false;
      continue;
    }
    const [, file, at, where] = FRAME.exec(line.text) ?? [];
    if (file) {
      frames.push(`${shortPath(file)}:${at}${where ? ` in ${where}` : ''}`);
      continue;
    }
    if (/environ|getenv/.test(line.text)) readsVariable = true;
    const error = ERROR.test(line.text) ? line.text : null;
    if (error === null) continue;
    const missing = missingIn(error, readsVariable);
    // The same failure again, without its frames: keep what is already known of it.
    if (frames.length === 0 && found.at(-1)?.error === error) continue;
    if (frames.length > 0 || missing) {
      found.push({ at: line.at, process: line.process, error, frames: frames.slice(-SHOWN_FRAMES), missing });
    }
    frames = [];
    readsVariable = false;
  }
  return found.at(-1) ?? null;
}

function missingIn(error: string, readsVariable: boolean): Missing | null {
  const module = /^ModuleNotFoundError: No module named '([\w.]+)'/.exec(error)?.[1];
  if (module) return { kind: 'module', name: module };
  const imported = /^ImportError: cannot import name '(\w+)' from '([\w.]+)'/.exec(error);
  if (imported) return { kind: 'module', name: `${imported[2]}.${imported[1]}` };
  // A KeyError is about the environment when the code reads it, or the key is written as variables are.
  const key = /^KeyError: '(\w+)'/.exec(error)?.[1];
  if (key && (readsVariable || /^[A-Z][A-Z0-9_]{2,}$/.test(key))) return { kind: 'variable', name: key };
  const undefinedValue = /\b([A-Z][A-Z0-9_]{2,}) not found\. Declare it as envvar/.exec(error)?.[1];
  return undefinedValue ? { kind: 'variable', name: undefinedValue } : null;
}

/** `/app/raptor/wsgi.py` as `raptor/wsgi.py`; a library's path from its package on. */
function shortPath(file: string): string {
  return file.replace(/^.*site-packages\//, '').replace(/^\/app\//, '');
}
