/** Renders a diagnosis as the contract's JSON object (section 5). Names and order change only with a major version. */
import type { ChangeReport } from '../model/change.ts';
import type { Diagnosis } from '../model/diagnosis.ts';

export function toJson(diagnosis: Diagnosis) {
  return {
    schema: 1,
    target: diagnosis.target,
    app: diagnosis.app,
    at: new Date(diagnosis.at).toISOString(),
    took_ms: diagnosis.tookMs,
    verdict: diagnosis.verdict,
    steps: diagnosis.findings.map(({ step, id, status, summary }) => ({ step, id, status, summary })),
    failure_modes: diagnosis.modes.map(
      ({ id, code, confidence, processType, title, evidence, missing, fix, verification }) => ({
        id,
        code,
        confidence,
        title,
        evidence: [...evidence, ...missing.map((words) => `not seen: ${words}`)],
        fix,
        verification,
        ...(processType === undefined ? {} : { process_type: processType }),
      }),
    ),
    escalations: diagnosis.escalations.map(({ condition, reason, dueAt }) => ({
      condition,
      reason,
      due_at: new Date(dueAt).toISOString(),
    })),
    actions: diagnosis.actions,
    changes: changesJson(diagnosis.changes),
  };
}

/** Changes, newest first. */
export function changesJson({ list }: ChangeReport) {
  return list.map(({ at, kind, what, who, verdict, because }) => ({
    at: new Date(at).toISOString(),
    kind,
    what,
    who,
    verdict,
    because,
  }));
}
