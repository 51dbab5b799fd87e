/** The exit status of a diagnosis (contract, section 5). Scripts rely on it. */
import type { Diagnosis } from '../model/diagnosis.ts';

/** Returns 1 if something is wrong, 2 if something is unknown, and 0 otherwise. */
export function exitStatus({ verdict, modes, escalations, findings, at }: Diagnosis): 0 | 1 | 2 {
  const wrong =
    verdict === 'stopped' ||
    verdict === 'down' ||
    verdict === 'degraded' ||
    modes.some(({ confidence }) => confidence === 'likely') ||
    escalations.some(({ dueAt }) => dueAt <= at);
  if (wrong) return 1;
  return verdict === 'unknown' || findings.some(({ status }) => status === 'unknown') ? 2 : 0;
}
