/** What changed, told in full: with the diffs that the verdict did not wait for, and whether it failed like this before. */

import { changesAround } from '../../runbook/changes/judge.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { ChangeReport, SeenBefore, WatchedBracket } from '../../runbook/model/change.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Evidence } from '../../runbook/model/evidence.ts';
import type { Context } from '../../runbook/model/terms.ts';
import type { ReadDiffs } from './read-diffs.ts';

export interface Explaining {
  readonly evidence: Evidence;
  readonly context: Context;
  readonly diagnosis: Diagnosis;
  readonly watched: WatchedBracket;
  /** Of this target, newest first. */
  readonly actions: readonly Action[];
  /** What the reading is for: it says who is refused first when an hour's allowance runs low. */
  readonly use: Use;
}

/** Never rejects: what could not be read is said in it. */
export type Explain = (explaining: Explaining) => Promise<ChangeReport>;

/** Looks for the last failure like this one. Never rejects. */
export type Recall = (explaining: Explaining) => Promise<SeenBefore | null>;

export function createExplain(readDiffs: ReadDiffs, recall: Recall): Explain {
  return async (explaining) => {
    const { diagnosis, context } = explaining;
    const { changes, verdict, findings, modes } = diagnosis;
    if (changes.state !== 'failing') return changes;
    const [diffs, before] = await Promise.all([
      readDiffs(context.target.app, changes.wanted, explaining.use),
      recall(explaining),
    ]);
    const told =
      diffs.size === 0 ? changes : changesAround({ ...explaining, verdict, findings, modes, diffs });
    return { ...told, before };
  };
}

/** Without a ledger nobody remembers. */
export const NOTHING_RECALLED: Recall = async () => null;
