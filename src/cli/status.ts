/** `raxx status [target]`: dynos, release, health and verdict of one target or all. */
import type { TargetStatus } from '../operations/reports.ts';
import { printStatus } from './print-status.ts';
import { findTarget, type Setting } from './setting.ts';
import { statusJson } from './status-json.ts';
import { EXIT } from './terminal.ts';

/** Exit status: 1 a target is stopped, down or degraded; else 2 one could not be told; else 0. */
export async function runStatus(spoken: string | undefined, json: boolean, setting: Setting) {
  const { terminal, facts, readings } = setting;
  const named = spoken === undefined ? facts.targets : findTarget(facts, spoken);
  if (typeof named === 'string') {
    terminal.err(`${named}\n`);
    return EXIT.usage;
  }
  const targets = 'name' in named ? [named] : named;
  terminal.progress(`Looking at ${targets.map(({ app }) => app).join(', ')}…`);
  const answer = await readings.status(targets, 'terminal');
  terminal.progress('');
  if (!answer.ok) throw new Error('the terminal starts one reading a run');
  terminal.out(
    json
      ? `${JSON.stringify(statusJson(answer.value), null, 2)}\n`
      : printStatus(answer.value, terminal.paint),
  );
  return exitOf(answer.value);
}

function exitOf(statuses: readonly TargetStatus[]): number {
  const verdicts = statuses.map(({ verdict }) => verdict);
  if (verdicts.some((verdict) => verdict !== 'healthy' && verdict !== 'unknown')) return EXIT.problem;
  return verdicts.includes('unknown') ? EXIT.unknown : EXIT.ok;
}
