/** For tests of the reading face: what nobody may come to. */
import type { Acts } from '../../src/operations/actions/context.ts';
import type { Incidents } from '../../src/operations/incidents/commands.ts';
import type { Ledger } from '../../src/operations/ports/action-store.ts';
import type { IncidentBook } from '../../src/operations/ports/incident-store.ts';

/** Each of its methods rejects. */
function never<T extends object>(): T {
  return new Proxy(Object.create(null), {
    get: (_target, name) => () => Promise.reject(new Error(`${String(name)} was not expected`)),
  });
}

export const noActs: {
  acts: Acts;
  ledger: Ledger;
  book: IncidentBook;
  incidents: Incidents;
  canDo: ReadonlySet<never>;
} = { acts: never(), ledger: never(), book: never(), incidents: never(), canDo: new Set() };
