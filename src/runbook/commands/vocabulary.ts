/** Lists every `/raxx` command in the order of the help, with its usage, its help text and its parser. */
import { CATCHUP } from './catchup-words.ts';
import { CHANGES, PLAN } from './change-words.ts';
import { type Definition, usageLine } from './grammar.ts';
import { SNOOZE } from './snooze-words.ts';

export const COMMANDS = {
  status: {
    grammar: 'target',
    ofAll: (targets) => ({ kind: 'status', targets }),
    help: 'dynos, release and health of one target or all',
    parse: ({ target }) => ({ kind: 'status', targets: [target] }),
  },
  diagnose: {
    grammar: 'target',
    help: "run the runbook's checks, name the failure mode and its fix; posted in the channel",
    parse: ({ target }) => ({ kind: 'diagnose', target }),
  },
  logs: {
    grammar: 'target',
    help: 'the last log lines, with errors picked out',
    parse: ({ target }) => ({ kind: 'logs', target }),
  },
  changes: {
    grammar: 'target',
    help: 'what changed before the failure, and what is ruled out',
    parse: ({ target }) => ({ kind: 'changes', target }),
  },
  ...CHANGES,
  plan: PLAN,
  escalate: {
    grammar: 'target',
    more: 'reason',
    needs: 'a reason: it is what the operator reads first',
    help: 'page the operator now, and again until someone acknowledges',
    parse: ({ target, textAfter }) => ({ kind: 'escalate', target, reason: textAfter(0) }),
  },
  snooze: SNOOZE,
  note: {
    grammar: 'target',
    more: 'words',
    needs: "some text: it goes into the incident's timeline",
    help: 'add what you saw or did to its incident: timeline, thread and postmortem; anyone with read access can add one',
    parse: ({ target, textAfter }) => ({ kind: 'note', target, words: textAfter(0) }),
  },
  history: {
    grammar: 'target',
    ofAll: () => ({ kind: 'history', target: null }),
    help: 'what was proposed, decided and done',
    parse: ({ target }) => ({ kind: 'history', target }),
  },
  incidents: {
    grammar: 'target',
    ofAll: () => ({ kind: 'incidents', target: null }),
    help: 'open and recent incidents: start, cause, owner, card; only you see it',
    parse: ({ target }) => ({ kind: 'incidents', target }),
  },
  catchup: CATCHUP,
  help: { grammar: 'free', usage: '', help: 'this list', parse: () => ({ kind: 'help' }) },
} as const satisfies Record<string, Definition>;

export type CommandWord = keyof typeof COMMANDS;

export function isCommandWord(word: string): word is CommandWord {
  return Object.hasOwn(COMMANDS, word);
}

/** Example: `diagnose <target>`. */
export function usageOf(word: CommandWord): string {
  return usageLine(word, COMMANDS[word]);
}
