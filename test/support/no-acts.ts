/** Services that a test of the reading commands must not call. */
import type { ActionService } from '../../src/operations/actions/context.ts';
import type { IncidentCommands } from '../../src/operations/incidents/commands.ts';
import type { ActionStore } from '../../src/operations/ports/action-store.ts';
import type { IncidentStore } from '../../src/operations/ports/incident-store.ts';
import type { SlackServices } from '../../src/slack/context.ts';

/** An object all of whose methods reject. */
function never<T extends object>(): T {
  return new Proxy(Object.create(null), {
    get: (_target, name) => () => Promise.reject(new Error(`${String(name)} was not expected`)),
  });
}

export const noActs: {
  actionService: ActionService;
  actionStore: ActionStore;
  incidentStore: IncidentStore;
  incidents: IncidentCommands;
  canDo: ReadonlySet<never>;
} & Pick<SlackServices, 'counts' | 'database' | 'noteRefusal'> = {
  actionService: never(),
  actionStore: never(),
  incidentStore: never(),
  incidents: never(),
  canDo: new Set(),
  counts: { command() {}, failedAnswer() {} },
  database: async () => null,
  noteRefusal: async () => {},
};
