/**
 * Commands that change something. Each shows its plan,
 * asks for the app's name, acts, and follows the change to its end.
 */
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { type ActOptions, runAct } from '../../cli/act.ts';
import { versionOf } from '../../runbook/commands/change-words.ts';
import { openActing } from '../command-settings.ts';
import { questioner } from '../terminal.ts';
import { AS_JSON, configured, type Json, TARGET } from './configured.ts';

interface Options extends Json {
  readonly yesIMean?: string;
  readonly plan?: boolean;
}

type Change = Pick<ActOptions, 'kind' | 'spoken'> & Partial<Pick<ActOptions, 'wish' | 'isFix'>>;

const REASON = ['[reason...]', 'why, for the audit'] as const;
const FIXES = ['boot_timeout', 'resize', 'unfreeze', 'create_gate', 'restart', 'rollback'] as const;

export function addChangingCommands(program: Command): void {
  changing(program, 'stop', 'emergency stop: scale to 0; app and data stay intact')
    .argument(...TARGET)
    .argument(...REASON)
    .action((spoken: string, reason: string[], options: Options, command: Command) =>
      act(command, { kind: 'stop', spoken }, reason, options),
    );

  changing(program, 'restore', 'bring a stopped app back at its saved scale')
    .argument(...TARGET)
    .argument(...REASON)
    .action((spoken: string, reason: string[], options: Options, command: Command) =>
      act(command, { kind: 'restore', spoken }, reason, options),
    );

  changing(program, 'deploy', 'deploy a branch and follow the run to its end')
    .argument(...TARGET)
    .argument('[ref]', "a branch; the runbook file's when left out")
    .argument(...REASON)
    .action(
      (spoken: string, ref: string | undefined, reason: string[], options: Options, command: Command) => {
        const wish = ref === undefined || ref === BECAUSE ? {} : { ref };
        return act(command, { kind: 'deploy', spoken, wish }, reason, options);
      },
    );

  changing(program, 'restart', 'restart all dynos of the target')
    .argument(...TARGET)
    .argument(...REASON)
    .action((spoken: string, reason: string[], options: Options, command: Command) =>
      act(command, { kind: 'restart', spoken }, reason, options),
    );

  changing(program, 'rollback', 'roll back to an earlier release')
    .argument(...TARGET)
    .argument('[version]', 'v41; the last release with other code when left out', parseVersion)
    .argument(...REASON)
    .action(
      (spoken: string, version: number | undefined, reason: string[], options: Options, command: Command) => {
        const wish = version === undefined ? {} : { version };
        return act(command, { kind: 'rollback', spoken, wish }, reason, options);
      },
    );

  changing(program, 'fix', "apply one of the runbook's fixes")
    .addArgument(new Argument('<kind>', 'which fix').choices(FIXES))
    .argument(...TARGET)
    .action((kind: (typeof FIXES)[number], spoken: string, options: Options, command: Command) =>
      act(command, { kind, spoken, isFix: true }, [], options),
    );
}

function changing(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--yes-i-mean <app>', "confirm with the app's name, instead of typing it when asked")
    .option('--plan', 'show what would be done, and do nothing')
    .option(...AS_JSON);
}

function act(
  command: Command,
  change: Change,
  reason: readonly string[],
  { json = false, plan = false, yesIMean }: Options,
): Promise<void> {
  const wanted: ActOptions = {
    wish: {},
    isFix: false,
    ...change,
    json,
    plan,
    yesIMean,
    ask: questioner(),
    usage: `${command.name()} ${command.usage()}`,
    reason: reason.join(' ').replace(/^because\s+/i, '') || null,
  };
  return configured(openActing(), (context) => runAct(wanted, context));
}

/** This word begins the reason, so if it appears in place of an optional version or branch, none was given. */
const BECAUSE = 'because';

function parseVersion(spoken: string): number | undefined {
  if (spoken === BECAUSE) return undefined;
  const version = versionOf(spoken);
  if (version === null) throw new InvalidArgumentError('Expected a version such as v41.');
  return version;
}
