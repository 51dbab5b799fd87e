/** Explains a diagnosis without a failure mode. Unread sources mean that there may still be one. */
import type { Diagnosis } from '../model/diagnosis.ts';

/** Returns words without a period. Returns null if a mode matches, or the app is healthy. */
export function noModeWords({ modes, verdict, unread }: Diagnosis): string | null {
  if (modes.length > 0 || verdict === 'healthy') return null;
  return unread.length > 0 ? 'No failure mode matches the available evidence' : 'No failure mode matches';
}
