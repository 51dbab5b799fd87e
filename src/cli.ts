#!/usr/bin/env node
/** Composition root of the terminal: the same checks and actions as in Slack, without Slack. */
import { Command, CommanderError } from 'commander';
import { EXIT } from './cli/output.ts';
import { addChangingCommands } from './compose/commands/changing.ts';
import { addIncidentCommands } from './compose/commands/incidents.ts';
import { addLedgerCommands } from './compose/commands/ledger.ts';
import { addReadingCommands } from './compose/commands/reading.ts';
import { addSetupCommands } from './compose/commands/setup.ts';
import { readVersion } from './compose/package-files.ts';
import { readFacts, runbookPath } from './config.ts';
import { suggestCommand } from './runbook/commands/command-hint.ts';
import { nearestWord } from './runbook/text/nearest-word.ts';

// `raxx diagnose prod | head` closes the pipe early, which is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const program = new Command('raxx')
  .description('The Heroku incident runbook at the terminal: the same checks and actions as /raxx in Slack.')
  .version(readVersion(), '--version')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
Exit status: 0 healthy or done, 1 a problem was found or an action failed, 2 unknown, 64 usage, 78 configuration.
Requires HEROKU_API_KEY, and GITHUB_TOKEN or a GitHub App. Reads runbook.yml, or the file named by RUNBOOK.
Changes are recorded in the bot's ledger: DATABASE_URL, or the embedded database in RAXX_DATA_DIR.`,
  )
  .exitOverride();

addReadingCommands(program);
addChangingCommands(program);
addIncidentCommands(program);
addLedgerCommands(program);
addSetupCommands(program);

// Our own suggestions for commands are better than commander's: they know synonyms, prefixes, and the targets.
// Options keep commander's.
program.showSuggestionAfterError(false);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  const meant = error.code === 'commander.unknownCommand' ? suggestion(process.argv.slice(2)) : null;
  if (meant !== null) process.stderr.write(`Did you mean: raxx ${meant}\n`);
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
// A request that timed out, or a database that hangs, may still be open. Do not wait for either.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit();

/** Suggests the whole command line, so that it can be typed again. Null if nothing is similar. */
function suggestion(typed: readonly string[]): string | null {
  const facts = readFacts(runbookPath());
  const words = typed.filter((word) => !word.startsWith('-')).map((word) => word.toLowerCase());
  const commands = program.commands.map((command) => command.name());
  return suggestCommand(words, facts.ok ? facts.value.targets : [], commands, nearestWord);
}
