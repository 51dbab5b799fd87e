/** Decides whether a proposal is waiting for this person. */

import type { Action } from '../model/action.ts';
import { ruleOf } from '../model/action-spec.ts';
import type { Instant } from '../model/instant.ts';
import type { Facts } from '../model/runbook-config.ts';
import { mayApprove, type Person } from '../people/permissions.ts';
import { actionSpec } from './kinds/index.ts';

/** Applies the current rules. The action does not wait for a person who has already approved it. */
export function mayStillSay(action: Action, person: Person, now: Instant, facts: Facts): boolean {
  if (action.state !== 'proposed') return false;
  const counted = action.approvals.map((one) => one.person);
  if (counted.includes(person.id)) return false;
  const rule = ruleOf(actionSpec(action.kind), facts);
  return mayApprove(action, person, now, { people: facts.people, rule, counted }).ok;
}
