import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bot, type BotState, startBot } from '../../sandbox/bot.ts';
import { findFreePort } from '../../sandbox/free-port.ts';

let folder: string;
let port: number;
let bot: Bot | undefined;
let seen: BotState[];
let lines: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'raxx-bot-test-'));
  port = await findFreePort();
  bot = undefined;
  seen = [];
  lines = [];
});
afterEach(async () => {
  await bot?.stop();
  rmSync(folder, { recursive: true });
});

/** Runs `source` as the bot; `nextState` resolves with the first state from now on that `fits`. */
function run(source: string, env: Record<string, string> = {}) {
  const script = join(folder, 'bot.mjs');
  writeFileSync(script, source);
  const listeners = new Set<(state: BotState) => void>();
  bot = startBot({
    env: { PORT: String(port), ...env },
    script,
    onLine: (line) => lines.push(line),
    onState: (state) => {
      seen.push(state);
      for (const listener of listeners) listener(state);
    },
  });
  const nextState = (fits: (state: BotState) => boolean) =>
    new Promise<BotState>((resolve) => {
      listeners.add((state) => fits(state) && resolve(state));
    });
  return { bot, nextState };
}

const SERVER = `
  import { createServer } from 'node:http';
  let asked = 0;
  createServer((q, r) => {
    asked += 1;
    r.writeHead(asked > Number(process.env.NOT_YET ?? 0) ? 200 : 503).end('database away');
  }).listen(process.env.PORT, '127.0.0.1');
  console.log('secret seen:', process.env.DATABASE_URL, Object.keys(process.env).join());
  process.on('SIGTERM', () => process.exit(0));
`;

describe('the bot as a child process', () => {
  it('is ready when it says so, and says why it is not ready yet', async () => {
    const { bot } = run(SERVER, { NOT_YET: '2' });
    await bot.ready();
    expect(bot.state()).toEqual({ state: 'ready', words: 'The bot is ready' });
    expect(seen[0]).toEqual({ state: 'starting', words: 'The bot is not ready: 503 database away' });
  });

  it('inherits nothing from the environment of the sandbox', async () => {
    process.env.DATABASE_URL = 'postgres://someone@production';
    const { bot } = run(SERVER);
    await bot.ready();
    delete process.env.DATABASE_URL;
    expect(lines.join('\n')).toContain('secret seen: undefined');
  });

  it('is restarted when it dies, and says so', async () => {
    const { bot, nextState } = run(SERVER);
    await bot.ready();
    const died = nextState((state) => state.state === 'starting');
    const back = nextState((state) => state.state === 'ready');
    bot.kill('SIGKILL');
    expect((await died).words).toBe('The bot ended by SIGKILL and is being restarted');
    expect((await back).state).toBe('ready');
  });

  it('is not restarted when its configuration is wrong', async () => {
    const { bot } = run(
      `process.stderr.write('SLACK_BOT_TOKEN should be a bot token\\n'); process.exitCode = 78;`,
    );
    await expect(bot.ready()).rejects.toThrow('SLACK_BOT_TOKEN should be a bot token');
    expect(bot.state().state).toBe('stopped');
  });

  it('has ended after stop', async () => {
    const { bot } = run(SERVER);
    await bot.ready();
    await bot.stop();
    expect(bot.state().state).toBe('stopped');
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
  });
});
