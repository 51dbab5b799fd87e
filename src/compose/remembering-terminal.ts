/** Readings at the terminal that know what the ledger has: opened for one command, and closed after it. */
import type { CommandContext } from '../cli/context.ts';
import { createReadings, type ReadingDeps } from '../operations/diagnosis/diagnosis-service.ts';
import { createRemember } from '../operations/diagnosis/remember.ts';
import { createRecall } from '../operations/incidents/recall.ts';
import { type IncidentTerminalDeps, incidentSetting } from './incident-terminal.ts';

/** Where the ledger cannot be opened the rest is told all the same, and that it is not the whole. */
export function rememberingAtTerminal(
  deps: IncidentTerminalDeps,
  reading: ReadingDeps,
): CommandContext['remembering'] {
  const { now, open } = incidentSetting(deps);
  return async (use) => {
    const opened = await open(false);
    if (!opened.ok) {
      // Where nothing was written yet, nothing is missing.
      const unknown = opened.isThere ? `Our own actions and past incidents are not known: ${opened.why}` : '';
      return { value: await use(createReadings(reading)), unknown };
    }
    try {
      const { book, ledger } = opened;
      const known = { book, ledger, now, expire: AbortSignal.timeout };
      const readings = createReadings({
        ...reading,
        remember: createRemember(known),
        recall: createRecall(known),
      });
      return { value: await use(readings), unknown: '' };
    } finally {
      await opened.close();
    }
  };
}
