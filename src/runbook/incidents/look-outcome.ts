/** Applies a look to the current incident, which a person or another process may have changed since it was read. */

import { type Incident, isUnheard } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { applyIncidentSteps, type IncidentApplied } from './lifecycle.ts';
import type { IncidentStep, Unopened } from './transitions.ts';
import type { LookedStep, WatchStep } from './watch-step.ts';

/**
 * `newest`: the target's newest incident; null when there never was one. Returns null when the look changes no
 * incident.
 */
export function applyLook(
  newest: Incident | null,
  unopened: Unopened,
  { incident: looked, over, wakes }: Pick<WatchStep, 'incident' | 'over' | 'wakes'>,
  heard: ReadonlySet<string>,
  at: Instant,
): IncidentApplied | null {
  const step = looked && newest ? currentStep(looked, newest, at) : looked;
  const before = step?.name === 'open' ? unopened : newest;
  const isSaid = step?.name === 'resolve' || step?.name === 'stop';
  return (
    before &&
    applyIncidentSteps(before, [
      ...(step ? [step] : []),
      { name: 'end_conditions', at, keys: over, isSaid },
      { name: 'count_conditions', at, wakes, heard },
    ])
  );
}

function currentStep(looked: LookedStep, newest: Incident, at: Instant): IncidentStep {
  const isOpen = newest.state === 'open';
  // Someone has opened an incident in the meantime, and a target has only one open incident.
  if (isOpen && (looked.name === 'open' || looked.name === 'reopen'))
    return { name: 'update', at, picture: looked.picture, isOff: false };
  // Someone has called the operator in the meantime, and that call has to be acknowledged first.
  if (looked.name === 'resolve' && isUnheard(newest)) return { name: 'recover', at, since: looked.wellSince };
  return looked;
}
