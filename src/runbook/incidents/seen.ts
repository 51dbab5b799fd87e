/** Classifies what one full look saw: a failing app, a healthy one, or something in between. */

import { DEGRADING } from '../diagnosis/verdict.ts';
import { countDynos } from '../heroku/dyno-count.ts';
import { carriesCode } from '../heroku/release-kind.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { SourceName } from '../model/evidence.ts';
import type { Incident, Picture, Stop } from '../model/incident.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { ExpectedChange } from '../model/situation.ts';
import { expectedChange } from '../situation/expected-change.ts';
import { stoppedHere } from '../situation/stopped-here.ts';
import { failureOf, needsToClose } from './failure.ts';
import type { FullLook, WatchMemory } from './watch-memory.ts';

export type LookResult =
  | {
      readonly kind: 'failing';
      readonly picture: Picture;
      readonly isOff: boolean;
      /** True when something explains why the app does not respond: it is off, or booting. */
      readonly isExplained: boolean;
    }
  /** Nothing fails, but a dyno came up too recently to call the app recovered. */
  | { readonly kind: 'recovering' }
  /** A change in progress explains what fails. */
  | { readonly kind: 'changing'; readonly change: ExpectedChange }
  /** The app is at 0 or in maintenance on purpose. `stop`: who stopped it through the bot. */
  | { readonly kind: 'off'; readonly stop: Stop | null }
  | { readonly kind: 'well' }
  /** The look could not tell, which is neither good nor bad. */
  | { readonly kind: 'unseen' };

export function seenOf(look: FullLook, memory: WatchMemory, open: Incident | null): LookResult {
  const { evidence, diagnosis, context, actions, crashedAt } = look;
  const off = offOf(look, memory);
  const change =
    off === null
      ? expectedChange({ evidence, context, actions, wasFailing: memory.ailing, crashedAt })
      : null;
  const failure = failureOf(diagnosis, context, { change, isOff: off !== null });
  const { verdict } = diagnosis;
  // A stop is reported before anything else that is wrong.
  if (off?.kind === 'off' && off.stop && open && !open.stopped) return off;
  if (open && !off && isHolding(diagnosis)) return { kind: 'recovering' };
  if (verdict !== 'unknown' && failure) {
    const isOff = off !== null;
    const picture: Picture = { at: context.now, verdict, ...failure };
    return { kind: 'failing', picture, isOff, isExplained: isOff || change !== null };
  }
  if (off) return off;
  if (verdict === 'unknown') return { kind: 'unseen' };
  if (change && isTroubled(diagnosis)) return { kind: 'changing', change };
  const needs: readonly SourceName[] = needsToClose(open?.picture.failure ?? null);
  if (!needs.every((source) => evidence[source].ok)) return { kind: 'unseen' };
  return (open || memory.failing) && !hasHeld(look) ? { kind: 'recovering' } : { kind: 'well' };
}

/**
 * The app crashed, is up again, and no check fails, so it may or may not stay up. Nobody is paged for something that is
 * not true at this moment. The next crash counts, and after that the app gets no more time.
 */
function isHolding({ verdict, findings, modes, escalations }: Diagnosis): boolean {
  const fails = findings.some(({ id, status }) => status === 'fail' && DEGRADING.has(id));
  const isNamed = modes.some(({ confidence }) => confidence === 'likely');
  const isCounted = escalations.some(({ condition }) => condition === 2 || condition === 4);
  return verdict === 'degraded' && !fails && !isNamed && !isCounted;
}

/** Returns true for trouble that a change could explain. */
function isTroubled({ verdict, modes }: Diagnosis): boolean {
  const likely = modes.some(({ id, confidence }) => id === 'B' && confidence === 'likely');
  return verdict === 'down' || verdict === 'degraded' || likely;
}

/**
 * Handles an app that is off on purpose, or has nothing to run: that is not an outage. Returns null when the app should
 * run, or was stopped outside the bot.
 */
function offOf({ evidence, diagnosis, context, actions }: FullLook, memory: WatchMemory): LookResult | null {
  const { app, formation, dynos } = evidence;
  const { processType } = context.target;
  if (app.ok && app.value.maintenance) return { kind: 'off', stop: null };
  // The app was in maintenance, and the look cannot tell whether it still is.
  if (!app.ok && memory.known.maintenance) return { kind: 'unseen' };
  if (formation.ok) {
    const entry = formation.value.find(({ type }) => type === processType);
    if ((entry?.quantity ?? 0) > 0) return null;
    const isEmpty = !dynos.ok || !dynos.value.some(({ type }) => type === processType);
    // A type that is not in the formation was not switched off: if code is deployed, the type is missing.
    if (entry === undefined && (!isEmpty || carriesCode(evidence) === 'yes')) return null;
    const { runningAt } = memory;
    const stop = stoppedHere({ evidence, processType, actions, runningAt });
    // The verdict is `stopped` only if the app has a slug, because nobody stops an app that was never deployed.
    return diagnosis.verdict === 'stopped' && stop === null ? null : { kind: 'off', stop };
  }
  // The app was off, and the sources that would show it running could not be read.
  const isOn = dynos.ok && dynos.value.some(({ type }) => type === processType);
  return memory.wasOff && !isOn ? { kind: 'unseen' } : null;
}

/** Returns true if dynos are configured, or exist. */
export function isRunning({ evidence: { formation, dynos }, context: { target } }: FullLook): boolean {
  const isOwn = ({ type }: { readonly type: string }) => type === target.processType;
  const wanted = formation.ok && formation.value.some((one) => isOwn(one) && one.quantity > 0);
  return wanted || (!formation.ok && dynos.ok && dynos.value.some(isOwn));
}

/** The runbook's verification: each dyno has been up for five minutes. A dyno that sleeps was up before. */
function hasHeld({ evidence: { dynos }, context: { target, now } }: FullLook): boolean {
  if (!dynos.ok) return false;
  const { dynos: own } = countDynos(dynos.value, [], target.processType);
  return own.every(({ state, updatedAt }) => state === 'idle' || now - updatedAt > RECOVERED_MS);
}
