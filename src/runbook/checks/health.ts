/** Judges the health URL: whether the app responds, and how. */

import { defineCheck } from '../model/check.ts';
import type { HttpAnswer } from '../model/probes.ts';
import type { Judgement } from '../model/terms.ts';
import { formatDuration } from '../text/time.ts';

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
      return {
        status: 'warn',
        summary: `Maintenance mode is on (${answerWords(health)})`,
        fault: 'maintenance',
      };
    }
    return judgeAnswer(health);
  },
});

function judgeAnswer(answer: HttpAnswer): Judgement {
  const summary = answerWords(answer);
  if (answer.kind !== 'http') return { status: 'fail', summary, fault: answer.kind };
  const { status, herokuPage } = answer;
  if (herokuPage !== undefined) {
    return { status: 'fail', summary: `${summary}: ${pageWords(herokuPage)}`, fault: herokuPage };
  }
  const fault = `http_${status}`;
  if (status >= 500) {
    return { status: 'fail', summary: `${summary} from the app or from Heroku's router`, fault };
  }
  if (status === 404 || status === 410) {
    return {
      status: 'fail',
      summary: `${summary}: the app is running, but has no such page. Wrong health_path?`,
      fault,
    };
  }
  if (status >= 200 && status < 300) {
    const complaint = complaintOf(answer.report ?? {});
    return complaint === null
      ? { status: 'pass', summary }
      : { status: 'warn', summary: `${summary}, but it reports ${complaint}` };
  }
  if (status === 403) {
    const why = 'origin enforcement responded before the app, so its health is unknown';
    return { status: 'warn', summary: `${summary}: ${why}` };
  }
  // Something responds, so the app is not down. But a health URL that moved, or that refuses the request, says nothing
  // about the app's health.
  return { status: 'warn', summary: `${summary}: not a health check response` };
}

/** The response came from Heroku, so no visitor reaches the app. */
function pageWords(page: string): string {
  switch (page) {
    case 'no-such-app':
      return 'Heroku has no app for this host ("No such app")';
    case 'application-error':
      return "Heroku's error page, not the app";
    case 'welcome-to-your-new-app':
      return "Heroku's page for an app without code, not the app";
    default:
      return `one of Heroku's own pages (${page}), not the app`;
  }
}

/** The fields in which health reports state their result. */
const REPORTED = ['status', 'state', 'healthy', 'health', 'ok'];
const BAD_WORD =
  /^(?:false|no|degraded|maintenance|down|error|fail(?:ed|ing|ure)?|unhealthy|critical|unavailable|dead|broken|offline|outage|out.of.service|bad|ko|red|yellow|warn(?:ing)?|partial|major|minor|unknown|not[ _-]?(?:ok|ready|healthy|serving))\b/i;

/** Example: `"status": "degraded"`. Returns null if no field reports a problem. */
function complaintOf(report: Readonly<Record<string, string | number | boolean>>): string | null {
  for (const field of REPORTED) {
    const value = report[field];
    const isBad = typeof value === 'number' ? value >= 400 : BAD_WORD.test(String(value ?? ''));
    if (value !== undefined && isBad) return `"${field}": ${JSON.stringify(value)}`;
  }
  return null;
}

/** Returns true if the app itself responded without a server error, so visitors reach it (contract, *Unreachable*). */
export function reachesApp(answer: HttpAnswer): boolean {
  return answer.kind === 'http' && answer.status < 500 && answer.herokuPage === undefined;
}

/** Returns `HTTP 200 in 84 ms`, or how the request failed. */
export function answerWords(answer: HttpAnswer): string {
  const after = formatDuration(answer.ms);
  switch (answer.kind) {
    case 'http':
      return `HTTP ${answer.status} in ${after}`;
    case 'timeout':
      return `No response within ${after}`;
    case 'refused':
      return `Connection refused (${answer.detail}) after ${after}`;
    case 'reset':
      return `Connection closed before a response (${answer.detail}) after ${after}`;
    case 'tls':
      return `TLS error (${answer.detail}) after ${after}`;
    case 'dns':
      return `Host name not found (${answer.detail}) after ${after}`;
    case 'unreachable':
      return `Unreachable (${answer.detail}) after ${after}`;
  }
}
