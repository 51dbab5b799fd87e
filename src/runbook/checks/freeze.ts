/** The deploy freeze: what the last freeze check said. The console's toggle itself cannot be read from outside. */
import { formatAgo } from '../age.ts';
import { deployRuns, FRESH_MS, newestFreezeCheck } from '../deploy-runs.ts';
import { type Context, defineCheck, type Judgement } from '../diagnosis.ts';
import type { Evidence, HttpAnswer, Observed } from '../evidence.ts';
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
  wants: ['console', 'freezeSecret', 'deployments'],
  judge({ runs, runDetails, console, freezeSecret, deployments }, context) {
    const { target, facts, now } = context;
    const newest = newestFreezeCheck(deployRuns(runs, runDetails, deployments, target, facts));
    const details = [consoleWords(console), secretWords(freezeSecret, context)];
    const answers = console.ok ? (isReachable(console.value) ? 'yes' : 'no') : 'not seen';
    if (!newest?.freeze) {
      return {
        status: 'warn',
        summary: `No run among the last ${runs.length} finished a freeze check`,
        details,
      };
    }
    const when = formatAgo(newest.freeze.completedAt ?? newest.run.updatedAt, now);
    return {
      ...judgeFreeze(newest.freeze.conclusion === 'success', when, newest.run.createdAt, answers, now),
      details,
    };
  },
});

/** Whether the console answers; `not seen`: it could not be asked. */
type ConsoleAnswers = 'yes' | 'no' | 'not seen';

function judgeFreeze(
  passed: boolean,
  when: string,
  at: number,
  answers: ConsoleAnswers,
  now: number,
): Judgement {
  if (!passed) {
    const stuck = answers === 'no' ? '; the console does not answer, so it may be stuck' : '';
    const status = now - at <= FRESH_MS ? 'fail' : 'warn';
    return { status, summary: `The last freeze check failed ${when}: deploys are frozen${stuck}` };
  }
  if (answers !== 'yes') {
    const but = answers === 'no' ? 'does not answer' : 'was not seen';
    return { status: 'warn', summary: `The last freeze check passed ${when}, but the console ${but} now` };
  }
  return {
    status: 'pass',
    summary: `The last freeze check passed ${when}; the console answers (its toggle cannot be read)`,
  };
}

/** Any answer short of a server error: somebody could use the console. */
export function isReachable(answer: HttpAnswer): boolean {
  return answer.kind === 'http' && answer.status < 500;
}

function consoleWords(console: Observed<HttpAnswer>): string {
  return console.ok ? `console: ${answerWords(console.value)}` : `console not seen: ${console.detail}`;
}

function secretWords(secret: Evidence['freezeSecret'], { facts, now }: Context): string {
  const { secret: name } = facts.freeze;
  if (!secret.ok) return `secret ${name} not seen: ${secret.detail}`;
  if (secret.value === null) return `secret ${name} is not set`;
  return `secret ${name} last changed ${formatAgo(secret.value.updatedAt, now)}`;
}
