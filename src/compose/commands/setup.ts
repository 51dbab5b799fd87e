/** Commands that check or print how the bot is set up. */
import type { Command } from 'commander';
import { runDoctor } from '../../cli/doctor.ts';
import { runManifest } from '../../cli/manifest.ts';
import { runRunbookCheck } from '../../cli/runbook-check.ts';
import { readFacts, runbookPath } from '../../config.ts';
import { checkEverything } from '../check-everything.ts';
import { readManifest } from '../package-files.ts';
import { createTerminal } from '../terminal.ts';
import { AS_JSON, type Json } from './configured.ts';

export function addSetupCommands(program: Command): void {
  program
    .command('doctor')
    .description('check that everything is set up and can be reached')
    .option(...AS_JSON)
    .action(async ({ json = false }: Json) => {
      const { checkups, terminal } = await checkEverything();
      process.exitCode = runDoctor(checkups, json, terminal);
    });

  const runbook = program.command('runbook').description('work with the runbook file').exitOverride();
  runbook
    .command('check')
    .description('validate a runbook file; list every fault with its path')
    .argument('[file]', 'the file; runbook.yml (or the file named by RUNBOOK) when left out')
    .option(...AS_JSON)
    .action((file: string | undefined, { json = false }: Json) => {
      const path = file ?? runbookPath();
      process.exitCode = runRunbookCheck(path, readFacts(path), json, createTerminal(null));
    });

  program
    .command('manifest')
    .description("print the Slack app's manifest")
    .option('--host <host>', 'where the bot runs: raxx-chatops.herokuapp.com')
    .action(({ host }: { host?: string }) => {
      process.exitCode = runManifest(readManifest(), host, createTerminal(null));
    });
}
