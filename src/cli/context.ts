/**
 * Dependencies that the composition root gives to the commands that read. Only commands that need the ledger open it.
 */

import type { DiagnosisService } from '../operations/diagnosis/diagnosis-service.ts';
import type { Requester } from '../operations/diagnosis/request-limits.ts';
import type { Watches } from '../operations/incidents/watch-report.ts';
import { namedTarget, targetWords } from '../runbook/commands/named-target.ts';
import type { Facts, Target } from '../runbook/model/runbook-config.ts';
import { nearestWord } from '../runbook/text/nearest-word.ts';
import type { Terminal } from './output.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly facts: Facts;
  readonly diagnosisService: DiagnosisService;
  /** Returns what the ledger knows about the targets. Never rejects. */
  watches(targets: readonly Target[]): Promise<Watches>;
  /**
   * Runs `use` with what the ledger knows.
   * `unknown` says why the ledger was not read. It is null when nothing is missing.
   */
  remembering<T>(
    use: (diagnosisService: DiagnosisService) => Promise<T>,
  ): Promise<{ readonly value: T; readonly unknown: string | null }>;
}

/** The holder of the credentials. */
export const AT_TERMINAL: Requester = { id: 'terminal', use: 'incident' };

export type FoundTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly words: string };

/**
 * Finds the target that `spoken` names, by its name, an alias, or its app. On failure, returns a sentence that
 * suggests the nearest name.
 */
export function findTarget(facts: Facts, spoken: string): FoundTarget {
  const named = namedTarget(spoken, facts.targets);
  if (named.kind === 'one') return { ok: true, target: named.target };
  if (named.kind === 'several') {
    const names = named.targets.map(({ name }) => name).join(', ');
    const words = `${spoken} has several targets: ${names}. Name one of them. Nothing was done.`;
    return { ok: false, words };
  }
  const near = nearestWord(spoken.toLowerCase(), targetWords(facts.targets));
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  const names = facts.targets.map(({ name }) => name).join(', ');
  return {
    ok: false,
    words: `There is no target "${spoken}".${hint} Targets: ${names}. Nothing was done.`,
  };
}

/**
 * Like `findTarget`, for a command that ends with `EXIT.usage` without a target.
 * In that case it prints the reason and returns null.
 */
export function targetOrUsage(
  spoken: string,
  { facts, terminal }: Pick<CommandContext, 'facts' | 'terminal'>,
): Target | null {
  const found = findTarget(facts, spoken);
  if (found.ok) return found.target;
  terminal.err(`${found.words}\n`);
  return null;
}
