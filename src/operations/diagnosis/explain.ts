/**
 * Explains what changed, in full: with the diffs, for which the verdict did not wait, and with the last failure like
 * this one.
 */

import { changesAround } from '../../runbook/changes/judge.ts';
import type { Action } from '../../runbook/model/action.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { ChangeReport, SeenBefore, WatchedBracket } from '../../runbook/model/change.ts';
import type { Diagnosis } from '../../runbook/model/diagnosis.ts';
import type { Evidence } from '../../runbook/model/evidence.ts';
import type { RunbookContext } from '../../runbook/model/terms.ts';
import type { ReadDiffs } from './read-diffs.ts';

export interface Explaining {
  readonly evidence: Evidence;
  readonly context: RunbookContext;
  readonly diagnosis: Diagnosis;
  readonly watched: WatchedBracket;
  /** The target's actions, newest first. */
  readonly actions: readonly Action[];
  /** The purpose of the reading, which decides who is refused first when the hour's allowance runs low. */
  readonly use: Use;
}

/** Never rejects: the report says what could not be read. */
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
    const report =
      diffs.size === 0 ? changes : changesAround({ ...explaining, verdict, findings, modes, diffs });
    return { ...report, before };
  };
}

/** Without a ledger there is no earlier failure to find. */
export const NOTHING_RECALLED: Recall = async () => null;
