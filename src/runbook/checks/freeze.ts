/** Judges the deploy freeze by the last freeze check, because the console's toggle cannot be read from outside. */

import { defineCheck } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Observed } from '../model/observed.ts';
import type { HttpAnswer } from '../model/probes.ts';
import type { Judgement, RunbookContext } from '../model/terms.ts';
import { FRESH_MS, type FreezeCheck, newestFreezeCheck, readRuns } from '../runs/reading.ts';
import { formatAgo } from '../text/time.ts';
import { answerWords } from './health.ts';

export const freezeCheck = defineCheck({
  id: 'freeze',
  step: null,
  title: 'Deploy freeze',
  byHand: {
    command: 'open <console>',
    expect: 'The deploy freeze toggle is off; the repo secret <freeze_secret> is as intended.',
  },
  needs: ['runs', 'runDetails'],
  wants: ['console', 'freezeSecret', 'deployments', 'olderRuns'],
  judge({ console, freezeSecret, ...seen }, context) {
    const { now } = context;
    const newest = newestFreezeCheck(readRuns(seen, context));
    const details = [consoleWords(console), secretWords(freezeSecret, context)];
    const answers = console.ok ? (isReachable(console.value) ? 'yes' : 'no') : 'not seen';
    if (!newest) {
      const count = seen.runs.length;
      const which = count === 1 ? 'The last run' : `None of the last ${count} runs`;
      const summary = `${which} ${count === 1 ? 'did not finish' : 'finished'} a freeze check`;
      return { status: 'warn', summary, details };
    }
    return { ...judgeFreeze(newest.freeze, answers, now), details };
  },
});

/** `yes` if the console responds; `not seen` if it could not be probed. */
type ConsoleAnswers = 'yes' | 'no' | 'not seen';

function judgeFreeze({ passed, saidNo, at }: FreezeCheck, answers: ConsoleAnswers, now: number): Judgement {
  const when = formatAgo(at, now);
  if (!passed) {
    const stuck = answers === 'no' ? "; the console isn't responding, so the freeze may be stuck" : '';
    const status = now - at <= FRESH_MS ? 'fail' : 'warn';
    const frozen = saidNo ? 'deploys are frozen' : 'it gave no result, so deploys may be frozen';
    return { status, summary: `Last freeze check failed ${when}: ${frozen}${stuck}` };
  }
  if (answers !== 'yes') {
    const but = answers === 'no' ? "isn't responding now" : "couldn't be checked";
    return { status: 'warn', summary: `Last freeze check passed ${when}, but the console ${but}` };
  }
  return {
    status: 'pass',
    summary: `Last freeze check passed ${when}; console is up; freeze toggle not visible from outside`,
  };
}

/** Any response except a server error counts: people can use the console. */
export function isReachable(answer: HttpAnswer): boolean {
  return answer.kind === 'http' && answer.status < 500;
}

function consoleWords(console: Observed<HttpAnswer>): string {
  return console.ok ? `console: ${answerWords(console.value)}` : `console: unavailable (${console.detail})`;
}

function secretWords(secret: Evidence['freezeSecret'], { facts, now }: RunbookContext): string {
  const { secret: name } = facts.freeze;
  if (!secret.ok) return `secret ${name}: unavailable (${secret.detail})`;
  if (secret.value === null) return `secret ${name} is not set`;
  return `secret ${name} last changed ${formatAgo(secret.value.updatedAt, now)}`;
}
