/** Commands about incidents, and about the watch that opens them. */
import type { Command } from 'commander';
import { runEscalate } from '../../cli/escalate.ts';
import { runIncident, runIncidents } from '../../cli/incident.ts';
import { runWatchdog } from '../../cli/watchdog.ts';
import { openIncidents } from '../command-settings.ts';
import { ANY_TARGET, AS_JSON, configured, type Json, TARGET } from './configured.ts';

export function addIncidentCommands(program: Command): void {
  program
    .command('escalate')
    .description('page the operator through the bot')
    .argument(...TARGET)
    .argument('<reason...>', 'what the operator reads first')
    .action((target: string, reason: string[]) =>
      configured(openIncidents(), (context) => runEscalate(target, reason.join(' '), context)),
    );

  program
    .command('incident')
    .description('list the last incidents, or show one and the draft of its postmortem')
    .argument('[id]', "the incident's id, from its card")
    .option('--markdown', 'print the draft of its postmortem')
    .option(...AS_JSON)
    .action((id: string | undefined, { markdown = false, json = false }: Json & { markdown?: boolean }) =>
      configured(openIncidents(), (context) => runIncident({ id: id ?? null, markdown, json }, context)),
    );

  program
    .command('incidents')
    .description('list open and recent incidents, one per line')
    .argument(...ANY_TARGET)
    .option(...AS_JSON)
    .action((target: string | undefined, { json = false }: Json) =>
      configured(openIncidents(), (context) => runIncidents(target, json, context)),
    );

  program
    .command('watchdog')
    .description("check that the bot's watch is running; exits 1 or 2 if not, for a scheduler to alert on")
    .option(...AS_JSON)
    .action(({ json = false }: Json) => configured(openIncidents(), (context) => runWatchdog(json, context)));
}
