/** Defines the commands that propose a change, and `plan`, which only shows what a change would do. */
import type { ChangeCommand, ChangeWord } from './command.ts';
import {
  type FreeDefinition,
  isBecause,
  parseDefined,
  type TargetDefinition,
  type TargetWords,
  wrong,
} from './grammar.ts';
import { clip } from './typed-text.ts';

export const CHANGES = {
  stop: {
    grammar: 'target',
    more: 'reason',
    help: 'propose the emergency stop: scale to 0, app and data intact',
    parse: (typed) => propose('stop', typed, reasonAfter(typed, 0)),
  },
  restore: {
    grammar: 'target',
    more: 'reason',
    help: 'propose to scale the stopped app back to its previous formation',
    parse: (typed) => propose('restore', typed, reasonAfter(typed, 0)),
  },
  deploy: {
    grammar: 'target',
    more: 'ref',
    because: true,
    help: 'propose to deploy a branch, and follow the run',
    parse: (typed) => {
      const [ref = null] = isBecause(typed.rest[0]) ? [] : typed.rest;
      return propose('deploy', typed, reasonAfter(typed, ref === null ? 0 : 1), { ref });
    },
  },
  restart: {
    grammar: 'target',
    more: 'reason',
    help: 'propose to restart its dynos',
    parse: (typed) => propose('restart', typed, reasonAfter(typed, 0)),
  },
  rollback: {
    grammar: 'target',
    more: 'version',
    because: true,
    help: 'propose to go back to an earlier release',
    parse: (typed) => {
      const [spoken] = isBecause(typed.rest[0]) ? [] : typed.rest;
      if (spoken === undefined) return propose('rollback', typed, reasonAfter(typed, 0));
      const version = versionOf(spoken);
      if (version === null) return wrong(`"${clip(spoken)}" is not a version. Say v41.`);
      return propose('rollback', typed, reasonAfter(typed, 1), { version });
    },
  },
} as const satisfies Record<ChangeWord, TargetDefinition>;

function propose(
  action: ChangeWord,
  { target }: TargetWords,
  reason: string | null,
  wish: Partial<Pick<ChangeCommand, 'ref' | 'version'>> = {},
) {
  return { kind: 'propose', action, target, reason, version: null, ref: null, ...wish } as const;
}

/** Returns the reason: what follows this many words (a branch or a version), without a leading `because`. */
function reasonAfter({ rest, textAfter }: TargetWords, words: number): string | null {
  // In "because of an attack", the phrase itself is the reason, so `because` is kept.
  const isIntroduced = isBecause(rest[words]) && rest[words + 1]?.toLowerCase() !== 'of';
  return textAfter(isIntroduced ? words + 1 : words) || null;
}

/** Parses `v41` or `41`. Returns null if the word is not a version. */
export function versionOf(spoken: string): number | null {
  const digits = /^v?(\d{1,6})$/i.exec(spoken)?.[1];
  return digits === undefined ? null : Number(digits);
}

const CHANGE_WORDS = ['stop', 'restore', 'deploy', 'restart', 'rollback'] as const;

export function changeWordOf(word: string | undefined): ChangeWord | undefined {
  return CHANGE_WORDS.find((one) => one === word?.toLowerCase());
}

/** `plan` takes the words of a proposal. */
export const PLAN: FreeDefinition = {
  grammar: 'free',
  usage: '<action> <target>',
  help: 'what stop, restore, deploy, restart or rollback would do; only you see it, nothing is proposed',
  parse(typed) {
    const [action, ...after] = typed.after;
    const word = changeWordOf(action);
    if (word === undefined) {
      const near = action === undefined ? null : typed.nearest(action.toLowerCase(), CHANGE_WORDS);
      const hint = near === null ? '' : ` Did you mean \`/raxx ${['plan', near, ...after].join(' ')}\`?`;
      const what = action === undefined ? 'a change' : `a change; "${clip(action.toLowerCase())}" isn't one`;
      return wrong(`\`plan\` needs ${what}: ${CHANGE_WORDS.map((one) => `\`${one}\``).join(', ')}.${hint}`);
    }
    const textAfter = (words: number) => typed.textAfter(1 + words);
    const proposal = parseDefined(word, CHANGES[word], { ...typed, after, textAfter });
    return proposal.kind === 'propose' ? { ...proposal, kind: 'plan' } : proposal;
  },
};
