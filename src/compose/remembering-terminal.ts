/** Diagnoses at the terminal with the ledger, which is opened for one command and closed afterwards. */
import type { CommandContext } from '../cli/context.ts';
import {
  createDiagnosisService,
  type DiagnosisServiceDeps,
} from '../operations/diagnosis/diagnosis-service.ts';
import { createRemember } from '../operations/diagnosis/remember.ts';
import { recallFailure } from '../operations/incidents/recall.ts';
import { type IncidentTerminalDeps, incidentSetting } from './incident-terminal.ts';

/** If the ledger cannot be opened, the rest is shown anyway, with what is missing. */
export function rememberingAtTerminal(
  deps: IncidentTerminalDeps,
  reading: DiagnosisServiceDeps,
): CommandContext['remembering'] {
  const { now, open } = incidentSetting(deps);
  return async (use) => {
    const opened = await open(false);
    if (!opened.ok) {
      // If nothing has been written yet, nothing is missing.
      const unknown = opened.isThere
        ? `Our own actions and past incidents are not known: ${opened.why}`
        : null;
      return { value: await use(createDiagnosisService(reading)), unknown };
    }
    try {
      const { incidentStore, actionStore } = opened;
      const known = { incidentStore, actionStore, now, expire: AbortSignal.timeout };
      const diagnosisService = createDiagnosisService({
        ...reading,
        remember: createRemember(known),
        recall: (explaining) => recallFailure(known, explaining),
      });
      return { value: await use(diagnosisService), unknown: null };
    } finally {
      await opened.close();
    }
  };
}
