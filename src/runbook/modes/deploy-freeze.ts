/** Failure mode D: a deploy freeze blocks the deploy. */

import { isReachable } from '../checks/freeze.ts';
import { answerWords } from '../checks/health.ts';
import type { Mode } from '../model/check.ts';
import { FRESH_MS, newestFreezeCheck, readRuns, runsSeen } from '../runs/reading.ts';
import { runName } from '../runs/words.ts';
import { formatAgo } from '../text/time.ts';

export const deployFreeze: Mode = {
  id: 'D',
  words: {
    title: 'Deploy freeze blocks production deploy',
    symptom: '<workflow> workflow runs but <freeze_job> job fails; run is blocked.',
    cause: 'Global deploy freeze is active (set via <console_host> or <freeze_secret>=1 secret).',
    diagnosis: ['Check <console> deploy freeze toggle; check repo secret <freeze_secret>.'],
    fix: [
      'If freeze is intentional: wait for operator to lift it via console.',
      'If freeze is stuck (console unreachable): set <freeze_secret>=0 repo secret to lift, OR leave at 1 to enforce freeze even when console is down (see docs/ops/runbooks/deploy-freeze.md).',
    ],
    verification: 'Freeze check job passes; deploy proceeds.',
  },
  closesWhenSeen: ['runs', 'runDetails', 'olderRuns'],
  match(evidence, _findings, context) {
    const { console } = evidence;
    const { facts, now } = context;
    const seen = runsSeen(evidence);
    const newest = seen && newestFreezeCheck(readRuns(seen, context));
    if (!newest || newest.freeze.passed || now - newest.freeze.at > FRESH_MS) return [];
    const { run, freeze } = newest;
    // A check that timed out, for example, does not show whether there is a freeze.
    const confidence = freeze.saidNo ? 'likely' : 'possible';
    const lines = [
      `${facts.freeze.job} failed in ${runName(run)} (${run.event}, ${formatAgo(freeze.at, now)})`,
      run.url,
      console.ok ? `console: ${answerWords(console.value)}` : `console: unavailable (${console.detail})`,
    ];
    const stuck = console.ok && !isReachable(console.value);
    const words = stuck
      ? { title: 'Deploy freeze blocks production deploy, and the console that could lift it is unreachable' }
      : {};
    return [{ code: null, confidence, evidence: lines, missing: [], words }];
  },
};
