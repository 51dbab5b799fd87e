/** Runs one of the bot's programs as a process, which inherits nothing from this one's environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * WebAssembly is compiled once and not optimised: a process that opens the embedded database spends more time on optimising
 * it than it saves.
 */
const QUICK_START = '--liftoff-only';
const ROOT = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [QUICK_START, ...args], {
    cwd: ROOT,
    env: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/raxx'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runToEnd(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = start(args, env);
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}
