/**
 * Maps every command to the function that begins it. A person without the right is refused immediately; the rest
 * follows the acknowledgement.
 */

import { readHistory } from '../../operations/actions/history.ts';
import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import type { Reading } from '../../operations/diagnosis/shared-collection.ts';
import { commandByHand } from '../../runbook/actions/manual-command.ts';
import type { ChangeCommand, Command } from '../../runbook/commands/command.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { mayCare } from '../../runbook/people/permissions.ts';
import { joinPhrases } from '../../runbook/text/phrase.ts';
import { type Proposal, refusalOf, runPlan, runProposal } from '../actions/propose.ts';
import { runCatchUp } from '../catch-up.ts';
import type { Asker, SlackContext } from '../context.ts';
import { requesterOf, runChanges, runDiagnosis, runLogs } from '../diagnosis/run-diagnosis.ts';
import { runEscalation, runIncidents, runNote, runSnooze } from '../incidents/command.ts';
import { runStatus } from '../status.ts';
import { historyView } from '../views/actions/history.ts';
import { helpView } from '../views/help.ts';
import { phraseView, sentenceView } from '../views/parts/answers.ts';
import type { Message } from '../views/parts/message.ts';

export interface CommandReply {
  /** Shown to the asker immediately. */
  readonly ack: Message;
  /** The work to do afterwards. Null when there is none. */
  readonly followUp: (() => Promise<void>) | null;
  /** Commands that do the same by hand. */
  readonly manualCommands?: readonly string[];
}

type CommandKind = Command['kind'];
type CommandOf<K extends CommandKind> = {
  [Kind in K]: { readonly kind: Kind } & Extract<Command, { readonly kind: Kind }>;
}[K];

/** Never rejects, and waits for nothing outside this process. */
type CommandHandlers = {
  readonly [Kind in CommandKind]: (
    context: SlackContext,
    command: CommandOf<Kind>,
    asker: Asker,
  ) => CommandReply;
};

const HANDLERS: CommandHandlers = {
  help: ({ facts }) => onlyReply(helpView(facts)),
  usage: (_context, { words }) => onlyReply(sentenceView(words)),
  diagnose: beginDiagnosis,
  status: beginStatus,
  logs: beginLogs,
  changes: beginChanges,
  propose: beginProposal,
  plan: beginPlan,
  escalate: beginEscalation,
  snooze: beginSnooze,
  note: beginNote,
  incidents: (context, { target }, asker) =>
    reply('Loading incidents…', () => runIncidents(context, target, asker)),
  catchup: (context, { target, forMs }, asker) =>
    reply('Loading events…', () => runCatchUp(context, target, forMs, asker)),
  history: (context, { target }, asker) =>
    reply('Loading history…', () => showHistory(context, target, asker)),
};

export function beginCommand<K extends CommandKind>(
  context: SlackContext,
  command: CommandOf<K>,
  asker: Asker,
): CommandReply {
  const handler: CommandHandlers[K] = HANDLERS[command.kind];
  return handler(context, command, asker);
}

/** Returns the command's name as the metrics count it. */
export function nameOf(command: Command): string {
  return command.kind === 'propose' ? command.action : command.kind;
}

export function onlyReply(ack: Message): CommandReply {
  return { ack, followUp: null };
}

function reply(
  words: string,
  followUp: () => Promise<void>,
  manualCommands: readonly string[] = [],
): CommandReply {
  return { ack: sentenceView(words), followUp, manualCommands };
}

function beginDiagnosis(
  context: SlackContext,
  { target }: CommandOf<'diagnose'>,
  asker: Asker,
): CommandReply {
  return (
    limitReply(context, 'diagnose', [target], asker) ??
    reply(`Diagnosing ${target.name}…`, () => runDiagnosis(context, target, asker))
  );
}

const LIST = new Intl.ListFormat('en');

function beginStatus(context: SlackContext, { targets }: CommandOf<'status'>, asker: Asker): CommandReply {
  const names = LIST.format(targets.map(({ name }) => name));
  return (
    limitReply(context, 'status', targets, asker) ??
    reply(`Looking at ${names}…`, () => runStatus(context, targets, asker))
  );
}

function beginLogs(context: SlackContext, { target }: CommandOf<'logs'>, asker: Asker): CommandReply {
  return (
    limitReply(context, 'logs', [target], asker) ??
    reply(`Reading the log of ${target.app}…`, () => runLogs(context, target, asker))
  );
}

function beginChanges(context: SlackContext, { target }: CommandOf<'changes'>, asker: Asker): CommandReply {
  return (
    limitReply(context, 'diagnose', [target], asker) ??
    reply(`Looking at what changed on ${target.app}…`, () => runChanges(context, target, asker))
  );
}

/**
 * Refuses a request that exceeds a rate limit, before any message says that it has started. Null if no limit applies.
 */
function limitReply(
  { diagnosisService }: SlackContext,
  reading: Reading,
  targets: readonly Target[],
  { person }: Asker,
): CommandReply | null {
  const refused = diagnosisService.refusal(reading, targets, requesterOf(person));
  return refused ? onlyReply(sentenceView(notBegunWords(refused))) : null;
}

function beginProposal(context: SlackContext, command: CommandOf<'propose'>, asker: Asker): CommandReply {
  const proposal = proposalOf(command);
  const refused = refusalOf(context, proposal, asker);
  if (refused !== null) return onlyReply(phraseView(refused));
  return reply(
    `Looking at what a ${command.action} of ${command.target.name} would do…`,
    () => runProposal(context, proposal, asker),
    manualCommandsOf(command, context.facts),
  );
}

function beginPlan(context: SlackContext, command: CommandOf<'plan'>, asker: Asker): CommandReply {
  return reply(
    `Looking at what a ${command.action} of ${command.target.name} would do. Nothing is proposed…`,
    () => runPlan(context, proposalOf(command), asker),
    manualCommandsOf(command, context.facts),
  );
}

function proposalOf({ action: kind, target, reason, version, ref }: ChangeCommand): Proposal {
  return { kind, target, reason, version, ref };
}

function manualCommandsOf({ action, target, version, ref }: ChangeCommand, facts: Facts): readonly string[] {
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  const command = commandByHand(action, target, facts, wish);
  return command === null ? [] : [command];
}

function beginEscalation(
  context: SlackContext,
  { target, reason }: CommandOf<'escalate'>,
  asker: Asker,
): CommandReply {
  const may = mayCare(asker.person, 'escalate');
  if (!may.ok) return onlyReply(phraseView(joinPhrases([may.words, callWords(context.facts)], ' ')));
  return reply(`Escalating ${target.name}…`, () => runEscalation(context, target, reason, asker));
}

/** Someone who may not page the operator through the bot can still call. */
function callWords({ escalation }: Facts): string {
  const { name, contact } = escalation.who;
  return `If it can't wait, contact ${name} directly: ${contact}.`;
}

function beginSnooze(
  context: SlackContext,
  { target, forMs }: CommandOf<'snooze'>,
  asker: Asker,
): CommandReply {
  const may = mayCare(asker.person, forMs === null ? 'end a snooze' : 'snooze');
  if (!may.ok) return onlyReply(phraseView(may.words));
  const words = forMs === null ? `Ending the snooze of ${target.name}…` : `Snoozing ${target.name}…`;
  return reply(words, () => runSnooze(context, target, forMs, asker));
}

function beginNote(context: SlackContext, { target, words }: CommandOf<'note'>, asker: Asker): CommandReply {
  return reply(`Adding a note to the incident of ${target.name}…`, () =>
    runNote(context, target, words, asker),
  );
}

const HISTORY_LENGTH = 15;

async function showHistory(
  { actionStore, post }: SlackContext,
  target: Target | null,
  { replyTo }: Asker,
): Promise<void> {
  const entries = await readHistory(actionStore, HISTORY_LENGTH, target?.name);
  await post.toAsker(replyTo, historyView(entries));
}
