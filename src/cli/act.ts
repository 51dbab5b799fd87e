/**
 * `raxx stop`, `restore`, `deploy`, `restart`, `rollback`, and `fix`: shows the plan, asks for the typed name, and
 * reports the verified outcome.
 */
import type { Done, TerminalSession } from '../operations/actions/terminal-session.ts';
import { namedTarget } from '../runbook/commands/named-target.ts';
import type { Action, Draft, ManualCommand } from '../runbook/model/action.ts';
import type { Wish } from '../runbook/model/action-spec.ts';
import type { Facts, Target } from '../runbook/model/runbook-config.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import { actionJson, planJson, refusedJson } from './action-json.ts';
import { type Confirmed, type Consent, canConfirm, confirm } from './confirm.ts';
import { findTarget } from './context.ts';
import { EXIT, type Terminal } from './output.ts';
import { printEnd, printLeft, printPlan, printPlanOnly, progressLine } from './print-action.ts';

export interface ActOptions extends Consent {
  readonly kind: ActionKind;
  /** True for `raxx fix`, which acts on the process type that the evidence names. */
  readonly isFix: boolean;
  readonly spoken: string;
  /** Null when none was given. */
  readonly reason: string | null;
  readonly wish: Pick<Wish, 'version' | 'ref'>;
  readonly json: boolean;
  /** True to only show what would be done. Nothing is confirmed or sent. */
  readonly plan: boolean;
  /** Printed with a refusal, for example `stop <target> [reason]`. */
  readonly usage: string;
}

const UNREAD = "The ledger can't be opened, so formations saved by earlier stops are not known here.";

interface Undone {
  readonly words: string;
  readonly manualCommand: ManualCommand;
}

/** Opened only once the command can proceed. */
export interface OpenedSession {
  readonly session: TerminalSession;
  /** Says why the team's ledger is not used, and where the notes go instead. Null when it is open. */
  readonly offlineNotice: string | null;
  /** A warning to show before anything is written, or null. */
  readonly warning: string | null;
  /** A sentence that says who keeps checking after this process ends. */
  readonly whoContinues: string;
  close(): Promise<void>;
}

export interface ActSetting {
  readonly terminal: Terminal;
  readonly facts: Facts;
  open(): Promise<OpenedSession>;
}

/** Exit status: 0 done, 1 failed or not sent, 2 unknown, 64 usage error or a different name. */
export async function runAct(wanted: ActOptions, { terminal, facts, open }: ActSetting): Promise<number> {
  const named = targetOf(wanted, facts);
  if (!named.ok) return refuse(named.words, wanted, terminal);
  const { target } = named;
  terminal.progress('Opening the ledger…');
  const opened = await open();
  try {
    terminal.progress('');
    warn(opened, wanted, terminal);
    terminal.progress(`Looking at ${target.app}…`);
    const { kind, reason, wish, isFix } = wanted;
    const planned = await opened.session.plan({ kind, target, reason, wish, isFix });
    terminal.progress('');
    if (!planned.ok) return notDone(planned, wanted, terminal);
    if (wanted.plan) return showPlan(planned.draft, wanted, terminal);
    say(printPlan(planned.draft, terminal.paint), wanted, terminal);
    const confirmed = await confirm(target.app, wanted);
    if (!confirmed.ok) return refuse(confirmed.words, wanted, terminal);
    const done = await opened.session.act(planned.draft, watcher(terminal));
    terminal.progress('');
    return report(done, planned.draft, opened.whoContinues, wanted, terminal);
  } finally {
    await opened.close();
  }
}

type Named = { readonly ok: true; readonly target: Target } | Extract<Confirmed, { ok: false }>;

/** Returns the one target that was named, provided that the change can be confirmed here at all. */
function targetOf(wanted: ActOptions, facts: Facts): Named {
  const found = findTarget(facts, wanted.spoken);
  if (!found.ok) return found;
  const { target } = found;
  const other = namedTarget(wanted.wish.ref ?? wanted.reason?.split(' ')[0] ?? '', facts.targets);
  // A second target cannot be a reason or a branch.
  if (other.kind === 'one' && other.target !== target)
    return { ok: false, words: `Which one: ${target.name}, ${other.target.name}? Nothing was done.` };
  const possible = canConfirm(target.app, wanted);
  return wanted.plan || possible.ok ? { ok: true, target } : possible;
}

/** Reports the state of the ledger before anything is done. */
function warn(
  { offlineNotice, warning }: OpenedSession,
  { plan }: ActOptions,
  { err, paint }: Terminal,
): void {
  if (warning !== null && !plan) err(`${paint.yellow(warning)}\n`);
  if (offlineNotice !== null) err(`${paint.yellow(plan ? UNREAD : offlineNotice)}\n`);
}

/** With `--json`, stdout carries only the object. */
function say(text: string, { json }: ActOptions, terminal: Terminal): void {
  if (json) terminal.err(text);
  else terminal.out(text);
}

function refuse(words: string, { usage }: ActOptions, terminal: Terminal): number {
  terminal.err(`${words}\nUsage: npx raxx ${usage}\n`);
  return EXIT.usage;
}

function notDone({ words, manualCommand }: Undone, { kind, spoken, json }: ActOptions, terminal: Terminal) {
  if (json) terminal.out(toText(refusedJson(kind, spoken, words, manualCommand)));
  else terminal.err(`${words}\n${handLine(manualCommand)}`);
  return EXIT.problem;
}

function showPlan(draft: Draft, { json }: ActOptions, { out, paint }: Terminal): number {
  out(json ? toText(planJson(draft)) : printPlanOnly(draft, paint));
  return EXIT.ok;
}

function report(
  done: Done,
  draft: Draft,
  whoContinues: string,
  wanted: ActOptions,
  terminal: Terminal,
): number {
  const { json } = wanted;
  const { out, err, paint } = terminal;
  switch (done.kind) {
    case 'refused':
      return notDone(done, wanted, terminal);
    case 'lost': {
      const words = `${done.words} ${whoContinues}`;
      const { id, manualCommand } = done;
      const refused = refusedJson(draft.kind, draft.target, words, manualCommand);
      if (json) out(toText({ ...refused, id, state: 'executing' }));
      else err(`${words}\n${handLine(manualCommand)}`);
      return EXIT.unknown;
    }
    case 'left':
      say(printLeft(done.action, whoContinues, paint), wanted, terminal);
      if (json) out(toText(actionJson(done.action)));
      return EXIT.unknown;
    case 'ended':
      out(json ? toText(actionJson(done.action)) : printEnd(done.action, whoContinues, paint));
      return exitOf(done.action);
  }
}

/** Returns a reporter that updates one line at a terminal, and prints one line per change in a pipe. */
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
