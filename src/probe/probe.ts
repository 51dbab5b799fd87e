/** Reads public sources: the target's URLs and Heroku's status page. Nothing throws. */

import type { Probe } from '../operations/ports/upstreams.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { unseen, type WhyUnseen } from '../runbook/model/observed.ts';
import { faultWords } from '../upstream/network-fault.ts';
import { checkShape, Malformed } from '../upstream/parse-response.ts';
import { type Got, getOnce } from './get-once.ts';
import { factsOfBody } from './page.ts';
import { statusSchema } from './schemas.ts';

export interface ProbeDeps {
  /** Base URL of Heroku's status site. */
  readonly statusUrl: string;
  now(): Instant;
}

/** Heroku's router itself gives up after 30 s. A health URL that takes longer than 5 s is of no use to anyone. */
const TIMEOUT_MS = 5_000;

export function createProbe({ statusUrl, now }: ProbeDeps): Probe {
  /**
   * Retries once if the connection was reset without a response, because it may just have been an old connection. A
   * second reset in a row is not an accident.
   */
  async function get(url: string, signal: AbortSignal): Promise<Got> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const first = await getOnce(url, within);
    return first.answer.kind === 'reset' ? getOnce(url, within) : first;
  }

  return {
    async get(url, { signal }) {
      const { answer, body } = await get(url, signal);
      const value = body === null ? answer : { ...answer, ...factsOfBody(body) };
      return { ok: true, value, at: now() };
    },
    async platform({ signal }) {
      const { answer, body } = await get(`${statusUrl}/api/v4/current-status`, signal);
      const failed = (why: WhyUnseen, words: string) => unseen(why, 'Heroku status page', words, now());
      if (body === null) {
        return failed(answer.kind === 'timeout' ? 'timeout' : 'unreachable', faultWords(answer));
      }
      if (answer.status !== 200) return failed('unreachable', `HTTP ${answer.status}`);
      try {
        return { ok: true, value: checkShape(statusSchema, parseJson(body)), at: now() };
      } catch (error) {
        if (error instanceof Malformed) return failed(error.why, error.words);
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
