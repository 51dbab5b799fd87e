/**
 * Limits how often changes and plans may be requested, because each request collects evidence. A stop is never limited.
 */

import { type Refusal, refusal } from '../../runbook/model/action-spec.ts';
import { usedUpWords } from '../../runbook/model/budget.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import { readUse } from '../../runbook/people/permissions.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import { limitByPerson, type PersonLimit } from '../diagnosis/rate-limit.ts';
import type { Outside } from '../ports/upstreams.ts';
import type { ProposalRequest } from './context.ts';

const PER_PERSON = 10;
const PER_TARGET = 20;
const PLANS = 6;
/** The most requests that a plan sends to Heroku. */
const PLAN_COSTS = 6;

export interface LimitAskings {
  /** Returns why this proposal may not begin. Returns null, and counts the proposal, when it may. */
  proposal(asking: ProposalRequest): Refusal | null;
  /** Does the same for a plan that is only shown, which counts as a read. */
  plan(asking: ProposalRequest): Refusal | null;
}

export function createLimitAskings(now: () => Instant, outside: Pick<Outside, 'heroku'>): LimitAskings {
  const people = limitByPerson(PER_PERSON, now);
  const targets = limitByPerson(PER_TARGET, now);
  const planners = limitByPerson(PLANS, now);

  return {
    proposal({ kind, target, by }) {
      if (kind === 'stop') return null;
      const refused =
        overLimit(people, by.id, `${PER_PERSON} proposals a minute`) ??
        overLimit(targets, target.name, `${PER_TARGET} proposals a minute for ${target.name}`);
      if (refused) return refused;
      people.count(by.id);
      targets.count(target.name);
      return null;
    },
    plan({ by }) {
      const refused = overLimit(planners, by.id, `${PLANS} plans a minute`);
      if (refused) return refused;
      const found = outside.heroku.usedUp(readUse(by), PLAN_COSTS);
      if (found) return refusal(`${usedUpWords(found)}. Nothing was done.`);
      planners.count(by.id);
      return null;
    },
  };
}

function overLimit(limit: PersonLimit, key: string, words: string): Refusal | null {
  const waitMs = limit.waitMs(key);
  if (waitMs === 0) return null;
  return refusal(
    `Limit: ${words}. Nothing was done. Try again in ${formatDuration(Math.max(1_000, waitMs))}.`,
  );
}
