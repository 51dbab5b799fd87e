/** What somebody typed after `/raxx`: strict words in, helpful words out. */

import { LONGEST_SNOOZE_MS } from '../model/incident.ts';
import type { Facts, Target } from '../model/runbook-config.ts';
import { cut } from '../text/cut.ts';
import { parseDuration } from '../text/duration.ts';
import { inOrder, type Nearest, suggestCommand } from './command-hint.ts';
import { namedTarget, targetWords } from './named-target.ts';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly targets: readonly Target[] }
  | { readonly kind: 'diagnose'; readonly target: Target }
  | { readonly kind: 'logs'; readonly target: Target }
  | { readonly kind: 'changes'; readonly target: Target }
  | ({ readonly kind: 'propose' } & ChangeCommand)
  /** What it would do, for the asker alone: nothing is proposed. */
  | ({ readonly kind: 'plan' } & ChangeCommand)
  | { readonly kind: 'escalate'; readonly target: Target; readonly reason: string }
  /** null: it ends now. */
  | { readonly kind: 'snooze'; readonly target: Target; readonly forMs: number | null }
  | { readonly kind: 'note'; readonly target: Target; readonly words: string }
  /** null: of all targets. */
  | { readonly kind: 'history'; readonly target: Target | null }
  /** null: of all targets. */
  | { readonly kind: 'incidents'; readonly target: Target | null }
  /** What happened within so many milliseconds; null: of all targets. */
  | { readonly kind: 'catchup'; readonly target: Target | null; readonly forMs: number }
  /** Nothing was understood, and nothing is done: `words` say what was wrong and what to type instead. */
  | { readonly kind: 'usage'; readonly words: string };

/** A change that somebody asks for. */
export interface ChangeCommand {
  readonly action: ChangeWord;
  readonly target: Target;
  /** Why, as it was typed; '' for none. */
  readonly reason: string;
  /** Of a rollback; null: the last release with other code. */
  readonly version: number | null;
  /** Branch of a deploy; null: the one that the runbook file names. */
  readonly ref: string | null;
}

type ChangeWord = 'stop' | 'restore' | 'deploy' | 'restart' | 'rollback';

interface Usage {
  readonly target: 'none' | 'optional' | 'required';
  /** A change stands before the target. */
  readonly action?: true;
  /** What may follow the target. */
  readonly more?: 'reason' | 'version' | 'ref' | 'duration' | 'words' | '8h';
  /** A reason may follow that. */
  readonly because?: true;
  /** Without it nothing is done; `why`: said then. */
  readonly needs?: { readonly why: string };
  readonly words: string;
}

/** The commands, in the order of the help. */
export const USAGES = {
  status: { target: 'optional', words: 'dynos, release and health of one target or all' },
  diagnose: {
    target: 'required',
    words: "run the runbook's checks, name the failure mode and its fix; posted in the channel",
  },
  logs: { target: 'required', words: 'the last log lines, with errors picked out' },
  changes: { target: 'required', words: 'what changed before it began to fail, and what it cannot be' },
  stop: {
    target: 'required',
    more: 'reason',
    words: 'propose the emergency stop: scale to 0, app and data intact',
  },
  restore: { target: 'required', more: 'reason', words: 'propose to bring the stopped app back as it was' },
  deploy: {
    target: 'required',
    more: 'ref',
    because: true,
    words: 'propose to deploy a branch, and follow the run',
  },
  restart: { target: 'required', more: 'reason', words: 'propose to restart its dynos' },
  rollback: {
    target: 'required',
    more: 'version',
    because: true,
    words: 'propose to go back to an earlier release',
  },
  plan: {
    action: true,
    target: 'required',
    words: 'what stop, restore, deploy, restart or rollback would do; only you see it, nothing is proposed',
  },
  escalate: {
    target: 'required',
    more: 'reason',
    needs: { why: 'a reason: it is what the operator reads first' },
    words: 'wake the operator by hand, until somebody acknowledges',
  },
  snooze: {
    target: 'required',
    more: 'duration',
    needs: { why: 'an end: say `30m`, `2h` or `1h30m`' },
    words: 'ping nobody for that long (24 h at most), unless it gets worse; off ends it',
  },
  note: {
    target: 'required',
    more: 'words',
    needs: { why: 'words: they go into the timeline of its incident' },
    words:
      'add what you saw or did to its incident: timeline, thread and post-mortem; anybody who may read may add one',
  },
  history: { target: 'optional', words: 'what was proposed, decided and done' },
  incidents: {
    target: 'optional',
    words: 'open incidents and the last ones: since when, cause, owner, card; only you see it',
  },
  catchup: {
    target: 'optional',
    more: '8h',
    words: 'for whoever just joined: what happened in the last hours, in twelve lines; only you see it',
  },
  help: { target: 'none', words: 'this list' },
} as const satisfies Record<string, Usage>;

type Word = keyof typeof USAGES;

/** `diagnose <target>` */
export function usageOf(word: Word): string {
  const { target, action, more, because, needs }: Usage = USAGES[word];
  const after = more === undefined ? '' : needs ? ` <${more}>` : ` [${more}]`;
  if (target === 'none') return word;
  if (target === 'optional') return `${word} [target]${after}`;
  return `${word}${action ? ' <action>' : ''} <target>${after}${because ? ' [because …]' : ''}`;
}

/** Never throws. Phones and word processors send curly quotes, dashes, zero-width and non-breaking spaces: they do not matter. */
export function parseCommand(text: string, { targets }: Facts, nearest: Nearest): Command {
  const words = wordsOf(text);
  const [first] = words;
  const word = first?.toLowerCase();
  if (word === undefined || word === 'help') return { kind: 'help' };
  // What stands in a note is what somebody saw, options of other programs included.
  const option = (word === 'note' ? words.slice(0, 2) : words).find((one) => /^-+\p{L}/u.test(one));
  if (option !== undefined) return unknownOption(option, words);
  if (!isWord(word)) return unknownWord(words, targets, nearest);
  if (word === 'plan') return plan(words.slice(1), targets, nearest, (more) => typedBehind(text, 3 + more));
  return parseAfter(word, words.slice(1), targets, nearest, (more) => typedBehind(text, 2 + more));
}

function parseAfter(
  word: Word,
  after: readonly string[],
  targets: readonly Target[],
  nearest: Nearest,
  typed: TypedAfter,
): Command {
  if (word === 'catchup') return catchUp(after, targets, nearest);
  const [second, ...rest] = after;
  const { needs }: Usage = USAGES[word];
  if (second === undefined) {
    if (word === 'status') return { kind: word, targets };
    if (word === 'history' || word === 'incidents') return { kind: word, target: null };
    return usage(`\`${word}\` needs a target: ${names(targets)}.`, word);
  }
  const named = namedTarget(second, targets);
  if (named.kind === 'none') return unknownTarget(word, after, targets, nearest);
  if (named.kind === 'several') return usage(`Which one of ${second}: ${names(named.targets)}?`, word);
  const { target } = named;
  const other = namedTarget(rest[0] ?? '', targets);
  // A second target is no reason and no branch: whoever typed it has to say which one they mean.
  if (word !== 'note' && other.kind === 'one' && other.target !== target)
    return usage(`Which one: ${names([target, other.target])}?`, word);
  const unexpected = unexpectedWords(word, rest);
  if (unexpected !== '') return usage(`Unexpected: "${clip(unexpected)}".`, word);
  if (needs && rest.length === 0) return usage(`\`${word}\` needs ${needs.why}.`, word);
  return withTarget(word, target, rest, typed);
}

/** What stands where nothing may: after the target, or between a branch and its `because`. */
function unexpectedWords(word: Word, rest: readonly string[]): string {
  const { more, because }: Usage = USAGES[word];
  if (more === undefined) return rest.join(' ');
  if (!because || isBecause(rest[0])) return '';
  const [, ...after] = rest;
  return isBecause(after[0]) ? '' : after.join(' ');
}

/** What stands behind so many bare words after the target, as it was typed. */
type TypedAfter = (skipped: number) => string;

/** `rest`: what follows the target, as bare words; `typed`: the same as it was typed. */
function withTarget(word: Word, target: Target, rest: readonly string[], typed: TypedAfter): Command {
  switch (word) {
    case 'help':
      return { kind: word };
    case 'status':
      return { kind: word, targets: [target] };
    case 'diagnose':
    case 'logs':
    case 'changes':
    case 'history':
    case 'incidents':
      return { kind: word, target };
    case 'escalate':
      return { kind: word, target, reason: typed(0) };
    case 'note':
      return { kind: 'note', target, words: typed(0) };
    case 'snooze':
      return snooze(target, rest.join(' '));
    case 'stop':
    case 'restore':
    case 'restart':
      return {
        kind: 'propose',
        action: word,
        target,
        reason: reasonIn(rest, 0, typed),
        version: null,
        ref: null,
      };
    case 'deploy': {
      const [ref = null] = isBecause(rest[0]) ? [] : rest;
      const reason = reasonIn(rest, ref === null ? 0 : 1, typed);
      return { kind: 'propose', action: word, target, reason, version: null, ref };
    }
    case 'rollback':
      return rollback(target, rest, typed);
    case 'catchup':
      return { kind: word, target, forMs: CATCH_UP_MS };
    case 'plan':
      return usage('`plan` needs a change.', word);
  }
}

function rollback(target: Target, rest: readonly string[], typed: TypedAfter): Command {
  const [spoken] = isBecause(rest[0]) ? [] : rest;
  const version = spoken === undefined ? null : versionOf(spoken);
  if (spoken !== undefined && version === null)
    return usage(`"${clip(spoken)}" is not a version. Say v41.`, 'rollback');
  const reason = reasonIn(rest, spoken === undefined ? 0 : 1, typed);
  return { kind: 'propose', action: 'rollback', target, reason, version, ref: null };
}

/** The same words as of the proposal, after `plan`. */
function plan(
  after: readonly string[],
  targets: readonly Target[],
  nearest: Nearest,
  typed: TypedAfter,
): Command {
  const [action, ...rest] = after;
  const word = action?.toLowerCase();
  const changes = ['stop', 'restore', 'deploy', 'restart', 'rollback'] as const;
  const known = changes.find((one) => one === word);
  if (known === undefined) {
    const near = word === undefined ? null : nearest(word, changes);
    const hint = near === null ? '' : ` Did you mean \`/raxx ${['plan', near, ...rest].join(' ')}\`?`;
    const what = word === undefined ? 'a change' : `a change; "${clip(word)}" isn't one`;
    return usage(`\`plan\` needs ${what}: ${changes.map((one) => `\`${one}\``).join(', ')}.${hint}`, 'plan');
  }
  const command = parseAfter(known, rest, targets, nearest, typed);
  return command.kind === 'propose' ? { ...command, kind: 'plan' } : command;
}

const isBecause = (word: string | undefined) => word?.toLowerCase() === 'because';

/** Behind so many words of a branch or a version, and behind `because`. */
function reasonIn(rest: readonly string[], skipped: number, typed: TypedAfter): string {
  // "because of an attack" is a reason as it stands; without its first word it is none.
  const isBegun = isBecause(rest[skipped]) && rest[skipped + 1]?.toLowerCase() !== 'of';
  return typed(isBegun ? skipped + 1 : skipped);
}

/** Always with an end, so that nobody forgets it: a day at the most. */
function snooze(target: Target, typed: string): Command {
  if (/^(off|end)$/i.test(typed)) return { kind: 'snooze', target, forMs: null };
  const forMs = parseDuration(typed);
  if (forMs === null)
    return usage(`"${clip(typed)}" is not a duration. Say \`30m\`, \`2h\`, \`1h30m\` or \`off\`.`, 'snooze');
  if (forMs > LONGEST_SNOOZE_MS) return usage('A snooze lasts 24 h at the most: say `12h`.', 'snooze');
  return { kind: 'snooze', target, forMs };
}

const HOUR_MS = 3_600_000;
/** The night before. */
const CATCH_UP_MS = 8 * HOUR_MS;
const LONGEST_CATCH_UP_MS = 7 * 24 * HOUR_MS;

/** The target and the hours stand in any order, and each may be left out. */
function catchUp(after: readonly string[], targets: readonly Target[], nearest: Nearest): Command {
  const word = 'catchup';
  const named = after.map((one) => namedTarget(one, targets));
  const several = named.find((one) => one.kind === 'several');
  if (several?.kind === 'several') return usage(`Which one: ${names(several.targets)}?`, word);
  const found = [...new Set(named.flatMap((one) => (one.kind === 'one' ? [one.target] : [])))];
  if (found.length > 1) return usage(`Which one: ${names(found)}?`, word);
  const [target = null] = found;
  const typed = after.filter((_one, index) => named[index]?.kind === 'none').join(' ');
  if (typed === '') return { kind: word, target, forMs: CATCH_UP_MS };
  const forMs = parseDuration(/^\d+$/.test(typed) ? `${typed}h` : typed);
  if (forMs === null)
    return target === null && !/^\d/.test(typed)
      ? unknownTarget(word, after, targets, nearest)
      : usage(`"${clip(typed)}" is not a duration. Say \`8h\` or \`2d\`.`, word);
  if (forMs > LONGEST_CATCH_UP_MS) return usage('I look back a week at the most: say `7d`.', word);
  return { kind: word, target, forMs };
}

/** `v41` or `41`; null: it is no version. */
export function versionOf(spoken: string): number | null {
  const digits = /^v?(\d{1,6})$/i.exec(spoken)?.[1];
  return digits === undefined ? null : Number(digits);
}

function unknownWord(words: readonly string[], targets: readonly Target[], nearest: Nearest): Command {
  const [word = ''] = words;
  const small = words.map((one) => one.toLowerCase());
  const near = suggestCommand(small, targets, Object.keys(USAGES), nearest);
  const [meant, ...after] = near?.split(' ') ?? [];
  // Only the first word is another one: it alone is what was mistyped.
  const isOnlyWord = after.join(' ') === small.slice(1).join(' ');
  const hint = near === null ? '' : ` Did you mean \`${isOnlyWord ? meant : `/raxx ${clip(near)}`}\`?`;
  const next = near === null ? '/raxx help' : `/raxx ${clip(near)}`;
  return {
    kind: 'usage',
    words: `There is no command "${clip(word)}".${hint} Nothing was done. Type \`${next}\`.`,
  };
}

/** `--dry-run` is neither a branch nor a reason; whoever types it wants to see the plan. */
function unknownOption(option: string, words: readonly string[]): Command {
  const plain = words.filter((one) => !/^-+\p{L}/u.test(one)).map((one) => one.toLowerCase());
  const [first, ...rest] = plain;
  const isChange =
    first === 'stop' ||
    first === 'restore' ||
    first === 'restart' ||
    first === 'deploy' ||
    first === 'rollback';
  const hint = isChange
    ? ` To see the plan and propose nothing: \`/raxx ${clip(['plan', first, ...rest].join(' '))}\`.`
    : ' Type `/raxx help`.';
  return { kind: 'usage', words: `There is no option "${clip(option)}". Nothing was done.${hint}` };
}

function unknownTarget(
  word: Word,
  after: readonly string[],
  targets: readonly Target[],
  nearest: Nearest,
): Command {
  const [spoken = ''] = after;
  const wrong = `There is no target "${clip(spoken)}".`;
  const near = nearest(spoken, targetWords(targets));
  const whole = inOrder(
    after.map((one) => one.toLowerCase()),
    targets,
    nearest,
  );
  const other = whole.length > 0 || word === 'status' ? `/raxx ${clip([word, ...whole].join(' '))}` : null;
  const meant = near ?? other;
  const hint = meant === null ? '' : ` Did you mean \`${meant}\`?`;
  return usage(`${wrong}${hint} Targets: ${names(targets)}.`, word);
}

function usage(wrong: string, word: Word): Command {
  return { kind: 'usage', words: `${wrong} Nothing was done. Usage: \`/raxx ${usageOf(word)}\`` };
}

function names(targets: readonly Target[]): string {
  return targets.map(({ name }) => `\`${name}\``).join(', ');
}

function isWord(word: string): word is Word {
  return Object.hasOwn(USAGES, word);
}

/** Long enough for every word that could have been meant. */
const CLIPPED = 60;

/** What was typed, as it may be quoted: not too long, and without the signs that mark our own words. */
function clip(typed: string): string {
  return cut(typed.replace(/[`<>]/g, ''), CLIPPED);
}

/** Characters that take no room: zero-width, soft hyphen, joiners, bidi marks, variation selectors. */
const INVISIBLE = /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\ufe00-\ufe0f]/g;

function wordsOf(text: string): string[] {
  return text.replace(INVISIBLE, '').split(/\s+/u).map(bare).filter(isWordTyped);
}

function bare(word: string): string {
  return word
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/^["'`*_~\u2018-\u201f\u00ab\u00bb]+|["'`*_~\u2018-\u201f\u00ab\u00bb,.!?]+$/gu, '');
}

/** A dash that stands alone joins what was typed, as people write. */
function isWordTyped(word: string): boolean {
  return !/^-*$/.test(word);
}

/** What stands behind so many words, as it was typed: a reason is read by people. Quotes around the whole of it are none of its words. */
function typedBehind(text: string, words: number): string {
  const clean = text.replace(INVISIBLE, '');
  const last = [...clean.matchAll(/\S+/gu)].filter(([word]) => isWordTyped(bare(word)))[words - 1];
  if (!last) return '';
  const tail = clean
    .slice(last.index + last[0].length)
    .replace(/\s+/gu, ' ')
    .trim();
  return tail
    .replace(/^[-\u2010-\u2015\u2212]+ /u, '')
    .replace(/^(["'`\u2018-\u201f\u00ab])([^"'`\u2018-\u201f\u00bb]+)["'`\u2018-\u201f\u00bb]$/u, '$2');
}
