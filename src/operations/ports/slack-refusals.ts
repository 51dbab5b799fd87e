/** Describes what Slack refused to show, kept for `raxx doctor`. */

import type { Instant } from '../../runbook/model/instant.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import type { Checkup } from '../diagnosis/doctor.ts';

export interface RefusalSeen {
  /** Example: `chat.update`. */
  readonly method: string;
  /** The form of the message (`as drawn`, or a simpler one), or the place where it was to be posted. */
  readonly what: string;
  readonly code: string;
  /** Slack's reason; null when it gives none. */
  readonly detail: string | null;
}

export interface KeptRefusal extends RefusalSeen {
  readonly times: number;
  readonly lastAt: Instant;
}

/** Returns one line per refusal. Each is only a warning, because the content was shown in another way, or reported. */
export function refusalCheckups(refusals: readonly KeptRefusal[]): Checkup[] {
  return refusals.map(({ method, what, code, detail, times, lastAt }) => {
    const often = times === 1 ? 'once' : `${times} times`;
    const reason = detail === null ? '' : `: ${detail}`;
    return {
      status: 'warn',
      about: `Slack ${method}`,
      words: `refused ${often}, last at ${formatInstant(lastAt)} (${what}): ${code}${reason}`,
    };
  });
}
