#!/usr/bin/env node
import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { type ActOptions, runAct } from './cli/act.ts';
import { runChanges } from './cli/changes.ts';
import { runDiagnose } from './cli/diagnose.ts';
import { runDoctor } from './cli/doctor.ts';
import { runEscalate } from './cli/escalate.ts';
import { runExport } from './cli/export.ts';
import { runHistory } from './cli/history.ts';
import { runIncident, runIncidents } from './cli/incident.ts';
import { runLogs } from './cli/logs.ts';
import { runManifest } from './cli/manifest.ts';
import { EXIT } from './cli/output.ts';
import { runRunbookCheck } from './cli/runbook-check.ts';
import { runStatus } from './cli/status.ts';
/** Composition root of the terminal: the same checks and actions as in Slack, with no Slack. */
import { runVerifyFile } from './cli/verify-file.ts';
import { runWatchdog } from './cli/watchdog.ts';
import {
  checkEverything,
  createTerminal,
  openActing,
  openExport,
  openExported,
  openIncidents,
  openPast,
  openSetting,
  questioner,
  readManifest,
  readVersion,
} from './compose/terminal.ts';
import { type Checked, faultLines, readFacts, runbookPath } from './config.ts';
import { parseAnchor } from './operations/ports/audit-proof.ts';
import { versionOf } from './runbook/commands/change-words.ts';
import { suggestCommand } from './runbook/commands/command-hint.ts';
import { nearestWord } from './runbook/text/nearest-word.ts';

// `raxx diagnose prod | head` closes the pipe early: that is the reader's wish, not a fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** Runs a command with what it needs, or says every fault of the configuration. */
async function configured<T>(setting: Checked<T>, run: (setting: T) => Promise<number>): Promise<void> {
  if (setting.ok) {
    process.exitCode = await run(setting.value);
    return;
  }
  process.stderr.write(`raxx is not configured:\n${faultLines(setting.faults)}`);
  process.exitCode = EXIT.config;
}

const program = new Command('raxx')
  .description('The Heroku incident runbook at the terminal: the same checks and actions as /raxx in Slack.')
  .version(readVersion(), '--version')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
Exit status: 0 healthy or done, 1 a problem was found or an action failed, 2 unknown, 64 usage, 78 configuration.
Needs HEROKU_API_KEY, and GITHUB_TOKEN or a GitHub App; reads runbook.yml (or the file that RUNBOOK names).
What is changed is written in the bot's ledger: DATABASE_URL, or the embedded database in RAXX_DATA_DIR.`,
  )
  .exitOverride();

const asJson = ['--json', 'print one JSON object instead of text'] as const;
const TARGET = ['<target>', 'prod, staging, …'] as const;
const ANY_TARGET = ['[target]', 'prod, staging, …'] as const;

program
  .command('status')
  .description('dynos, release, health and verdict of one target or all')
  .argument(...ANY_TARGET)
  .option(...asJson)
  .action((target: string | undefined, { json }: { json?: boolean }) =>
    configured(openSetting(), (setting) => runStatus(target, json ?? false, setting)),
  );

program
  .command('diagnose')
  .description("run the runbook's checks, name the failure mode and its fix")
  .argument(...TARGET)
  .option(...asJson)
  .action((target: string, { json }: { json?: boolean }) =>
    configured(openSetting(), (setting) => runDiagnose(target, json ?? false, setting)),
  );

program
  .command('changes')
  .description('what changed before it began to fail, and what it cannot be')
  .argument(...TARGET)
  .option(...asJson)
  .action((target: string, { json }: { json?: boolean }) =>
    configured(openSetting(), (setting) => runChanges(target, json ?? false, setting)),
  );

program
  .command('logs')
  .description('the last log lines, with errors picked out')
  .argument(...TARGET)
  .option(...asJson)
  .action((target: string, { json }: { json?: boolean }) =>
    configured(openSetting(), (setting) => runLogs(target, json ?? false, setting)),
  );

interface Changing {
  readonly json?: boolean;
  readonly yesIMean?: string;
  readonly plan?: boolean;
}

/** A command that changes something: it shows the plan, asks for the app's name, acts, and looks until it is seen. */
function changing(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--yes-i-mean <app>', "the app's name, instead of typing it when asked")
    .option('--plan', 'show what would be done, and do nothing')
    .option(...asJson);
}

type ChangeArguments = Pick<ActOptions, 'kind' | 'spoken'> &
  Partial<Pick<ActOptions, 'reason' | 'wish' | 'isFix'>>;

function act(
  command: Command,
  change: ChangeArguments,
  { json = false, plan = false, yesIMean }: Changing,
): Promise<void> {
  const usage = `${command.name()} ${command.usage()}`;
  const { reason = null, ...rest } = change;
  const wanted = {
    wish: {},
    isFix: false,
    json,
    plan,
    yesIMean,
    ask: questioner(),
    usage,
    ...rest,
    reason: reason?.replace(/^because\s+/i, '') || null,
  };
  return configured(openActing(), (setting) => runAct(wanted, setting));
}

changing('stop', 'the emergency stop: scale to 0, app and data intact')
  .argument(...TARGET)
  .argument('[reason...]', 'why, for the audit')
  .action((spoken: string, reason: string[], options: Changing, command: Command) =>
    act(command, { kind: 'stop', spoken, reason: reason.join(' ') }, options),
  );

changing('restore', 'bring the stopped app back as it was')
  .argument(...TARGET)
  .argument('[reason...]', 'why, for the audit')
  .action((spoken: string, reason: string[], options: Changing, command: Command) =>
    act(command, { kind: 'restore', spoken, reason: reason.join(' ') }, options),
  );

changing('deploy', 'deploy a branch, and follow the run to its end')
  .argument(...TARGET)
  .argument('[ref]', 'a branch; the one that the runbook file names when left out')
  .argument('[reason...]', 'why, for the audit')
  .action(
    (spoken: string, ref: string | undefined, reason: string[], options: Changing, command: Command) => {
      const wish = ref === undefined || ref === 'because' ? {} : { ref };
      return act(command, { kind: 'deploy', spoken, wish, reason: reason.join(' ') }, options);
    },
  );

changing('restart', 'restart its dynos')
  .argument(...TARGET)
  .argument('[reason...]', 'why, for the audit')
  .action((spoken: string, reason: string[], options: Changing, command: Command) =>
    act(command, { kind: 'restart', spoken, reason: reason.join(' ') }, options),
  );

changing('rollback', 'go back to an earlier release')
  .argument(...TARGET)
  .argument('[version]', 'v41; the last release with other code when left out', parseVersion)
  .argument('[reason...]', 'why, for the audit')
  .action(
    (spoken: string, version: number | undefined, reason: string[], options: Changing, command: Command) => {
      const wish = version === undefined ? {} : { version };
      return act(command, { kind: 'rollback', spoken, wish, reason: reason.join(' ') }, options);
    },
  );

const FIXES = ['boot_timeout', 'resize', 'unfreeze', 'create_gate', 'restart', 'rollback'] as const;

changing('fix', "one of the runbook's fixes")
  .addArgument(new Argument('<kind>', 'which one').choices(FIXES))
  .argument(...TARGET)
  .action((kind: (typeof FIXES)[number], spoken: string, options: Changing, command: Command) =>
    act(command, { kind, spoken, isFix: true }, options),
  );

/** `because` begins the reason: no version was said. */
function parseVersion(spoken: string): number | undefined {
  if (spoken === 'because') return undefined;
  const version = versionOf(spoken);
  if (version === null) throw new InvalidArgumentError('Say v41.');
  return version;
}

program
  .command('escalate')
  .description('wake the operator by hand, through the bot')
  .argument(...TARGET)
  .argument('<reason...>', 'what the operator reads first')
  .action((target: string, reason: string[]) =>
    configured(openIncidents(), (setting) => runEscalate(target, reason.join(' '), setting)),
  );

program
  .command('incident')
  .description('the last incidents, or one of them and the draft of its post-mortem')
  .argument('[id]', 'as its card shows it')
  .option('--markdown', 'print the draft of its post-mortem')
  .option(...asJson)
  .action((id: string | undefined, { markdown = false, json = false }) =>
    configured(openIncidents(), (setting) => runIncident({ id: id ?? null, markdown, json }, setting)),
  );

program
  .command('incidents')
  .description('open incidents and the last ones, a line each')
  .argument(...ANY_TARGET)
  .option(...asJson)
  .action((target: string | undefined, { json = false }: { json?: boolean }) =>
    configured(openIncidents(), (setting) => runIncidents(target, json, setting)),
  );

program
  .command('history')
  .description('what was proposed, decided and done')
  .argument(...ANY_TARGET)
  .option(
    '--verify',
    'hold the ledger against its audit: was anything changed, removed, reordered or inserted?',
  )
  .option(
    '--anchor <hash>',
    'with --verify: a hash from a card or the log; is its line still there?',
    parseAnchors,
  )
  .option('--file <file>', 'with --verify: hold what raxx export has written (- for stdin); needs no setting')
  .option(...asJson)
  .action((target: string | undefined, options: HistoryOptions) => {
    const { verify = false, json = false, anchor: anchors = [], file } = options;
    if (!verify && (anchors.length > 0 || file !== undefined))
      return usage('Say --verify with --anchor and --file.');
    if (file === undefined)
      return configured(openPast(), (setting) => runHistory(target, { verify, json, anchors }, setting));
    if (target !== undefined) return usage('A file is verified as a whole: leave the target out.');
    return configured(openExported(), (setting) => runVerifyFile(file, { json, anchors }, setting));
  });

interface HistoryOptions {
  readonly verify?: boolean;
  readonly json?: boolean;
  readonly anchor?: readonly string[];
  readonly file?: string;
}

function parseAnchors(spoken: string, before: readonly string[] = []): readonly string[] {
  const anchor = parseAnchor(spoken);
  if (anchor === null)
    throw new InvalidArgumentError('An anchor has 32 to 64 hexadecimal digits: fewer can be forged.');
  return [...before, anchor];
}

function usage(words: string): never {
  return program.error(words, { exitCode: EXIT.usage });
}

program
  .command('export')
  .description('the ledger and its audit as JSON lines, for history --verify --file')
  .option('--json', 'the same: JSON lines are what it prints')
  .action(() => configured(openExport(), runExport));

program
  .command('doctor')
  .description('is everything set up, and can everything be reached?')
  .option(...asJson)
  .action(async ({ json = false }) => {
    const { checkups, terminal } = await checkEverything();
    process.exitCode = runDoctor(checkups, json, terminal);
  });

program
  .command('watchdog')
  .description("is the bot's watch at work? for a scheduler that wakes somebody when this ends with 1 or 2")
  .option(...asJson)
  .action(({ json = false }: { json?: boolean }) =>
    configured(openIncidents(), (setting) => runWatchdog(json, setting)),
  );

const runbook = program.command('runbook').description("the team's facts").exitOverride();
runbook
  .command('check')
  .description('validate a runbook file: every fault with its path')
  .argument('[file]', 'the file; runbook.yml (or what RUNBOOK names) when left out')
  .option(...asJson)
  .action((file: string | undefined, { json }: { json?: boolean }) => {
    const path = file ?? runbookPath();
    const terminal = createTerminal(null);
    process.exitCode = runRunbookCheck(path, readFacts(path), json ?? false, terminal);
  });

program
  .command('manifest')
  .description('the manifest of the Slack app')
  .option('--host <host>', 'where the bot runs: raxx-chatops.herokuapp.com')
  .action(({ host }: { host?: string }) => {
    process.exitCode = runManifest(readManifest(), host, createTerminal(null));
  });

/** The whole line, so that it can be typed again; '' when nothing comes near. */
function whatWasMeant(typed: readonly string[]): string {
  const facts = readFacts(runbookPath());
  const words = typed.filter((word) => !word.startsWith('-')).map((word) => word.toLowerCase());
  const commands = program.commands.map((one) => one.name());
  const meant = suggestCommand(words, facts.ok ? facts.value.targets : [], commands, nearestWord);
  return meant === null ? '' : `Did you mean: raxx ${meant}\n`;
}

// Of commands ours knows more: other words, beginnings, and the targets. Options keep theirs.
program.showSuggestionAfterError(false);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.code === 'commander.unknownCommand') process.stderr.write(whatWasMeant(process.argv.slice(2)));
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
// A question that was given up at the deadline, or a database that hangs, may still be open; nobody waits for its end.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
process.exit();
