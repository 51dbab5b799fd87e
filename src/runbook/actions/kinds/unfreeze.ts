/**
 * The fix for a stuck freeze (failure mode D): sets the override secret to 0, only while the console is unreachable.
 */

import { isReachable } from '../../checks/freeze.ts';
import { answerWords } from '../../checks/health.ts';
import { type ActionEvidence, type ActionSpec, type Applies, refusal } from '../../model/action-spec.ts';
import type { RunbookContext } from '../../model/terms.ts';
import { newestFreezeCheck, readRuns, runsSeen } from '../../runs/reading.ts';
import { runName } from '../../runs/words.ts';
import { capitalize } from '../../text/capitalize.ts';
import { formatAgo, formatInstant } from '../../text/time.ts';
import { FREEZE_LIFTED, setSecretCommand } from '../manual-command.ts';

const LIFTED = FREEZE_LIFTED;

export const unfreeze: ActionSpec<'unfreeze'> = {
  kind: 'unfreeze',
  rule: 'fix',
  holdsAtOnce: true,
  safeToRepeat: true,
  needs: ['runs', 'runDetails', 'console', 'freezeSecret'],
  looksAt: () => ['freezeSecret'],
  // The action sends two requests to GitHub, each with its own timeout.
  writesWithinMs: 45_000,
  withinMs: 60_000,
  next: ['deploy'],
  plan(evidence, context) {
    const { target, facts, now } = context;
    const { secret, console: consoleUrl } = facts.freeze;
    const stuck = isStuck(evidence, context);
    // There is no manual command here: the runbook lifts the freeze by hand only while the console is unreachable, and
    // that was not confirmed.
    if (!stuck.ok) return refusal(`${capitalize(stuck.words)}.`);
    if (!evidence.freezeSecret.ok)
      return refusal(
        `Couldn't read the secret ${secret} (${evidence.freezeSecret.detail}), so a change couldn't be verified.`,
        setSecretCommand(facts, secret, LIFTED),
      );
    const changedAt = evidence.freezeSecret.value?.updatedAt ?? null;
    const age = changedAt === null ? 'is not set' : `was last changed ${formatAgo(changedAt, now)}`;
    const answer = evidence.console.ok ? answerWords(evidence.console.value) : '';
    return {
      ok: true,
      params: { app: target.app, secret, changedAt },
      plan: {
        title: `Lift the stuck freeze (${secret}=${LIFTED})`,
        will: [`Set the repository secret ${secret} of ${facts.github.repository} to ${LIFTED}.`],
        expect: [
          'The next freeze check passes, for every deploy, until someone changes the secret again.',
          'The old value cannot be read, so it cannot be put back automatically.',
          'The runbook’s alternative: leave it at 1, which enforces the freeze even while the console is down.',
        ],
        evidence: [stuck.words, `${consoleUrl}: ${answer}`, `${secret} ${age}`],
        undo: `Set ${secret} to 1 again: ${setSecretCommand(facts, secret, '1')}`,
        byHand: setSecretCommand(facts, secret, LIFTED),
        danger: false,
      },
    };
  },
  stillApplies({ secret, changedAt }, evidence, context) {
    const stuck = isStuck(evidence, context);
    if (!stuck.ok) return stuck;
    if (!evidence.freezeSecret.ok)
      return { ok: false, words: `couldn't read ${secret} (${evidence.freezeSecret.detail})` };
    if ((evidence.freezeSecret.value?.updatedAt ?? null) === changedAt) return { ok: true };
    return { ok: false, words: `${secret} has changed since this was proposed` };
  },
  requests: ({ secret }) => [
    {
      api: 'github',
      method: 'PUT',
      path: `/actions/secrets/${encodeURIComponent(secret)}`,
      sealed: LIFTED,
      token: 'admin',
    },
  ],
  look({ secret, changedAt }, { freezeSecret }, _context, { progress }) {
    if (!freezeSecret.ok) return { seen: 'not_yet', words: freezeSecret.detail };
    const seenAt = freezeSecret.value?.updatedAt ?? null;
    if (seenAt === null || seenAt === changedAt)
      return { seen: 'not_yet', words: `${secret} has not changed` };
    return {
      seen: 'done',
      words: `${secret} was changed${progress.answered === true ? '' : ' (GitHub gave no clear response: probably by this action, but not certainly)'}; the next freeze check shows whether the freeze is lifted`,
      evidence: [`${secret} changed ${formatInstant(seenAt)}`],
    };
  },
};

/**
 * A freeze is stuck when the newest freeze check failed, and the console that could lift the freeze does not respond.
 */
function isStuck(evidence: ActionEvidence, context: RunbookContext): Applies & { words: string } {
  const { runs, runDetails, console } = evidence;
  const { facts } = context;
  const no = (words: string) => ({ ok: false, words }) as const;
  if (!console.ok) return no(`can't tell whether the console is up (${console.detail})`);
  if (isReachable(console.value))
    return no(
      `the console is up (${answerWords(console.value)}): lift the freeze at ${facts.freeze.console}`,
    );
  if (!runs.ok) return no(`couldn't read the workflow runs (${runs.detail})`);
  if (!runDetails.ok) return no(`couldn't read the freeze checks (${runDetails.detail})`);
  const seen = runsSeen(evidence);
  const newest = seen && newestFreezeCheck(readRuns(seen, context));
  if (!newest?.freeze.saidNo) return no('the last freeze check did not fail: nothing is frozen');
  return { ok: true, words: `${facts.freeze.job} failed in ${runName(newest.run)}` };
}
