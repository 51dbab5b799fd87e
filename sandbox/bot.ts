/** Runs the real bot as a child process: started, watched, started again when it dies, and ended for good at the end. */
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
  /** The whole environment of the process; nothing is inherited. `PORT` says where it listens. */
  readonly env: Readonly<Record<string, string>>;
  readonly onState?: (state: BotState) => void;
  /** Each line that it prints. */
  readonly onLine?: (line: string) => void;
  /** Arguments for Node; `src/main.ts` when absent. */
  readonly script?: string;
}

export interface Bot {
  state(): BotState;
  /** Resolves when `/readyz` answers 200; rejects with the reason when the bot gives up or is stopped before. */
  ready(): Promise<void>;
  /** Sends a signal as the platform would; it is started again afterwards. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL after ten seconds. Resolves when the process is gone. */
  stop(): Promise<void>;
}

const MISCONFIGURED = 78;
const POLL_MS = 100;
const LAST_LINES = 5;
const STOP_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export function startBot(options: BotOptions): Bot {
  const url = `http://127.0.0.1:${options.env.PORT}`;
  const ending = new AbortController();
  const waiting = new Set<{ resolve: () => void; reject: (reason: Error) => void }>();
  let current: BotState = { state: 'starting', words: 'The bot is starting' };
  let child: ChildProcess | undefined;
  let wasReady = false;

  function enter(next: BotState): void {
    if (next.state === current.state && next.words === current.words) return;
    current = next;
    if (next.state !== 'starting') {
      for (const one of waiting) next.state === 'ready' ? one.resolve() : one.reject(new Error(next.words));
      waiting.clear();
    }
    options.onState?.(next);
  }

  async function runOnce(): Promise<{ code: number | null; signal: string | null; lines: string[] }> {
    const lines: string[] = [];
    const process_ = spawn(process.execPath, [options.script ?? 'src/main.ts'], {
      cwd: new URL('..', import.meta.url),
      env: { ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = process_;
    for (const stream of [process_.stdout, process_.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > LAST_LINES) lines.shift();
        options.onLine?.(line);
      });
    }
    const over = new AbortController();
    void watchReadiness(AbortSignal.any([over.signal, ending.signal]));
    const [code, signal]: [number | null, string | null] = await closeOf(process_);
    over.abort();
    return { code, signal, lines };
  }

  /** Asks until it is ready. Afterwards the process' own end is the only news. */
  async function watchReadiness(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reason = await askReadiness(url);
      if (signal.aborted) return;
      if (reason === '') {
        wasReady = true;
        return enter({ state: 'ready', words: 'The bot is ready' });
      }
      if (reason !== undefined) enter({ state: 'starting', words: `The bot is not ready: ${reason}` });
      await sleep(POLL_MS);
    }
  }

  async function keepRunning(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !ending.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      wasReady = false;
      const { code, signal, lines } = await runOnce();
      if (ending.signal.aborted) break;
      const how = signal === null ? `with status ${code}` : `by ${signal}`;
      if (code === MISCONFIGURED) {
        return enter({ state: 'stopped', words: `The bot refuses its configuration: ${lines.join(' ')}` });
      }
      if (wasReady) pause = FIRST_PAUSE_MS;
      enter({ state: 'starting', words: `The bot ended ${how} and is started again` });
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    enter({ state: 'stopped', words: 'The bot is stopped' });
  }

  const running = keepRunning();
  return {
    state: () => current,
    ready: () =>
      new Promise((resolve, reject) => {
        if (current.state === 'ready') resolve();
        else if (current.state === 'stopped') reject(new Error(current.words));
        else waiting.add({ resolve, reject });
      }),
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

/** '' when ready, a reason when it answers otherwise, undefined when it does not answer. */
async function askReadiness(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    const text = await answer.text();
    return answer.status === 200 ? '' : `${answer.status} ${text.slice(0, 200)}`;
  } catch {
    return undefined;
  }
}

async function closeOf(child: ChildProcess): Promise<[number | null, string | null]> {
  const [code, signal]: unknown[] = await once(child, 'close');
  return [typeof code === 'number' ? code : null, typeof signal === 'string' ? signal : null];
}
