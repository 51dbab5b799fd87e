/** Actions in the `--json` output of the terminal. */

import { decisionOf } from '../runbook/actions/decided-by.ts';
import type { Action, ManualCommand } from '../runbook/model/action.ts';
import type { Happening } from '../runbook/model/happening.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { timelineWords } from '../runbook/model/timeline.ts';

export function actionJson(action: Action) {
  const { id, kind, target, app, state, plan, reason, askedBy, outcome, aftermath, trail } = action;
  return {
    schema: 1,
    id,
    kind,
    target,
    app,
    state,
    title: plan.title,
    reason: reason ?? '',
    asked_by: askedBy,
    decided: decisionOf(action),
    asked_at: iso(action.askedAt),
    sent_at: isoOrNull(action.sentAt),
    ended_at: isoOrNull(action.endedAt),
    outcome: outcome && {
      words: outcome.words,
      ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
      evidence: outcome.evidence,
      next: outcome.next,
      by_hand: outcome.manualCommand,
    },
    aftermath: aftermath && { kind: aftermath.kind, words: aftermath.words },
    undo: outcome?.undo ?? plan.undo,
    by_hand: plan.byHand,
    audit: trail.at(-1)?.hash ?? null,
  };
}

/** For `--plan`. */
export function planJson({ kind, target, app, plan }: Pick<Action, 'kind' | 'target' | 'app' | 'plan'>) {
  const { title, will, warnings = [], evidence, undo, byHand } = plan;
  const expect = [...warnings, ...plan.expect];
  return {
    schema: 1,
    id: null as string | null,
    kind,
    target,
    app,
    state: 'planned',
    title,
    will,
    expect,
    evidence,
    undo,
    by_hand: byHand,
  };
}

/** Something that a person did besides changing the app. */
export function happeningJson({ kind, target, who, at, words, until, hash }: Happening) {
  const said = words ?? (until === null ? timelineWords({ event: kind, words, byHand: false }) : iso(until));
  return { kind, target: target ?? '', by: who, at: iso(at), words: said, audit: hash };
}

/** For a refused command, which has no row. */
export function refusedJson(
  kind: Action['kind'],
  target: string,
  words: string,
  manualCommand: ManualCommand,
) {
  const outcome = { words, by_hand: manualCommand };
  return { schema: 1, id: null as string | null, kind, target, state: 'refused', outcome };
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}
