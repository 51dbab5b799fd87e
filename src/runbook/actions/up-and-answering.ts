/** Verified as the runbook says: the dynos are up, and the health URL answers. */
import type { Look } from '../action.ts';
import { answerWords } from '../checks/health.ts';
import type { Evidence, Instant } from '../evidence.ts';
import { dynoList, dynosOf } from './formation-of.ts';

/** Heroku's clock is not ours, and its times are whole seconds. */
const CLOCKS_MS = 5_000;

/** Enough dynos of the type, each up, and started after `since` where that is asked. An empty set is never up. */
export function areUp(evidence: Evidence, processType: string, quantity: number, since?: Instant): Look {
  const dynos = dynosOf(evidence, processType);
  if (!dynos.ok) return { seen: 'not_yet', words: dynos.words };
  const own = dynos.value.filter(
    ({ createdAt, updatedAt }) => since === undefined || Math.max(createdAt, updatedAt) >= since - CLOCKS_MS,
  );
  const crashed = own.filter(({ state }) => state === 'crashed');
  if (crashed.length > 0) {
    return {
      seen: 'failed',
      words: `${dynoList(crashed)} after the change`,
      evidence: [dynoList(dynos.value)],
    };
  }
  const up = own.filter(({ state }) => state === 'up');
  if (up.length < Math.max(1, quantity)) {
    return { seen: 'not_yet', words: dynos.value.length === 0 ? 'no dyno yet' : dynoList(dynos.value) };
  }
  return { seen: 'done', words: `${dynoList(up)}`, evidence: [dynoList(up)] };
}

/** The same, and the health URL gives an HTTP answer that is no server error. 403 is origin enforcement: it answers. */
export function isUpAndAnswering(
  evidence: Evidence,
  processType: string,
  quantity: number,
  since?: Instant,
): Look {
  const up = areUp(evidence, processType, quantity, since);
  if (up.seen !== 'done') return up;
  const { health } = evidence;
  if (!health.ok) return { seen: 'not_yet', words: health.detail };
  const answer = answerWords(health.value);
  if (health.value.kind !== 'http' || health.value.status >= 500)
    return { seen: 'not_yet', words: `${up.words}, but: ${answer}` };
  return {
    seen: 'done',
    words: `${up.words}; the health URL answers ${answer}`,
    evidence: [...up.evidence, `health: ${answer}`],
  };
}
