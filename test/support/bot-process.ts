/** The whole bot as a process, with a local world and a local Slack: what it answers, posts and logs. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createSender, type Sender } from '../../sandbox/slack/sender.ts';
import { startSlack } from '../../sandbox/slack/simulator.ts';
import { createSlack, type Slack } from '../../sandbox/slack/slack.ts';
import { startLocalWorld } from './local-readings.ts';
import { start } from './run.ts';
import { BOT, KRIS, MOOSEQUEST, ordinaryWorld, SIGNING_SECRET } from './slack-bot.ts';
import { ALL_SCOPES } from './slack-scopes.ts';

const TOKEN = 'xoxb-1-test-token';

export interface BotProcess {
  readonly slack: Slack;
  readonly sender: Sender;
  readonly url: string;
  readonly logged: readonly string[];
  /** Resolves with the text of a message to the operator alone that matches `what`. */
  told(what: RegExp, withinMs?: number): Promise<string>;
  /** The same for a message to the whole channel. */
  posted(what: RegExp, withinMs?: number): Promise<string>;
  command(text: string): Promise<void>;
  click(actionId: string): Promise<void>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<{ status: number; text: string }>;
  /** Sends SIGTERM, and resolves with the exit status and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
  close(): Promise<void>;
}

export async function startBotProcess(env: Readonly<Record<string, string>>): Promise<BotProcess> {
  const world = ordinaryWorld();
  const local = await startLocalWorld(() => world);
  const slack = createSlack();
  const server = await startSlack(slack, { token: TOKEN, scopes: ALL_SCOPES, faults: () => world.faults });
  const bot = start(['src/main.ts'], {
    ...local.env,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_API_URL: server.apiUrl,
    PORT: '0',
    ...env,
  });
  const logged: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    bot.once('exit', () => reject(new Error(`the bot ended: ${logged.join('\n')}`)));
    createInterface({ input: bot.stdout ?? process.stdin }).on('line', (line) => {
      logged.push(line);
      const { msg, port: found }: { msg?: string; port?: number } = JSON.parse(line);
      if (msg === 'listening' && found !== undefined) resolve(found);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const eventsUrl = () => `${url}/slack/events`;
  const sender = createSender({ slack, eventsUrl, signingSecret: SIGNING_SECRET, replyBase: server.url });
  const shown = (isTold: boolean) =>
    slack.messages
      .all()
      .filter(({ author, onlyFor }) => (isTold ? onlyFor === KRIS : author === BOT && onlyFor === undefined))
      .map(({ text }) => text);

  async function waitFor(isTold: boolean, what: RegExp, withinMs: number): Promise<string> {
    const until = performance.now() + withinMs;
    for (;;) {
      const found = shown(isTold).findLast((text) => what.test(text));
      if (found !== undefined) return found;
      if (performance.now() > until)
        throw new Error(`nobody was told ${what} within ${withinMs} ms, but: ${shown(isTold).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  return {
    slack,
    sender,
    url,
    logged,
    told: (what, withinMs = 20_000) => waitFor(true, what, withinMs),
    posted: (what, withinMs = 20_000) => waitFor(false, what, withinMs),
    async command(text) {
      await sender.command(`/raxx ${text}`, KRIS, MOOSEQUEST);
    },
    async click(actionId) {
      const sign = `"action_id":"${actionId}"`;
      const message = slack.messages.all().findLast(({ blocks }) => JSON.stringify(blocks).includes(sign));
      if (!message) throw new Error(`no button ${actionId}`);
      await sender.click({ channel: message.channel, ts: message.ts, actionId, user: KRIS });
    },
    async get(path, headers = {}) {
      const response = await fetch(`${url}${path}`, { headers });
      return { status: response.status, text: await response.text() };
    },
    async stop() {
      const startedAt = performance.now();
      const ended = once(bot, 'exit');
      bot.kill('SIGTERM');
      const [code] = await ended;
      return { code, ms: performance.now() - startedAt };
    },
    async close() {
      if (bot.exitCode === null && bot.signalCode === null) {
        const ended = once(bot, 'exit');
        bot.kill('SIGKILL');
        await ended;
      }
      await server.close();
      await local.close();
    },
  };
}
