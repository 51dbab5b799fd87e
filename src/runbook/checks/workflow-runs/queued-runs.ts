/** Describes runs that wait behind another run, or at the gate. */
import type { Judgement, RunbookContext } from '../../model/terms.ts';
import { holderOf, type RunReading } from '../../runs/reading.ts';
import { openClause, runName, runWords, waitsFor } from '../../runs/words.ts';
import { formatDuration } from '../../text/time.ts';

/** Example: `run 9262 (…) is queued behind run 9255, which has waited 13 d for Kristerpher at the production gate`. */
export function heldWords(
  held: RunReading,
  readings: readonly RunReading[],
  { now }: RunbookContext,
): Required<Pick<Judgement, 'summary' | 'details'>> {
  const holder = holderOf(held, readings);
  const begin = `${runWords(held, now)} is queued behind`;
  if (!holder)
    return {
      summary: `${begin} another run of its concurrency group, which was not found`,
      details: [held.run.url],
    };
  return {
    summary: `${begin} ${runName(holder.run)}, ${openClause(holder, now)}`,
    details: [`${runName(holder.run)}: ${holder.run.url}`],
  };
}

/** Lists the target's other runs that wait at the gate, because nothing else reminds anyone of them. */
export function othersAtGate(
  reading: RunReading,
  readings: readonly RunReading[],
  { now }: RunbookContext,
): readonly string[] {
  return readings
    .filter((one) => one.target === 'this' && one.stage === 'at_gate' && one.run.id !== reading.run.id)
    .map(
      (one) =>
        `; ${runName(one.run)} has waited ${formatDuration(now - one.run.startedAt)} for ${waitsFor(one)}`,
    );
}
