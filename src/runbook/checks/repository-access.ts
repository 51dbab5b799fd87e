/** What GitHub lets the bot see of its own standing: known before anybody approves, so it is said before anybody waits. */

import type { Repository } from '../model/evidence.ts';
import type { Context } from '../model/terms.ts';
import { formatDuration, formatInstant } from '../text/time.ts';

/** Time for a person who is on holiday to come back and make a new token. */
const EXPIRES_SOON_MS = 14 * 24 * 3_600_000;

export interface AccessFault {
  /** `fail`: a deploy would be refused. */
  readonly status: 'warn' | 'fail';
  readonly words: string;
}

export function accessFaults(
  { movedTo, defaultBranch, tokenExpiresAt }: Repository,
  { facts, now }: Pick<Context, 'facts' | 'now'>,
): AccessFault[] {
  const { repository, ref } = facts.github;
  const faults: AccessFault[] = [];
  if (movedTo !== undefined)
    faults.push({
      status: 'fail',
      words: `the repository ${repository} is ${movedTo} now: put the new name into github.repository of the runbook file`,
    });
  if (defaultBranch !== ref)
    faults.push({
      status: 'warn',
      words: `the default branch is ${defaultBranch}, and github.ref in the runbook file is ${ref}`,
    });
  if (tokenExpiresAt !== undefined && tokenExpiresAt - now <= EXPIRES_SOON_MS)
    faults.push({
      status: 'warn',
      words: `the GitHub token expires in ${formatDuration(tokenExpiresAt - now)} (${formatInstant(tokenExpiresAt)}): make a new one and give it to the bot`,
    });
  return faults;
}
