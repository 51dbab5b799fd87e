/** `raxx status [target]`: shows dynos, release, health, and verdict of one target or all. */

import { notBegunWords } from '../operations/diagnosis/not-begun.ts';
import type { TargetStatus } from '../operations/diagnosis/target-status.ts';
import type { Watches } from '../operations/incidents/watch-report.ts';
import { AT_TERMINAL, type CommandContext, targetOrUsage } from './context.ts';
import { EXIT } from './output.ts';
import { printStatus } from './print-status.ts';
import { statusJson } from './status-json.ts';

/** Exit status: 1 if a target is stopped, down, or degraded; otherwise 2 if a verdict is unknown; otherwise 0. */
export async function runStatus(spoken: string | undefined, json: boolean, setting: CommandContext) {
  const { terminal, facts, diagnosisService, watches } = setting;
  const named = spoken === undefined ? undefined : targetOrUsage(spoken, setting);
  if (named === null) return EXIT.usage;
  const targets = named === undefined ? facts.targets : [named];
  terminal.progress(`Looking at ${targets.map(({ app }) => app).join(', ')}…`);
  // The JSON shows no watches, and opening an embedded ledger takes a second, so `--json` skips it.
  const [answer, watched] = await Promise.all([
    diagnosisService.status(targets, AT_TERMINAL),
    json ? NOTHING_WATCHED : watches(targets),
  ]);
  terminal.progress('');
  if (!answer.ok) throw new Error(notBegunWords(answer));
  terminal.out(
    json
      ? `${JSON.stringify(statusJson(answer.value), null, 2)}\n`
      : printStatus(answer.value, watched, terminal.paint),
  );
  return exitOf(answer.value);
}

const NOTHING_WATCHED: Watches = { ok: true, reports: [] };

function exitOf(statuses: readonly TargetStatus[]): number {
  const verdicts = statuses.map(({ verdict }) => verdict);
  if (verdicts.some((verdict) => verdict !== 'healthy' && verdict !== 'unknown')) return EXIT.problem;
  return verdicts.includes('unknown') ? EXIT.unknown : EXIT.ok;
}
