/** What a look does to the incident as it is by then: since it was read, a person or another process may have changed it. */

import { type Incident, isUnheard } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { applyIncidentSteps, type IncidentApplied } from './lifecycle.ts';
import type { IncidentStep, Unopened } from './transitions.ts';
import type { LookedStep, WatchStep } from './watch-step.ts';

/** `newest`: of the target; null when there never was one. Null when the look changes no incident. */
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
  // Somebody opened one meanwhile: there is one open incident per target.
  if (isOpen && (looked.name === 'open' || looked.name === 'reopen'))
    return { name: 'update', at, picture: looked.picture, isOff: false };
  // Somebody called meanwhile, and has to be heard first.
  if (looked.name === 'resolve' && isUnheard(newest)) return { name: 'recover', at, since: looked.wellSince };
  return looked;
}
