/** How one whole look saw the app: failing, well, or something in between. */

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
import type { WatchMemory, WholeLook } from './watch-memory.ts';

export type LookResult =
  | {
      readonly kind: 'failing';
      readonly picture: Picture;
      readonly isOff: boolean;
      /** There is a reason why it does not answer: it is off, or booting. */
      readonly isExplained: boolean;
    }
  /** Nothing fails, but a dyno came up too recently to call the app recovered. */
  | { readonly kind: 'recovering' }
  /** A change in progress explains what fails. */
  | { readonly kind: 'changing'; readonly change: ExpectedChange }
  /** At 0 or in maintenance on purpose. `stop`: who stopped it through the bot. */
  | { readonly kind: 'off'; readonly stop: Stop | null }
  | { readonly kind: 'well' }
  /** What could not be seen is neither good nor bad. */
  | { readonly kind: 'unseen' };

export function seenOf(look: WholeLook, memory: WatchMemory, open: Incident | null): LookResult {
  const { evidence, diagnosis, context, actions, crashedAt } = look;
  const off = offOf(look, memory);
  const change =
    off === null
      ? expectedChange({ evidence, context, actions, wasFailing: memory.ailing, crashedAt })
      : null;
  const failure = failureOf(diagnosis, context, { change, isOff: off !== null });
  const { verdict } = diagnosis;
  // The stop comes before whatever else is wrong.
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
 * It crashed, is up again, and no check fails: whether that lasts is not known yet. Nobody is paged for what is not so at
 * this moment. The next crash is counted, and then the app gets no more time.
 */
function isHolding({ verdict, findings, modes, escalations }: Diagnosis): boolean {
  const fails = findings.some(({ id, status }) => status === 'fail' && DEGRADING.has(id));
  const isNamed = modes.some(({ confidence }) => confidence === 'likely');
  const isCounted = escalations.some(({ condition }) => condition === 2 || condition === 4);
  return verdict === 'degraded' && !fails && !isNamed && !isCounted;
}

/** What a change would explain. */
function isTroubled({ verdict, modes }: Diagnosis): boolean {
  const likely = modes.some(({ id, confidence }) => id === 'B' && confidence === 'likely');
  return verdict === 'down' || verdict === 'degraded' || likely;
}

/** Off on purpose, or with nothing to run: not an outage. Null when it should run, or was stopped outside the bot. */
function offOf({ evidence, diagnosis, context, actions }: WholeLook, memory: WatchMemory): LookResult | null {
  const { app, formation, dynos } = evidence;
  const { processType } = context.target;
  if (app.ok && app.value.maintenance) return { kind: 'off', stop: null };
  // It was in maintenance, and whether it still is cannot be seen.
  if (!app.ok && memory.known.maintenance) return { kind: 'unseen' };
  if (formation.ok) {
    const entry = formation.value.find(({ type }) => type === processType);
    if ((entry?.quantity ?? 0) > 0) return null;
    const isEmpty = !dynos.ok || !dynos.value.some(({ type }) => type === processType);
    // A type that is not in the formation was not switched off: with code deployed, it is missing.
    if (entry === undefined && (!isEmpty || carriesCode(evidence) === 'yes')) return null;
    const { runningAt } = memory;
    const stop = stoppedHere({ evidence, processType, actions, runningAt });
    // The verdict is `stopped` only where a slug was seen: nobody stopped an app that was never deployed.
    return diagnosis.verdict === 'stopped' && stop === null ? null : { kind: 'off', stop };
  }
  // It was off, and what would show that it is on cannot be seen.
  const isOn = dynos.ok && dynos.value.some(({ type }) => type === processType);
  return memory.wasOff && !isOn ? { kind: 'unseen' } : null;
}

/** Whether dynos are configured, or exist. */
export function isRunning({ evidence: { formation, dynos }, context: { target } }: WholeLook): boolean {
  const isOwn = ({ type }: { readonly type: string }) => type === target.processType;
  const wanted = formation.ok && formation.value.some((one) => isOwn(one) && one.quantity > 0);
  return wanted || (!formation.ok && dynos.ok && dynos.value.some(isOwn));
}

/** The runbook's verification: each dyno has been up for five minutes. One that sleeps was up before. */
function hasHeld({ evidence: { dynos }, context: { target, now } }: WholeLook): boolean {
  if (!dynos.ok) return false;
  const { dynos: own } = countDynos(dynos.value, [], target.processType);
  return own.every(({ state, updatedAt }) => state === 'idle' || now - updatedAt > RECOVERED_MS);
}
