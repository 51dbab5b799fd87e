/** `/raxx …`: says at once what it does, then does it. */

import { readHistory } from '../../operations/actions/history.ts';
import { notBegunWords } from '../../operations/diagnosis/not-begun.ts';
import { commandByHand } from '../../runbook/actions/manual-command.ts';
import type { ChangeCommand, Command } from '../../runbook/commands/command.ts';
import { parseCommand } from '../../runbook/commands/parse-command.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { mayCare, type Person } from '../../runbook/people/permissions.ts';
import { nearestWord } from '../../runbook/text/nearest-word.ts';
import { refusalOf, runPlan, runProposal } from '../actions/propose.ts';
import { runCatchUp } from '../catch-up.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import { askerOf, runChanges, runDiagnosis } from '../diagnosis/run-diagnosis.ts';
import { runEscalation, runIncidents, runNote, runSnooze } from '../incidents/command.ts';
import type { Origin } from '../people/identify.ts';
import { runStatus } from '../status.ts';
import { helpView, refusalView, sentenceView } from '../views/help.ts';
import { historyView } from '../views/history.ts';
import { logsView } from '../views/logs.ts';
import type { Message } from '../views/message.ts';

/** How many lines a history shows. */
const HISTORY = 15;
const LIST = new Intl.ListFormat('en');

export interface TypedCommand {
  /** As they typed it: names may have to be looked up. */
  readonly text: Promise<string>;
  readonly user: string;
  readonly from: Origin;
  readonly place: Place;
}

/** What is shown to the asker at once, and what goes on afterwards; null: nothing does. */
export interface CommandReply {
  readonly ack: Message;
  readonly rest: (() => Promise<void>) | null;
  /** The commands that do the same by hand; left out: there is none. */
  readonly byHand?: readonly string[];
  /** The command; left out: nobody may know. */
  readonly name?: string;
}

/** Never rejects, and answers well within Slack's three seconds. */
export async function beginCommand(typed: TypedCommand, deps: SlackDeps): Promise<CommandReply> {
  const [known, text] = await Promise.all([deps.recognise(typed.user, typed.from), typed.text]);
  if (!known.ok) return { ack: sentenceView(known.words), rest: null };
  const command = parseCommand(text, deps.facts, nearestWord);
  return { ...begin(command, known.person, typed.place, deps), name: nameOf(command) };
}

/** As the metrics count it. */
export function nameOf(command: Command): string {
  return command.kind === 'propose' ? command.action : command.kind;
}

export function begin(command: Command, person: Person, place: Place, deps: SlackDeps): CommandReply {
  switch (command.kind) {
    case 'help':
      return { ack: helpView(deps.facts), rest: null };
    case 'usage':
      return { ack: sentenceView(command.words), rest: null };
    case 'diagnose':
    case 'status':
    case 'logs':
    case 'changes':
      return beginReading(command, person, place, deps);
    case 'propose': {
      const { action: kind, target, reason, version, ref } = command;
      const proposal = { kind, target, by: person, reason, version, ref };
      const refused = refusalOf(proposal, deps);
      if (refused !== null) return { ack: refusalView(refused), rest: null };
      return {
        ack: sentenceView(`Looking at what a ${kind} of ${target.name} would do…`),
        rest: () => runProposal(proposal, place, deps),
        byHand: byHandOf(command, deps.facts),
      };
    }
    case 'plan': {
      const { action: kind, target, reason, version, ref } = command;
      return {
        ack: sentenceView(`Looking at what a ${kind} of ${target.name} would do. Nothing is proposed…`),
        rest: () => runPlan({ kind, target, by: person, reason, version, ref }, place, deps),
        byHand: byHandOf(command, deps.facts),
      };
    }
    case 'escalate': {
      const { target, reason } = command;
      const refused = mayCare(person, 'escalate');
      if (!refused.ok) return { ack: refusalView(`${refused.words} ${callWords(deps.facts)}`), rest: null };
      return {
        ack: sentenceView(`Escalating ${target.name}…`),
        rest: () => runEscalation(target, reason, person, place, deps),
      };
    }
    case 'snooze': {
      const { target, forMs } = command;
      const refused = mayCare(person, forMs === null ? 'end a snooze' : 'snooze');
      if (!refused.ok) return { ack: refusalView(refused.words), rest: null };
      const context = forMs === null ? 'Ending the snooze of' : 'Snoozing';
      return {
        ack: sentenceView(`${context} ${target.name}…`),
        rest: () => runSnooze(target, forMs, person, place, deps),
      };
    }
    case 'note': {
      const { target, words } = command;
      return {
        ack: sentenceView(`Adding a note to the incident of ${target.name}…`),
        rest: () => runNote(target, words, person, place, deps),
      };
    }
    case 'incidents':
      return {
        ack: sentenceView('Reading the incidents…'),
        rest: () => runIncidents(command.target, place, deps),
      };
    case 'catchup': {
      const { target, forMs } = command;
      return {
        ack: sentenceView('Reading what happened…'),
        rest: () => runCatchUp(target, forMs, place, deps),
      };
    }
    case 'history': {
      const { target } = command;
      return {
        ack: sentenceView('Reading the history…'),
        rest: async () => {
          const entries = await readHistory(deps.actionStore, HISTORY, target?.name);
          await deps.post.toAsker(place, historyView(entries));
        },
      };
    }
  }
}

type ReadingCommand = Extract<Command, { kind: 'diagnose' | 'status' | 'logs' | 'changes' }>;

/** What asks the sources: a refusal by a limit comes before the words that something is begun. */
function beginReading(command: ReadingCommand, person: Person, place: Place, deps: SlackDeps): CommandReply {
  const asker = askerOf(person);
  const targets = command.kind === 'status' ? command.targets : [command.target];
  const refused = deps.diagnosisService.refusal(
    command.kind === 'changes' ? 'diagnose' : command.kind,
    targets,
    asker,
  );
  if (refused) return { ack: sentenceView(notBegunWords(refused)), rest: null };
  switch (command.kind) {
    case 'diagnose':
      return {
        ack: sentenceView(`Diagnosing ${command.target.name}…`),
        rest: () => runDiagnosis(command.target, person, place, deps),
      };
    case 'status':
      return {
        ack: sentenceView(`Looking at ${LIST.format(command.targets.map(({ name }) => name))}…`),
        rest: () => runStatus(command.targets, person, place, deps),
      };
    case 'logs':
      return {
        ack: sentenceView(`Reading the log of ${command.target.app}…`),
        rest: async () => {
          const answer = await deps.diagnosisService.logs(command.target, asker);
          const view = answer.ok ? logsView(answer.value) : sentenceView(notBegunWords(answer));
          await deps.post.toAsker(place, view);
        },
      };
    case 'changes':
      return {
        ack: sentenceView(`Looking at what changed on ${command.target.app}…`),
        rest: () => runChanges(command.target, person, place, deps),
      };
  }
}

function byHandOf({ action, target, version, ref }: ChangeCommand, facts: Facts): readonly string[] {
  const wish = { ...(version === null ? {} : { version }), ...(ref === null ? {} : { ref }) };
  const command = commandByHand(action, target, facts, wish);
  return command === null ? [] : [command];
}

/** Whoever may not wake the operator through the bot may still call. */
function callWords({ escalation }: Facts): string {
  const { name, contact } = escalation.who;
  return `If it cannot wait, call ${name} (${contact}).`;
}
