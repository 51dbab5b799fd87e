/**
 * Connects to Slack: finds out which bot the token belongs to,
 * and starts Bolt with all listeners, over HTTP or Socket Mode.
 */

import { App, HTTPReceiver, type Logger, SocketModeReceiver } from '@slack/bolt';
import { type FetchFunction, WebAPIPlatformError, WebClient, type WebClientOptions } from '@slack/web-api';
import type { InFlight } from './client/in-flight.ts';
import type { SlackClients, SlackContext, SlackServices, SlackSettings } from './context.ts';
import { createSlackContext, refreshSlackContext } from './create-context.ts';
import { listen } from './listeners/index.ts';
import type { BotIdentity } from './people/identify.ts';

export interface ConnectDeps {
  readonly settings: SlackSettings;
  readonly services: SlackServices;
  readonly clients: SlackClients;
  readonly logger: Logger;
  readonly fetch: FetchFunction;
  readonly inFlight: InFlight;
}

export interface Connection {
  readonly receiver: HTTPReceiver | SocketModeReceiver;
  readonly context: SlackContext;
  /** Closes the socket and stops the timers. */
  stop(): Promise<void>;
}

/** The client's defaults retry for half an hour without a timeout. A retried post might show a message twice. */
const POSTING: WebClientOptions = {
  timeout: 5_000,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
};
const QUICK: WebClientOptions = { ...POSTING, timeout: 1_200 };
/** Shorter than the time after which the directory's entries expire. */
const REFRESH_MS = 4 * 60_000;

export function createClients(
  { botToken, apiUrl }: SlackSettings,
  logger: Logger,
  fetch: FetchFunction,
): SlackClients {
  const create = (options: WebClientOptions) =>
    new WebClient(botToken, { slackApiUrl: apiUrl, logger, fetch, ...options });
  return { client: create(POSTING), quickClient: create(QUICK) };
}

/** Rejects if Slack does not accept the token or cannot be reached. */
export async function connect(deps: ConnectDeps): Promise<Connection> {
  const { settings, services, clients, logger, inFlight } = deps;
  const token = await checkToken(clients);
  const identity = { ...token, appId: await readAppId(deps, token.botId) };
  const receiver = createReceiver(settings, logger);
  const app = await createApp(deps, receiver, identity);
  const context = createSlackContext(services, clients, identity, settings.apiUrl);
  app.use(async ({ next }) => inFlight.track(next()));
  listen(app, context);
  if (receiver instanceof SocketModeReceiver) await app.start();
  // Not awaited, so that the bot can reply, and stop, in the meantime.
  void refreshSlackContext(context);
  const refreshing = setInterval(() => void refreshSlackContext(context), REFRESH_MS).unref();
  return {
    receiver,
    context,
    async stop() {
      clearInterval(refreshing);
      context.homeTabs.stop();
      if (receiver instanceof SocketModeReceiver) await receiver.stop();
    },
  };
}

/** Returns which bot the token belongs to. Rejects if Slack does not accept it. */
export async function checkToken({ client }: SlackClients): Promise<Omit<BotIdentity, 'appId'>> {
  const { bot_id: botId, user_id: botUserId, team_id: teamId } = await client.auth.test();
  if (!botId || !botUserId || !teamId) throw new Error('SLACK_BOT_TOKEN is not the token of a bot');
  return { botId, botUserId, teamId };
}

/**
 * Returns null if Slack refuses to show it.
 * Each app has its own signing secret, so the signature is then proof enough.
 */
async function readAppId({ clients, services }: ConnectDeps, bot: string): Promise<string | null> {
  try {
    return (await clients.client.bots.info({ bot })).bot?.app_id ?? null;
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    services.log.warn(
      { err: error },
      'Slack does not show which app this bot belongs to: requests are checked by their signature only',
    );
    return null;
  }
}

function createReceiver({ signingSecret, appToken, apiUrl }: SlackSettings, logger: Logger) {
  if (appToken === undefined) return new HTTPReceiver({ signingSecret, logger, bodyLimit: 1_000_000 });
  const installerOptions = { clientOptions: { slackApiUrl: apiUrl } };
  return new SocketModeReceiver({ appToken, logger, installerOptions });
}

/** Passes the token's ids, so that Bolt does not call `auth.test` for each request. */
async function createApp(
  { settings, logger, fetch }: ConnectDeps,
  receiver: Connection['receiver'],
  { botId, botUserId }: BotIdentity,
): Promise<App> {
  const app = new App({
    receiver,
    token: settings.botToken,
    botId,
    botUserId,
    logger,
    convoStore: false,
    deferInitialization: true,
    clientOptions: { slackApiUrl: settings.apiUrl, fetch, ...POSTING },
  });
  await app.init();
  return app;
}
