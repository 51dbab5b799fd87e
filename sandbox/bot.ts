/** Runs the real bot as a child process, restarts it when it dies, and stops it for good when the sandbox closes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BotState {
  readonly state: 'starting' | 'ready' | 'stopped';
  /** A sentence for people. */
  readonly words: string;
}

export interface BotOptions {
  /** The whole environment of the process; nothing is inherited. It listens on `PORT`. */
  readonly env: Readonly<Record<string, string>>;
  readonly onState?: (state: BotState) => void;
  /** Called for each line that it prints. */
  readonly onLine?: (line: string) => void;
  /** The script to run. Defaults to `src/main.ts`. */
  readonly script?: string;
}

export interface Bot {
  state(): BotState;
  /** Resolves when `/readyz` returns 200. Rejects with the reason if the bot gives up or is stopped first. */
  ready(): Promise<void>;
  /** Sends a signal, as the platform would. The bot is restarted afterwards. */
  kill(signal: NodeJS.Signals): void;
  /** Sends SIGTERM, and SIGKILL after ten seconds. Resolves when the process has ended. */
  stop(): Promise<void>;
}

/** The exit status of a bot that refuses its configuration. */
const MISCONFIGURED = 78;
const POLL_MS = 100;
const LAST_LINES = 5;
const STOP_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export function startBot(options: BotOptions): Bot {
  const ending = new AbortController();
  const status = createStatus(options.onState);
  let child: ChildProcess | undefined;

  async function runOnce(): Promise<Ended & { readonly wasReady: boolean }> {
    const attempt = new AbortController();
    const signal = AbortSignal.any([attempt.signal, ending.signal]);
    let wasReady = false;
    void untilReady(options.env.PORT, signal, status).then((isReady) => {
      wasReady = isReady;
    });
    const ended = await runProcess(options, (started) => {
      child = started;
    });
    attempt.abort();
    return { ...ended, wasReady };
  }

  async function keepRunning(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !ending.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const { code, signal, lines, wasReady } = await runOnce();
      if (ending.signal.aborted) break;
      if (code === MISCONFIGURED) {
        const words = `The bot refuses its configuration: ${lines.join(' ')}`;
        return status.enter({ state: 'stopped', words });
      }
      if (wasReady) pause = FIRST_PAUSE_MS;
      const how = signal === null ? `with status ${code}` : `by ${signal}`;
      status.enter({ state: 'starting', words: `The bot ended ${how} and is being restarted` });
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    status.enter({ state: 'stopped', words: 'The bot is stopped' });
  }

  const running = keepRunning();
  return {
    state: status.current,
    ready: status.ready,
    kill: (signal) => void child?.kill(signal),
    async stop() {
      ending.abort();
      child?.kill('SIGTERM');
      const hard = setTimeout(() => child?.kill('SIGKILL'), STOP_MS);
      await running;
      clearTimeout(hard);
    },
  };
}

interface Status {
  current(): BotState;
  enter(next: BotState): void;
  ready(): Promise<void>;
}

function createStatus(onState?: (state: BotState) => void): Status {
  const waiting = new Set<{ resolve: () => void; reject: (reason: Error) => void }>();
  let current: BotState = { state: 'starting', words: 'The bot is starting' };
  return {
    current: () => current,
    enter(next) {
      if (next.state === current.state && next.words === current.words) return;
      current = next;
      if (next.state !== 'starting') {
        for (const { resolve, reject } of waiting)
          next.state === 'ready' ? resolve() : reject(new Error(next.words));
        waiting.clear();
      }
      onState?.(next);
    },
    ready: () =>
      new Promise((resolve, reject) => {
        if (current.state === 'ready') resolve();
        else if (current.state === 'stopped') reject(new Error(current.words));
        else waiting.add({ resolve, reject });
      }),
  };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines that it printed. */
  readonly lines: readonly string[];
}

/** Starts the process, passes it to `onStart`, and resolves when it has ended. */
async function runProcess(
  { env, script = 'src/main.ts', onLine }: BotOptions,
  onStart: (child: ChildProcess) => void,
): Promise<Ended> {
  const lines: string[] = [];
  const child = spawn(process.execPath, [script], {
    cwd: new URL('..', import.meta.url),
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart(child);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
      onLine?.(line);
    });
  }
  const [code, signal]: unknown[] = await once(child, 'close');
  return {
    code: typeof code === 'number' ? code : null,
    signal: typeof signal === 'string' ? signal : null,
    lines,
  };
}

/**
 * Polls until the bot is ready (true) or the signal aborts (false).
 * Once it is ready, only the end of the process matters.
 */
async function untilReady(port: string | undefined, signal: AbortSignal, status: Status): Promise<boolean> {
  while (!signal.aborted) {
    const answer = await readiness(`http://127.0.0.1:${port}/readyz`);
    if (signal.aborted) return false;
    if (answer?.isReady) {
      status.enter({ state: 'ready', words: 'The bot is ready' });
      return true;
    }
    if (answer) status.enter({ state: 'starting', words: `The bot is not ready: ${answer.words}` });
    await sleep(POLL_MS);
  }
  return false;
}

/** Returns null if there is no response. */
async function readiness(url: string): Promise<{ readonly isReady: boolean; readonly words: string } | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const text = await answer.text();
    return { isReady: answer.status === 200, words: `${answer.status} ${text.slice(0, 200)}` };
  } catch {
    return null;
  }
}
