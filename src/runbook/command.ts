/** What somebody typed after `/raxx`: strict words in, helpful words out. */
import { cut } from './cut.ts';
import { parseDuration } from './duration.ts';
import type { Facts, Target } from './facts.ts';
import { LONGEST_SNOOZE_MS } from './incident.ts';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'status'; readonly targets: readonly Target[] }
  | { readonly kind: 'diagnose'; readonly target: Target }
  | { readonly kind: 'logs'; readonly target: Target }
  | {
      readonly kind: 'propose';
      readonly action: 'stop' | 'restore' | 'deploy' | 'restart' | 'rollback';
      readonly target: Target;
      /** Why, as it was typed; '' for none. */
      readonly reason: string;
      /** Of a rollback; null: the last release with other code. */
      readonly version: number | null;
      /** Branch of a deploy; null: the one that the runbook file names. */
      readonly ref: string | null;
    }
  | { readonly kind: 'escalate'; readonly target: Target; readonly reason: string }
  /** null: it ends now. */
  | { readonly kind: 'snooze'; readonly target: Target; readonly forMs: number | null }
  /** null: of all targets. */
  | { readonly kind: 'history'; readonly target: Target | null }
  /** Nothing was understood, and nothing is done: `words` say what was wrong and what to type instead. */
  | { readonly kind: 'usage'; readonly words: string };

interface Usage {
  readonly target: 'none' | 'optional' | 'required';
  /** What may follow the target. */
  readonly more?: 'reason' | 'version' | 'ref' | 'duration';
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
  logs: { target: 'required', words: "the last log lines, and what the runbook's step 6 makes of them" },
  stop: {
    target: 'required',
    more: 'reason',
    words: 'propose the emergency stop: scale to 0, app and data intact',
  },
  restore: { target: 'required', words: 'propose to bring the stopped app back as it was' },
  deploy: { target: 'required', more: 'ref', words: 'propose to deploy a branch, and follow the run' },
  restart: { target: 'required', words: 'propose to restart its dynos' },
  rollback: { target: 'required', more: 'version', words: 'propose to go back to an earlier release' },
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
  history: { target: 'optional', words: 'what was proposed, decided and done' },
  help: { target: 'none', words: 'this list' },
} as const satisfies Record<string, Usage>;

type Word = keyof typeof USAGES;

/** Finds the candidate that was probably meant, or null. */
export type Nearest = (word: string, candidates: readonly string[]) => string | null;

/** `diagnose <target>` */
export function usageOf(word: Word): string {
  const { target, more, needs }: Usage = USAGES[word];
  const after = more === undefined ? '' : needs ? ` <${more}>` : ` [${more}]`;
  if (target === 'none') return word;
  return target === 'optional' ? `${word} [target]` : `${word} <target>${after}`;
}

/** Never throws. Phones and word processors send curly quotes, dashes, zero-width and non-breaking spaces: they do not matter. */
export function parseCommand(text: string, { targets }: Facts, nearest: Nearest): Command {
  const [first, second, ...rest] = wordsOf(text);
  const word = first?.toLowerCase();
  const spoken = second?.toLowerCase();
  if (word === undefined || word === 'help') return { kind: 'help' };
  if (!isWord(word)) return unknownWord(word, nearest);
  const { more, needs }: Usage = USAGES[word];
  const isFree = more === 'reason' || more === 'duration';
  const allowed = isFree ? Number.POSITIVE_INFINITY : more === undefined ? 0 : 1;
  if (rest.length > allowed) {
    const tooMany = rest.slice(allowed).join(' ');
    return usage(`\`${word}\` takes one target, and "${clip(tooMany)}" is one word too many.`, word);
  }
  if (spoken === undefined) {
    if (word === 'status') return { kind: word, targets };
    if (word === 'history') return { kind: word, target: null };
    return usage(`\`${word}\` needs a target: ${names(targets)}.`, word);
  }
  const target = targets.find(({ name, aliases }) => name === spoken || aliases.includes(spoken));
  if (target && needs && rest.length === 0) return usage(`\`${word}\` needs ${needs.why}.`, word);
  return target
    ? withTarget(word, target, rest, reasonOf(text))
    : unknownTarget(spoken, word, targets, nearest);
}

/** `reason`: what follows the target, as it was typed; `rest`: the same as bare words. */
function withTarget(word: Word, target: Target, rest: readonly string[], reason: string): Command {
  switch (word) {
    case 'help':
      return { kind: word };
    case 'status':
      return { kind: word, targets: [target] };
    case 'diagnose':
    case 'logs':
    case 'history':
      return { kind: word, target };
    case 'escalate':
      return { kind: word, target, reason };
    case 'snooze':
      return snooze(target, rest.join(' '));
    case 'stop':
    case 'restore':
    case 'restart':
      return { kind: 'propose', action: word, target, reason, version: null, ref: null };
    case 'deploy':
      return { kind: 'propose', action: word, target, reason: '', version: null, ref: rest[0] ?? null };
    case 'rollback': {
      const [spoken] = rest;
      const version = spoken === undefined ? null : versionOf(spoken);
      if (spoken !== undefined && version === null)
        return usage(`"${clip(spoken)}" is no version: say v41.`, word);
      return { kind: 'propose', action: word, target, reason: '', version, ref: null };
    }
  }
}

/** Always with an end, so that nobody forgets it: a day at the most. */
function snooze(target: Target, typed: string): Command {
  if (/^(off|end)$/i.test(typed)) return { kind: 'snooze', target, forMs: null };
  const forMs = parseDuration(typed);
  if (forMs === null)
    return usage(`"${clip(typed)}" is no duration: say \`30m\`, \`2h\`, \`1h30m\` or \`off\`.`, 'snooze');
  if (forMs > LONGEST_SNOOZE_MS) return usage('A snooze lasts 24 h at the most: say `12h`.', 'snooze');
  return { kind: 'snooze', target, forMs };
}

/** `v41` or `41`; null: it is no version. */
export function versionOf(spoken: string): number | null {
  const digits = /^v?(\d{1,6})$/i.exec(spoken)?.[1];
  return digits === undefined ? null : Number(digits);
}

function unknownWord(word: string, nearest: Nearest): Command {
  const near = nearest(word, Object.keys(USAGES));
  const hint = near === null ? '' : ` Did you mean \`${near}\`?`;
  return {
    kind: 'usage',
    words: `There is no command "${clip(word)}".${hint} Nothing was done. Type \`/raxx help\`.`,
  };
}

function unknownTarget(spoken: string, word: Word, targets: readonly Target[], nearest: Nearest): Command {
  const near = nearest(
    spoken,
    targets.flatMap(({ name, aliases }) => [name, ...aliases]),
  );
  const hint = near === null ? '' : ` Did you mean \`${near}\`?`;
  return usage(`There is no target "${clip(spoken)}".${hint} Targets: ${names(targets)}.`, word);
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

/** What stands behind the second word, as it was typed: a reason is read by people. Quotes around the whole of it are none of its words. */
function reasonOf(text: string): string {
  const clean = text.replace(INVISIBLE, '');
  const second = [...clean.matchAll(/\S+/gu)].filter(([word]) => isWordTyped(bare(word)))[1];
  if (!second) return '';
  const tail = clean
    .slice(second.index + second[0].length)
    .replace(/\s+/gu, ' ')
    .trim();
  return tail
    .replace(/^[-\u2010-\u2015\u2212]+ /u, '')
    .replace(/^(["'`\u2018-\u201f\u00ab])([^"'`\u2018-\u201f\u00bb]+)["'`\u2018-\u201f\u00bb]$/u, '$2');
}
