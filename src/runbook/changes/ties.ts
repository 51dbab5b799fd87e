/** Finds what ties a change to the failure: two facts that name the same thing, never a guess. */

import type { Cause } from '../logs/cause.ts';
import type { ChangeEvent } from '../model/change.ts';
import type { Diff } from '../model/github.ts';
import type { Clues } from './clues.ts';

/** Matches the files that decide which packages are installed, anywhere in the repository. */
const DEPENDENCY_FILE =
  /(?:^|\/)(?:requirements[\w.-]*\.(?:txt|in)|requirements\/[\w.-]+\.(?:txt|in)|constraints[\w.-]*\.txt|Pipfile(?:\.lock)?|pyproject\.toml|poetry\.lock|uv\.lock|setup\.(?:py|cfg)|environment\.ya?ml)$/;

/** Returns the tie as one clause, or null if there is none. */
export function tieOf(event: ChangeEvent, diff: Diff | null, clues: Clues): string | null {
  return byVariable(event, clues) ?? byMemory(event, clues) ?? (diff && byDiff(diff, clues));
}

function byVariable({ removed }: ChangeEvent, { cause }: Clues): string | null {
  const missing = namesMissing(cause);
  const gone = removed.find((name) => missing.includes(name.toLowerCase()));
  return gone === undefined ? null : `it removed ${gone}, which is missing now`;
}

/** Settings classes name the field, usually in lower case, so both spellings count. */
function namesMissing(cause: Cause | null): readonly string[] {
  return cause?.kind === 'config_var' || cause?.kind === 'settings'
    ? cause.names.map((name) => name.toLowerCase())
    : [];
}

function byMemory({ scaled }: ChangeEvent, { outOfMemory }: Clues): string | null {
  const type = [...scaled.keys()].find((one) => outOfMemory.has(one));
  return type === undefined ? null : `it scaled ${type}, which is running out of memory`;
}

function byDiff({ files }: Diff, { files: raised, cause }: Clues): string | null {
  const paths = files.flatMap(({ path, before }) => (before === null ? [path] : [path, before]));
  const shared = raised.toReversed().find((file) => paths.some((path) => isSameFile(path, file)));
  if (shared !== undefined) return `${shared} is in the traceback`;
  if (cause?.kind === 'own_module') {
    const gone = paths.find((path) => isModule(path, cause.name));
    return gone === undefined ? null : `it changed ${gone}, and the module ${cause.name} is missing`;
  }
  if (cause?.kind === 'module' || cause?.kind === 'version') {
    const file = paths.find((path) => DEPENDENCY_FILE.test(path));
    const what =
      cause.kind === 'module' ? `the module ${cause.name} is missing` : `${cause.library} is incompatible`;
    return file === undefined ? null : `it changed ${file}, and ${what}`;
  }
  if (cause?.kind === 'command') {
    const file = paths.find((path) => /(?:^|\/)Procfile$/.test(path) || DEPENDENCY_FILE.test(path));
    return file === undefined ? null : `it changed ${file}, and ${cause.name} cannot be run`;
  }
  return null;
}

/** The app may be in a folder of the repository. A bare name (`app.py`) only matches at the root. */
function isSameFile(path: string, file: string): boolean {
  return path === file || (file.includes('/') && path.endsWith(`/${file}`));
}

function isModule(path: string, name: string): boolean {
  const stem = name.replaceAll('.', '/');
  return [`${stem}.py`, `${stem}/__init__.py`].some((file) => path === file || path.endsWith(`/${file}`));
}
