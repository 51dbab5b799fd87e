#!/usr/bin/env node
/** Composition root of the terminal: the same checks as in Slack, with no Slack. */
import { Command, CommanderError } from 'commander';
import { runDiagnose } from './cli/diagnose.ts';
import { runLogs } from './cli/logs.ts';
import { createPaint } from './cli/paint.ts';
import { runRunbookCheck } from './cli/runbook-check.ts';
import type { Setting } from './cli/setting.ts';
import { runStatus } from './cli/status.ts';
import { EXIT, type Terminal } from './cli/terminal.ts';
import { faultLines, readConfig, readFacts, runbookPath } from './config.ts';
import { createLog } from './log.ts';
import { createReadings } from './operations/readings.ts';
import { createOutside } from './outside.ts';
import { createRedactor } from './runbook/redact.ts';

const { stdout, stderr } = process;
// `raxx diagnose prod | head` closes the pipe early: that is the reader's wish, not a fault.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

function createTerminal(clean: (text: string) => string): Terminal {
  return {
    out: (text) => void stdout.write(clean(text)),
    err: (text) => void stderr.write(clean(text)),
    progress: (text) => {
      if (stderr.isTTY) stderr.write(`\r\u001b[2K${text}`);
    },
    // In a pipe isTTY is undefined, which picocolors would take for "find out yourself".
    paint: createPaint(stdout.isTTY === true && stdout.hasColors()),
  };
}

/** What a reading command needs, or null after the faults of the configuration were printed. */
function openSetting(): Setting | null {
  const config = readConfig();
  if (!config.ok) {
    stderr.write(`raxx is not configured:\n${faultLines(config.faults)}`);
    return null;
  }
  const { facts, secrets } = config.value;
  const redactor = createRedactor({ secrets });
  const terminal = createTerminal(redactor.text);
  const log = createLog(process.stderr.isTTY ? 'silent' : 'error', redactor, stderr);
  const readings = createReadings({
    outside: createOutside(config.value, log),
    facts,
    redactor,
    now: Date.now,
    expire: AbortSignal.timeout,
    progress: (answered, of) =>
      terminal.progress(`Asking Heroku, GitHub and the app: ${answered} of ${of} answered`),
  });
  return { terminal, facts, readings };
}

async function withSetting(run: (setting: Setting) => Promise<number>): Promise<void> {
  const setting = openSetting();
  process.exitCode = setting === null ? EXIT.config : await run(setting);
}

const program = new Command('raxx')
  .description('The Heroku incident runbook at the terminal: the same checks as /raxx in Slack.')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
Exit status: 0 healthy or done, 1 a problem was found, 2 it could not be told, 64 usage, 78 configuration.
Needs HEROKU_API_KEY, and GITHUB_TOKEN or a GitHub App; reads runbook.yml (or the file that RUNBOOK names).`,
  )
  .exitOverride();

const asJson = ['--json', 'print one JSON object instead of text'] as const;

program
  .command('status')
  .description('dynos, release, health and verdict of one target or all')
  .argument('[target]', 'prod, staging, …')
  .option(...asJson)
  .action((target: string | undefined, { json }: { json?: boolean }) =>
    withSetting((setting) => runStatus(target, json ?? false, setting)),
  );

program
  .command('diagnose')
  .description("run the runbook's checks, name the failure mode and its fix")
  .argument('<target>', 'prod, staging, …')
  .option(...asJson)
  .action((target: string, { json }: { json?: boolean }) =>
    withSetting((setting) => runDiagnose(target, json ?? false, setting)),
  );

program
  .command('logs')
  .description("the last log lines, and what the runbook's step 6 makes of them")
  .argument('<target>', 'prod, staging, …')
  .option(...asJson)
  .action((target: string, { json }: { json?: boolean }) =>
    withSetting((setting) => runLogs(target, json ?? false, setting)),
  );

const runbook = program.command('runbook').description("the team's facts").exitOverride();
runbook
  .command('check')
  .description('validate a runbook file: every fault with its path')
  .argument('[file]', 'the file; runbook.yml (or what RUNBOOK names) when left out')
  .option(...asJson)
  .action((file: string | undefined, { json }: { json?: boolean }) => {
    const path = file ?? runbookPath();
    const terminal = createTerminal((text) => text);
    process.exitCode = runRunbookCheck(path, readFacts(path), json ?? false, terminal);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
// A question that was given up at the deadline may still be open; nobody waits for its end.
await new Promise<void>((resolve) => stdout.write('', () => resolve()));
process.exit();
