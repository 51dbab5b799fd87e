/**
 * Judges the bot's own access to GitHub, which is known up front, so a problem is reported before anyone approves or
 * waits.
 */

import type { Repository } from '../model/github.ts';
import type { RunbookContext } from '../model/terms.ts';
import { formatDuration, formatInstant } from '../text/time.ts';

/** This leaves time for someone to come back from vacation and create a new token. */
const EXPIRES_SOON_MS = 14 * 24 * 3_600_000;

export interface AccessFault {
  /** `fail` if GitHub would refuse a deploy. */
  readonly status: 'warn' | 'fail';
  readonly words: string;
}

export function accessFaults(
  { movedTo, defaultBranch, tokenExpiresAt }: Repository,
  { facts, now }: Pick<RunbookContext, 'facts' | 'now'>,
): AccessFault[] {
  const { repository, ref } = facts.github;
  const faults: AccessFault[] = [];
  if (movedTo !== undefined)
    faults.push({
      status: 'fail',
      words: `the repository ${repository} was renamed to ${movedTo}: update github.repository in the runbook file`,
    });
  if (defaultBranch !== ref)
    faults.push({
      status: 'warn',
      words: `the default branch is ${defaultBranch}, but github.ref in the runbook file is ${ref}`,
    });
  if (tokenExpiresAt !== undefined && tokenExpiresAt - now <= EXPIRES_SOON_MS)
    faults.push({
      status: 'warn',
      words: `the GitHub token expires in ${formatDuration(tokenExpiresAt - now)} (${formatInstant(tokenExpiresAt)}): create a new one for the bot`,
    });
  return faults;
}
