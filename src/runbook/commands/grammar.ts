/** Describes a command, and parses the words after it. */
import type { Target } from '../model/runbook-config.ts';
import type { Command } from './command.ts';
import { inOrder, type Nearest } from './command-hint.ts';
import { namedTarget, targetWords } from './named-target.ts';
import { clip } from './typed-text.ts';

/** Everything that was typed after the command's own word. */
export interface TypedWords {
  readonly after: readonly string[];
  readonly targets: readonly Target[];
  readonly nearest: Nearest;
  /** Returns the text after that many words of `after`, exactly as typed. */
  textAfter(words: number): string;
}

/** The words around the target. */
export interface TargetWords {
  readonly target: Target;
  /** The words after the target. */
  readonly rest: readonly string[];
  /** Returns the text after that many words of `rest`, exactly as typed. */
  textAfter(words: number): string;
}

/** Explains why the words were not understood. */
export interface Mistake {
  readonly kind: 'mistake';
  readonly what: string;
  /** The command's usage, as `Definition` describes it. */
  readonly usage: string;
}

/** A parser that knows only its own words returns the bare reason, and the caller adds the usage. */
export type Parsed = Command | { readonly kind: 'wrong'; readonly what: string };

export function wrong(what: string): Parsed {
  return { kind: 'wrong', what };
}

interface Described {
  /** The command's line in the help. */
  readonly help: string;
}

/** A command with a target as its first word. */
export interface TargetDefinition extends Described {
  readonly grammar: 'target';
  /** The words that may follow the target. */
  readonly more?: 'reason' | 'version' | 'ref' | 'duration' | 'words';
  /** Set when a reason may follow after that. */
  readonly because?: true;
  /** Set when `more` is required; names what is missing. */
  readonly needs?: string;
  /** Builds the command without a target. Only commands that can mean all targets have it. */
  readonly ofAll?: (targets: readonly Target[]) => Command;
  readonly parse: (typed: TargetWords) => Parsed;
}

/** A command that parses its words itself. */
export interface FreeDefinition extends Described {
  readonly grammar: 'free';
  /** Describes what follows the command's word. */
  readonly usage: string;
  readonly parse: (typed: TypedWords) => Parsed | Mistake;
}

export type Definition = TargetDefinition | FreeDefinition;

/** Example: `diagnose <target>`. */
export function usageLine(word: string, definition: Definition): string {
  if (definition.grammar === 'free') return [word, definition.usage].join(' ').trim();
  const { more, because, needs, ofAll } = definition;
  if (ofAll) return `${word} [target]`;
  const after = more === undefined ? '' : needs === undefined ? ` [${more}]` : ` <${more}>`;
  return `${word} <target>${after}${because ? ' [because …]' : ''}`;
}

export function parseDefined(word: string, definition: Definition, typed: TypedWords): Command | Mistake {
  const parsed =
    definition.grammar === 'free' ? definition.parse(typed) : parseTarget(word, definition, typed);
  return parsed.kind === 'wrong'
    ? { kind: 'mistake', what: parsed.what, usage: usageLine(word, definition) }
    : parsed;
}

function parseTarget(word: string, definition: TargetDefinition, typed: TypedWords): Parsed {
  const { needs, ofAll, parse } = definition;
  const { after, targets } = typed;
  const [first, ...rest] = after;
  if (first === undefined)
    return ofAll ? ofAll(targets) : wrong(`\`${word}\` needs a target: ${names(targets)}.`);
  const named = namedTarget(first, targets);
  if (named.kind === 'none') return unknownTarget(word, ofAll !== undefined, typed);
  if (named.kind === 'several') return wrong(`Which one of ${first}: ${names(named.targets)}?`);
  const { target } = named;
  const other = namedTarget(rest[0] ?? '', targets);
  // A second target is not a reason or a branch, so the asker has to say which one they mean. A note may mention any
  // target.
  if (definition.more !== 'words' && other.kind === 'one' && other.target !== target)
    return wrong(`Which one: ${names([target, other.target])}?`);
  const unexpected = unexpectedWords(definition, rest);
  if (unexpected.length > 0) return wrong(`Unexpected: "${clip(unexpected.join(' '))}".`);
  if (needs !== undefined && rest.length === 0) return wrong(`\`${word}\` needs ${needs}.`);
  return parse({ target, rest, textAfter: (words) => typed.textAfter(1 + words) });
}

/** Returns the words in a position that takes none: after the target, or between a branch and its `because`. */
function unexpectedWords({ more, because }: TargetDefinition, rest: readonly string[]): readonly string[] {
  if (more === undefined) return rest;
  if (!because || isBecause(rest[0])) return [];
  const [, ...after] = rest;
  return isBecause(after[0]) ? [] : after;
}

export function isBecause(word: string | undefined): boolean {
  return word?.toLowerCase() === 'because';
}

/** `isOptional`: whether the command works without a target. */
export function unknownTarget(
  word: string,
  isOptional: boolean,
  { after, targets, nearest }: Pick<TypedWords, 'after' | 'targets' | 'nearest'>,
): Parsed {
  const [first = ''] = after;
  const small = after.map((one) => one.toLowerCase());
  const ordered = inOrder(small, targets, nearest);
  const whole = ordered.length > 0 || isOptional ? `/raxx ${clip([word, ...ordered].join(' '))}` : null;
  const meant = nearest(first, targetWords(targets)) ?? whole;
  const hint = meant === null ? '' : ` Did you mean \`${meant}\`?`;
  return wrong(`There is no target "${clip(first)}".${hint} Targets: ${names(targets)}.`);
}

export function names(targets: readonly Target[]): string {
  return targets.map(({ name }) => `\`${name}\``).join(', ');
}
