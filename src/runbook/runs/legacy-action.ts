/** Finds the action of failure mode C in a workflow's text. */

import type { WorkflowFile } from '../model/github.ts';

/** GitHub ignores the case of actions and inputs. The action itself is published as `AkhileshNS`. */
const USES = /^(\s*)(-\s+)?['"]?uses['"]?:\s*['"]?akhileshns\/heroku-deploy@/i;
const SAFE = /^\s*dontautocreate:\s*['"]?true['"]?\s*(#.*)?$/i;

export interface LegacyUse {
  /** The line number in the file, starting at 1. */
  readonly line: number;
  readonly safe: boolean;
}

/**
 * Returns every step that uses `akhileshns/heroku-deploy`, and whether it sets `dontautocreate: true`. Commented lines
 * do not count. A step ends at the next line that is indented no more than its dash.
 */
export function legacyUses(text: string): LegacyUse[] {
  const lines = text.split('\n').map((line) => (/^\s*#/.test(line) ? '' : line));
  return lines.flatMap((line, index) => {
    if (!USES.test(line)) return [];
    const step = stepAround(lines, index);
    return [{ line: index + 1, safe: step.some((one) => SAFE.test(one)) }];
  });
}

/** Returns a line for each unsafe step: `deploy.yml:9 uses akhileshns/heroku-deploy without dontautocreate: true`. */
export function unsafeLegacyUses(workflows: readonly WorkflowFile[]): string[] {
  return workflows.flatMap(({ file, text }) =>
    text === null
      ? []
      : legacyUses(text)
          .filter(({ safe }) => !safe)
          .map(({ line }) => `${file}:${line} uses akhileshns/heroku-deploy without dontautocreate: true`),
  );
}

/** Returns the lines of the list item that contains `index`. */
function stepAround(lines: readonly string[], index: number): readonly string[] {
  const indentOf = (line: string) => line.length - line.trimStart().length;
  const own = lines[index] ?? '';
  let begin = index;
  if (!/^\s*-/.test(own)) {
    while (begin > 0 && !(/^\s*-\s/.test(lines[begin] ?? '') && indentOf(lines[begin] ?? '') < indentOf(own)))
      begin -= 1;
  }
  const dash = indentOf(lines[begin] ?? '');
  let end = index + 1;
  while (end < lines.length && (lines[end]?.trim() === '' || indentOf(lines[end] ?? '') > dash)) end += 1;
  return lines.slice(begin, end);
}
