/** Builds what the terminal needs for incidents: the team's ledger, opened only when it is needed. */
import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { IncidentSetting } from '../cli/incident-context.ts';
import type { Terminal } from '../cli/output.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { readWatches, type Watches } from '../operations/incidents/watch-report.ts';
import { terminalActor } from '../runbook/model/actor.ts';
import type { Target } from '../runbook/model/runbook-config.ts';

export interface IncidentTerminalDeps {
  readonly config: Config;
  readonly terminal: Terminal;
  readonly log: Logger;
}

export function incidentSetting({ config, terminal, log }: IncidentTerminalDeps): IncidentSetting {
  const { DATABASE_URL, RAXX_DATA_DIR, facts, auditKeys } = config;
  return {
    terminal,
    facts,
    who: terminalActor(userInfo().username, hostname()),
    now: Date.now,
    randomId: randomUUID,
    async open(sends) {
      // Only commands that need the driver load it.
      const { openIncidentsAtTerminal } = await import('../store/terminal/incidents.ts');
      return openIncidentsAtTerminal({
        ...(DATABASE_URL === undefined ? {} : { databaseUrl: DATABASE_URL }),
        directory: RAXX_DATA_DIR,
        sends,
        auditKeys,
        expire: AbortSignal.timeout,
        onError: (error) => log.error({ err: error }, 'database or queue error'),
      });
    },
  };
}

/** For `status`, which shows the apps without the ledger as well. Never rejects. */
export function watchesAtTerminal(
  deps: IncidentTerminalDeps,
): (targets: readonly Target[]) => Promise<Watches> {
  const { facts, now, open } = incidentSetting(deps);
  return async (targets) => {
    const opened = await open(false);
    // If nothing has been written yet, nothing is missing.
    if (!opened.ok)
      return opened.isThere
        ? { ok: false, words: `Incidents and the watch are not shown: ${opened.why}` }
        : { ok: true, reports: [] };
    try {
      return { ok: true, reports: await readWatches(targets, opened.incidentStore, facts, now()) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, words: `Incidents and the watch could not be read: ${why}` };
    } finally {
      await opened.close();
    }
  };
}
