/** Starts every command, either with its configuration or with the faults in it. */
import { EXIT } from '../../cli/output.ts';
import { type Checked, faultLines } from '../../config.ts';

/** Runs a command with what it needs, or prints every fault of the configuration. Sets the exit status. */
export async function configured<T>(
  context: Checked<T>,
  run: (context: T) => Promise<number>,
): Promise<void> {
  if (context.ok) {
    process.exitCode = await run(context.value);
    return;
  }
  process.stderr.write(`raxx is not configured:\n${faultLines(context.faults)}`);
  process.exitCode = EXIT.config;
}

export const AS_JSON = ['--json', 'print one JSON object instead of text'] as const;
export const TARGET = ['<target>', 'prod, staging, …'] as const;
export const ANY_TARGET = ['[target]', 'prod, staging, …; all of them when left out'] as const;

export interface Json {
  readonly json?: boolean;
}
