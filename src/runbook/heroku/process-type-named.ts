/** Which process type a fix is about: the one that the evidence names, which need not be the target's own. */

import type { Evidence, SourceName } from '../model/evidence.ts';
import type { ActionKind, Context } from '../model/terms.ts';
import { crashLoop } from '../modes/crash-loop.ts';

/** What has to be seen to tell. */
export const NAMING_SOURCES: readonly SourceName[] = ['formation', 'dynos', 'releases', 'logs'];

/** Of these kinds failure mode B names the process type. */
export function actsOnNamedType(kind: ActionKind): boolean {
  return kind === 'resize' || kind === 'restart';
}

/** The target's own where the evidence names none. */
export function processTypeNamed(kind: ActionKind, evidence: Evidence, context: Context): string {
  const matches = crashLoop.match(evidence, [], context);
  const about = kind === 'resize' ? matches.filter(({ code }) => code === 'R14' || code === 'R15') : matches;
  const likely = about.find(({ confidence }) => confidence === 'likely') ?? about[0];
  return likely?.processType ?? context.target.processType;
}
