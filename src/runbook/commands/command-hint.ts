/** Suggests the command that was probably meant, as a whole line that can be typed again. */
import type { Target } from '../model/runbook-config.ts';
import { namedTarget, targetWords } from './named-target.ts';

/** Finds the candidate that was probably meant. Returns null if none is close. */
export type Nearest = (word: string, candidates: readonly string[]) => string | null;

/** Synonyms that people type for our commands. */
const ALSO: Readonly<Record<string, string>> = {
  check: 'diagnose',
  health: 'status',
  list: 'status',
  log: 'logs',
  tail: 'logs',
  start: 'restore',
  resume: 'restore',
  halt: 'stop',
  kill: 'stop',
  reboot: 'restart',
  revert: 'rollback',
  undo: 'rollback',
  release: 'deploy',
  ship: 'deploy',
  page: 'escalate',
  wake: 'escalate',
  call: 'escalate',
  mute: 'snooze',
  silence: 'snooze',
  comment: 'note',
  remark: 'note',
  recap: 'catchup',
  summary: 'catchup',
  audit: 'history',
  actions: 'history',
  incident: 'incidents',
  outages: 'incidents',
  '?': 'help',
  commands: 'help',
};
/** A shorter prefix matches too many words. */
const BEGINNING = 3;
const EVERYTHING = new Set(['all', 'every', 'everything', 'both']);

/** Resolves a typed word to a command: by its name, a synonym, its prefix, or the closest spelling. */
function meant(word: string, commands: readonly string[], nearest: Nearest): string | null {
  if (commands.includes(word)) return word;
  const also = ALSO[word];
  if (also !== undefined && commands.includes(also)) return also;
  const begun = commands.filter((one) => word.length >= BEGINNING && one.startsWith(word));
  return begun.length === 1 && begun[0] !== undefined ? begun[0] : nearest(word, commands);
}

/** Returns null if no command is close. `words`: the typed words, in lower case. */
export function suggestCommand(
  words: readonly string[],
  targets: readonly Target[],
  commands: readonly string[],
  nearest: Nearest,
): string | null {
  const [first = '', ...rest] = words;
  if (isTarget(first, targets)) {
    const [second, ...others] = rest;
    const command = second === undefined ? 'diagnose' : meant(second, commands, nearest);
    return command === null ? null : [command, first, ...others].join(' ');
  }
  const command = meant(first, commands, nearest);
  if (command === null) return null;
  return [command, ...inOrder(rest, targets, nearest)].join(' ');
}

/** Puts the target first among the words after the command. A word that names all targets is left out. */
export function inOrder(
  rest: readonly string[],
  targets: readonly Target[],
  nearest: Nearest,
): readonly string[] {
  const [first, ...others] = rest;
  if (first === undefined) return [];
  if (isTarget(first, targets)) return rest;
  const at = rest.findIndex((word) => isTarget(word, targets));
  if (at > 0) return [...rest.slice(at, at + 1), ...rest.slice(0, at), ...rest.slice(at + 1)];
  if (EVERYTHING.has(first)) return others;
  const near = nearest(first, targetWords(targets));
  return near === null ? [] : [near, ...others];
}

function isTarget(word: string, targets: readonly Target[]): boolean {
  return namedTarget(word, targets).kind !== 'none';
}
