/** Finds the process type that a fix acts on: the one that the evidence names, which may differ from the target's. */

import type { Evidence, SourceName } from '../model/evidence.ts';
import type { ActionKind, RunbookContext } from '../model/terms.ts';
import { crashLoop } from '../modes/crash-loop.ts';

/** The sources that show the process type. */
export const NAMING_SOURCES: readonly SourceName[] = ['formation', 'dynos', 'releases', 'logs'];

/** Returns true for kinds that act on the process type that failure mode B names. */
export function actsOnNamedType(kind: ActionKind): boolean {
  return kind === 'resize' || kind === 'restart';
}

/** Returns the target's own type if the evidence names none. */
export function processTypeNamed(kind: ActionKind, evidence: Evidence, context: RunbookContext): string {
  const matches = crashLoop.match(evidence, [], context);
  const about = kind === 'resize' ? matches.filter(({ code }) => code === 'R14' || code === 'R15') : matches;
  const likely = about.find(({ confidence }) => confidence === 'likely') ?? about[0];
  return likely?.processType ?? context.target.processType;
}
