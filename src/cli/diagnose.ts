/** `raxx diagnose <target>`: shows the runbook's checks, the failure mode, and what to do. */

import { notBegunWords } from '../operations/diagnosis/not-begun.ts';
import { changesText } from '../runbook/changes/change-line.ts';
import { exitStatus } from '../runbook/diagnosis/exit-status.ts';
import { toJson } from '../runbook/diagnosis/to-json.ts';
import { AT_TERMINAL, type CommandContext, targetOrUsage } from './context.ts';
import { EXIT } from './output.ts';
import { printDiagnosis } from './print-diagnosis.ts';

/** Exit status: 1 if something is wrong, 2 if something is unknown, 0 otherwise (contract, section 5). */
export async function runDiagnose(
  spoken: string,
  json: boolean,
  { terminal, facts, diagnosisService }: CommandContext,
) {
  const target = targetOrUsage(spoken, { terminal, facts });
  if (!target) return EXIT.usage;
  terminal.progress(`Diagnosing ${target.name}…`);
  const answer = await diagnosisService.diagnose(target, AT_TERMINAL);
  terminal.progress('');
  if (!answer.ok) throw new Error(notBegunWords(answer));
  if (json) terminal.out(`${JSON.stringify(toJson(await answer.explain()), null, 2)}\n`);
  else {
    // Print the verdict without waiting for diffs.
    terminal.out(printDiagnosis(answer.value, terminal.paint));
    const { changes, at } = await answer.explain();
    if (changes.state === 'failing')
      terminal.out(`\n${terminal.paint.bold('What changed')}\n${changesText(changes, at)}\n`);
  }
  return exitStatus(answer.value);
}
