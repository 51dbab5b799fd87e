/** `raxx stop`, `restore`, `deploy`, `restart`, `rollback` and `fix`: the plan, the name that is typed, the true end. */
import type { Done, TerminalSession } from '../operations/actions/terminal-session.ts';
import { namedTarget } from '../runbook/commands/named-target.ts';
import type { Action, Draft, ManualCommand, Wish } from '../runbook/model/action.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import { actionJson, planJson, refusedJson } from './action-json.ts';
import { type Consent, canConfirm, confirm } from './confirm.ts';
import { findTarget } from './context.ts';
import { EXIT, type Terminal } from './output.ts';
import { printEnd, printLeft, printPlan, printPlanOnly, progressLine } from './print-action.ts';

export interface ActOptions extends Consent {
  readonly kind: ActionKind;
  /** `raxx fix`: it acts on what the evidence names. */
  readonly isFix: boolean;
  readonly spoken: string;
  /** Null when none was given. */
  readonly reason: string | null;
  readonly wish: Pick<Wish, 'version' | 'ref'>;
  readonly json: boolean;
  /** Only what would be done: nobody is asked, and nothing is sent. */
  readonly plan: boolean;
  /** `stop <target> [reason]`, said when it cannot go on. */
  readonly usage: string;
}

const UNREAD = 'The ledger cannot be opened: what stops of before have saved is not known here.';

interface Undone {
  readonly words: string;
  readonly manualCommand: ManualCommand;
}

/** What is opened only when the command can go on. */
export interface OpenedSession {
  readonly at: TerminalSession;
  /** Why the team's ledger is not used, and where the notes go instead; null when it is open. */
  readonly apart: string | null;
  /** What to know before anything is written; null for nothing. */
  readonly warning: string | null;
  /** Who goes on looking when this process ends. */
  readonly follower: string;
  close(): Promise<void>;
}

export interface ActSetting {
  readonly terminal: Terminal;
  readonly facts: Facts;
  open(): Promise<OpenedSession>;
}

/** Exit status: 0 done, 1 failed or not sent, 2 unknown, 64 usage or another name. */
export async function runAct(wanted: ActOptions, { terminal, facts, open }: ActSetting): Promise<number> {
  const { kind, json } = wanted;
  const target = findTarget(facts, wanted.spoken);
  if (typeof target === 'string') return refuse(target);
  const other = namedTarget(wanted.wish.ref ?? wanted.reason?.split(' ')[0] ?? '', facts.targets);
  // A second target is no reason and no branch.
  if (other.kind === 'one' && other.target !== target)
    return refuse(`Which one: ${target.name}, ${other.target.name}? Nothing was done.`);
  const possible = canConfirm(target.app, wanted);
  if (!wanted.plan && !possible.ok) return refuse(possible.words);
  terminal.progress('Opening the ledger…');
  const { at, apart, warning, follower, close } = await open();
  try {
    terminal.progress('');
    if (warning !== null && !wanted.plan) terminal.err(`${terminal.paint.yellow(warning)}\n`);
    if (apart !== null) terminal.err(`${terminal.paint.yellow(wanted.plan ? UNREAD : apart)}\n`);
    terminal.progress(`Looking at ${target.app}…`);
    const planned = await at.plan({
      kind,
      target,
      reason: wanted.reason,
      wish: wanted.wish,
      isFix: wanted.isFix,
    });
    terminal.progress('');
    if (!planned.ok) return notDone(planned);
    if (wanted.plan) {
      terminal.out(json ? toText(planJson(planned.draft)) : printPlanOnly(planned.draft, terminal.paint));
      return EXIT.ok;
    }
    say(printPlan(planned.draft, terminal.paint));
    const confirmed = await confirm(target.app, wanted);
    if (!confirmed.ok) return refuse(confirmed.words);
    return end(planned.draft, await at.act(planned.draft, watcher(terminal)), follower);
  } finally {
    await close();
  }

  /** With `--json` there is nothing but the object on stdout. */
  function say(text: string): void {
    if (json) terminal.err(text);
    else terminal.out(text);
  }

  function refuse(words: string): number {
    terminal.err(`${words}\nUsage: npx raxx ${wanted.usage}\n`);
    return EXIT.usage;
  }

  function notDone({ words, manualCommand }: Undone): number {
    if (json) terminal.out(toText(refusedJson(wanted.kind, wanted.spoken, words, manualCommand)));
    else terminal.err(`${words}\n${handLine(manualCommand)}`);
    return EXIT.problem;
  }

  function end(draft: Draft, done: Done, follower: string): number {
    terminal.progress('');
    switch (done.kind) {
      case 'refused':
        return notDone(done);
      case 'lost': {
        const words = `${done.words} ${follower}`;
        const { manualCommand } = done;
        if (json)
          terminal.out(
            toText({
              ...refusedJson(kind, draft.target, words, manualCommand),
              id: done.id,
              state: 'executing',
            }),
          );
        else terminal.err(`${words}\n${handLine(manualCommand)}`);
        return EXIT.unknown;
      }
      case 'left':
        say(printLeft(done.action, follower, terminal.paint));
        if (json) terminal.out(toText(actionJson(done.action)));
        return EXIT.unknown;
      case 'ended':
        terminal.out(
          json ? toText(actionJson(done.action)) : printEnd(done.action, follower, terminal.paint),
        );
        return exitOf(done.action);
    }
  }
}

/** One updating line at a terminal, a line for each change in a pipe. */
function watcher(terminal: Terminal): (action: Action) => void {
  let said = '';
  return (action) => {
    const words = progressLine(action);
    if (words !== said) terminal.step(words);
    said = words;
  };
}

function handLine(manualCommand: ManualCommand): string {
  return manualCommand === null ? '' : `By hand: ${manualCommand}\n`;
}

function exitOf({ state }: Action): number {
  if (state === 'succeeded') return EXIT.ok;
  return state === 'unconfirmed' ? EXIT.unknown : EXIT.problem;
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
