/** Commands that look at a target and change nothing. */
import type { Command } from 'commander';
import { runChanges } from '../../cli/changes.ts';
import { runDiagnose } from '../../cli/diagnose.ts';
import { runLogs } from '../../cli/logs.ts';
import { runStatus } from '../../cli/status.ts';
import { openSetting } from '../command-settings.ts';
import { ANY_TARGET, AS_JSON, configured, type Json, TARGET } from './configured.ts';

export function addReadingCommands(program: Command): void {
  program
    .command('status')
    .description('show dynos, release, health and verdict of one target or all')
    .argument(...ANY_TARGET)
    .option(...AS_JSON)
    .action((target: string | undefined, { json = false }: Json) =>
      configured(openSetting(), (context) => runStatus(target, json, context)),
    );

  program
    .command('diagnose')
    .description("run the runbook's checks; name the failure mode and its fix")
    .argument(...TARGET)
    .option(...AS_JSON)
    .action((target: string, { json = false }: Json) =>
      configured(openSetting(), (context) => runDiagnose(target, json, context)),
    );

  program
    .command('changes')
    .description('show what changed before the failure began, and what can be ruled out')
    .argument(...TARGET)
    .option(...AS_JSON)
    .action((target: string, { json = false }: Json) =>
      configured(openSetting(), (context) => runChanges(target, json, context)),
    );

  program
    .command('logs')
    .description('show the last log lines, with errors picked out')
    .argument(...TARGET)
    .option(...AS_JSON)
    .action((target: string, { json = false }: Json) =>
      configured(openSetting(), (context) => runLogs(target, json, context)),
    );
}
