/** `raxx logs <target>`: shows the last lines, and what the runbook's step 6 concludes from them. */

import { notBegunWords } from '../operations/diagnosis/not-begun.ts';
import { AT_TERMINAL, type CommandContext, targetOrUsage } from './context.ts';
import { EXIT } from './output.ts';
import { printLogs } from './print-logs.ts';

/** Exit status: 1 if step 6 fails, 2 if it is unknown, 0 otherwise. */
export async function runLogs(
  spoken: string,
  json: boolean,
  { terminal, facts, diagnosisService }: CommandContext,
) {
  const target = targetOrUsage(spoken, { terminal, facts });
  if (!target) return EXIT.usage;
  terminal.progress(`Reading the log of ${target.app}…`);
  const answer = await diagnosisService.logs(target, AT_TERMINAL);
  terminal.progress('');
  if (!answer.ok) throw new Error(notBegunWords(answer));
  const { app, at, finding, lines } = answer.value;
  const plain = {
    schema: 1,
    target: target.name,
    app,
    at: new Date(at).toISOString(),
    status: finding.status,
    summary: finding.summary,
    details: finding.details,
    lines: lines.ok
      ? lines.value.map((line) => ({
          ...line,
          at: line.at === null ? null : new Date(line.at).toISOString(),
          source: line.source ?? '',
          process: line.process ?? '',
        }))
      : null,
  };
  terminal.out(json ? `${JSON.stringify(plain, null, 2)}\n` : printLogs(answer.value, terminal.paint));
  if (finding.status === 'fail') return EXIT.problem;
  return finding.status === 'unknown' ? EXIT.unknown : EXIT.ok;
}
