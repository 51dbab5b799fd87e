/** What is said where no failure mode matches: with sources unseen that is no proof that there is none. */
import type { Diagnosis } from '../model/diagnosis.ts';

/** One sentence; '' where a mode matches, or a healthy app needs none. */
export function noModeWords({ modes, verdict, unread }: Diagnosis): string {
  if (modes.length > 0 || verdict === 'healthy') return '';
  return unread.length > 0
    ? 'Nothing that was seen matches a failure mode of the runbook.'
    : 'No failure mode of the runbook matches.';
}
