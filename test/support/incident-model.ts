/** The incidents of one target in memory, by the pure lifecycle alone: what the database's store is checked against. */
import { applyIncidentSteps, type IncidentApplied } from '../../src/runbook/incidents/lifecycle.ts';
import { applyLook } from '../../src/runbook/incidents/look-outcome.ts';
import type { IncidentStep, Unopened } from '../../src/runbook/incidents/transitions.ts';
import type { WatchStep } from '../../src/runbook/incidents/watch-step.ts';
import { type Incident, type Wake, wakeKey } from '../../src/runbook/model/incident.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';

export interface IncidentModel {
  /** Oldest first. */
  readonly incidents: readonly Incident[];
  /** `draw`, `tell opened`, `ping person`, `page 60000`: in the order in which they were sent. */
  readonly sent: readonly string[];
  take(step: IncidentStep): void;
  wakeOnce(wake: Wake, step: IncidentStep<'escalate'>): void;
  look(step: Pick<WatchStep, 'incident' | 'over' | 'wakes'>, at: Instant): void;
}

export function modelIncidents(target: string, app: string): IncidentModel {
  let incidents: readonly Incident[] = [];
  const sent: string[] = [];

  const newest = () => incidents.at(-1) ?? null;
  const unopened = (): Unopened => ({ state: 'none', id: `incident ${incidents.length}`, target, app });
  const heard = () => new Set(incidents.flatMap(({ wakes }) => wakes.map(({ cause }) => wakeKey(cause))));

  function write(applied: IncidentApplied | null): void {
    if (!applied) return;
    const { row, lines, effects } = applied;
    const trail = lines.map(({ event, who, at, detail }) => ({
      seq: 0,
      event,
      who,
      at,
      words: typeof detail.words === 'string' ? detail.words : null,
      byHand: detail.byHand === true,
      hash: '',
    }));
    // The database has no order within one moment: it sorts by key.
    const wakes = row.wakes.toSorted(
      (one, other) => one.since - other.since || (wakeKey(one.cause) < wakeKey(other.cause) ? -1 : 1),
    );
    const written = { ...row, wakes, trail: [...row.trail, ...trail] };
    incidents = [...incidents.filter(({ id }) => id !== row.id), written];
    for (const line of lines)
      sent.push(
        ...line.effects.map((one) => (one.kind === 'tell' ? `tell ${line.event}` : `ping ${one.to}`)),
      );
    sent.push(...effects.map((one) => (one.kind === 'draw' ? 'draw' : `page ${one.at}`)));
  }

  function take(step: IncidentStep): void {
    const last = newest();
    const before = step.name === 'escalate' && last?.state !== 'open' ? unopened() : last;
    write(before && applyIncidentSteps(before, [step]));
  }

  return {
    get incidents() {
      return incidents;
    },
    sent,
    take,
    wakeOnce: (wake, step) => {
      if (!heard().has(wakeKey(wake.cause))) take(step);
    },
    look: (step, at) => write(applyLook(newest(), unopened(), step, heard(), at)),
  };
}
