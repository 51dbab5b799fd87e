/** Looks at what anybody can see: a URL, and Heroku's status page. Nothing throws. */

import type { HttpAnswer, Instant, Observed, PlatformStatus } from '../runbook/model/evidence.ts';
import { faultWords } from '../upstream/network-fault.ts';
import { checkShape, Malformed } from '../upstream/parse-response.ts';
import { getOnce } from './get-once.ts';
import { factsOfBody } from './page.ts';
import { statusSchema } from './schemas.ts';

export interface ProbeDeps {
  /** Base of Heroku's status site. */
  readonly statusUrl: string;
  now(): Instant;
}

interface ProbeOptions {
  readonly signal: AbortSignal;
}

/** Heroku's router itself gives up after 30 s; whoever waits longer than this for a health URL is not served. */
const TIMEOUT_MS = 5_000;

export function createProbe({ statusUrl, now }: ProbeDeps) {
  /** A connection cut without an answer may have been an old one: a second cut is no accident. */
  async function ask(url: string, { signal }: ProbeOptions) {
    const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const first = await getOnce(url, within);
    return first.answer.kind === 'reset' ? getOnce(url, within) : first;
  }

  return {
    async get(url: string, options: ProbeOptions): Promise<Observed<HttpAnswer>> {
      const { answer, body } = await ask(url, options);
      const value = answer.kind === 'http' ? { ...answer, ...factsOfBody(body) } : answer;
      return { ok: true, value, at: now() };
    },
    async platform(options: ProbeOptions): Promise<Observed<PlatformStatus>> {
      const { answer, body } = await ask(`${statusUrl}/api/v4/current-status`, options);
      const unseen = (why: 'timeout' | 'unreachable' | 'malformed', words: string) =>
        ({ ok: false, why, detail: `Heroku status page: ${words}`, at: now() }) as const;
      if (answer.kind !== 'http') {
        return unseen(answer.kind === 'timeout' ? 'timeout' : 'unreachable', faultWords(answer));
      }
      if (answer.status !== 200) return unseen('unreachable', `HTTP ${answer.status}`);
      try {
        return { ok: true, value: checkShape(statusSchema, parseJson(body)), at: now() };
      } catch (error) {
        if (error instanceof Malformed) return unseen(error.why, error.words);
        throw error;
      }
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
