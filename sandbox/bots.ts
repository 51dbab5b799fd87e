/**
 * The bots of a sandbox, one per scenario, each on its own port and with its own empty database.
 * The last one started is current.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bot, startBot } from './bot.ts';
import { copyDatabase, prepareDatabase } from './database.ts';
import { findFreePort } from './free-port.ts';

/** Compiled code is cached between starts, because each scenario starts a bot. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/raxx-sandbox-compiled', import.meta.url));

export interface BotsOptions {
  /** The folder for databases and the terminal's variables. */
  readonly folder: string;
  /** Variables that the bot shares with a terminal. */
  readonly sharedEnv: Readonly<Record<string, string>>;
  /** Variables for the bot alone. */
  readonly botEnv: Readonly<Record<string, string>>;
  readonly onState: () => void;
  readonly onLine?: (line: string) => void;
}

export interface Bots {
  readonly envFile: string;
  current(): Bot;
  /** Origin of the current bot. */
  url(): string;
  /** Starts a fresh bot, and stops the previous one. */
  replace(): void;
  stop(): Promise<void>;
}

export async function startBots(options: BotsOptions): Promise<Bots> {
  const { folder } = options;
  const database = await prepareDatabase();
  const envFile = join(folder, 'env');
  const leaving = new Set<Promise<void>>();
  let port = await findFreePort();
  let bot = startFresh();
  // Find the port in advance, so that a change of scenario does not wait for it.
  let nextPort = await findFreePort();

  function startFresh(): Bot {
    const data = join(folder, `data-${port}`);
    copyDatabase(database, data);
    // The terminal reads the ledger of the current bot.
    const shared = { ...options.sharedEnv, RAXX_DATA_DIR: data };
    writeFileSync(envFile, asShell(shared));
    return startBot({
      env: {
        ...shared,
        ...options.botEnv,
        PORT: String(port),
        NODE_COMPILE_CACHE: COMPILED,
      },
      onState: options.onState,
      ...(options.onLine ? { onLine: options.onLine } : {}),
    });
  }

  return {
    envFile,
    current: () => bot,
    url: () => `http://127.0.0.1:${port}`,
    replace() {
      const gone = bot.stop();
      leaving.add(gone);
      void gone.finally(() => leaving.delete(gone));
      port = nextPort;
      bot = startFresh();
      void findFreePort().then((free) => {
        nextPort = free;
      });
    },
    stop: async () => void (await Promise.all([bot.stop(), ...leaving])),
  };
}

function asShell(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
