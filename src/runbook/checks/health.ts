/** The health URL: does the app answer, and how. */
import { formatDuration } from '../age.ts';
import { defineCheck, type Judgement } from '../diagnosis.ts';
import type { HttpAnswer } from '../evidence.ts';

export const healthCheck = defineCheck({
  id: 'health',
  step: null,
  title: 'Health URL',
  byHand: {
    command: 'curl -i <url><health_path>',
    expect: 'HTTP 200. 403 is FLAG_ENFORCE_CF_ORIGIN at work.',
  },
  needs: ['health'],
  wants: ['app'],
  judge({ health, app }) {
    if (app.ok && app.value.maintenance) {
      return { status: 'warn', summary: `Maintenance mode is on (${answerWords(health)})` };
    }
    return judgeAnswer(health);
  },
});

function judgeAnswer(answer: HttpAnswer): Judgement {
  const summary = answerWords(answer);
  if (answer.kind !== 'http') return { status: 'fail', summary };
  const { status } = answer;
  if (status >= 200 && status < 300) return { status: 'pass', summary };
  if (status === 403) {
    const why = 'origin enforcement answers before the app does: it is not down, its own health was not seen';
    return { status: 'warn', summary: `${summary}: ${why}` };
  }
  if (status >= 500) return { status: 'fail', summary: `${summary}: the app, or the router for it, fails` };
  // Something answers, so it is not down; but a health URL that moved or is refused tells nothing of the app's health.
  return { status: 'warn', summary: `${summary}: it answers, but not as a health check should` };
}

/** `HTTP 200 in 84 ms`, or how the request failed. */
export function answerWords(answer: HttpAnswer): string {
  const after = formatDuration(answer.ms);
  switch (answer.kind) {
    case 'http':
      return `HTTP ${answer.status} in ${after}`;
    case 'timeout':
      return `No answer within ${after}`;
    case 'refused':
      return `Connection refused (${answer.detail}) after ${after}`;
    case 'reset':
      return `Connection cut without an answer (${answer.detail}) after ${after}`;
    case 'tls':
      return `TLS fault (${answer.detail}) after ${after}`;
    case 'dns':
      return `The name was not found (${answer.detail}) after ${after}`;
    case 'unreachable':
      return `Not reachable (${answer.detail}) after ${after}`;
  }
}
