/** The bot's face in Slack: Bolt over HTTP, or over a socket; commands and clicks in, messages out. */

import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { WebAPIPlatformError, WebClient, type WebClientOptions } from '@slack/web-api';
import { createOnce } from '../http/once.ts';
import { createHttpServer } from '../http/server.ts';
import { boltLogger } from './client/bolt-logger.ts';
import { createStanding } from './client/connection-health.ts';
import { createInFlight } from './client/in-flight.ts';
import { createSlackFetch } from './client/slack-fetch.ts';
import type { SlackCounts, SlackFaceDeps } from './face-deps.ts';
import type { IncidentCards } from './incidents/card.ts';
import { listen } from './listeners/index.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

export interface SlackFace {
  /** Listens; Slack itself may still be out of reach, which `/readyz` tells. */
  start(): Promise<{ readonly port: number }>;
  /** Draws the card of an action. Rejects while Slack cannot be used. */
  draw(actionId: string): Promise<void>;
  /** Tells a line of an action's audit in the thread of its card. Rejects while Slack cannot be used. */
  tell(actionId: string, seq: number, everybody: boolean): Promise<void>;
  /** Cards, pings and notices of incidents. Each rejects while Slack cannot be used. */
  readonly incidents: IncidentCards;
  /** '' when Slack can be used, else why not. */
  problem(): string;
  /** Whether this person may approve, as the runbook file and Slack have it now; what cannot be told is no. */
  isApprover(user: string): Promise<boolean>;
  /** Takes nothing new, finishes what was begun. */
  stop(): Promise<void>;
}

interface BotIdentity {
  readonly botId: string;
  readonly botUserId: string;
  readonly teamId: string;
  readonly appId: string | null;
}

/** The defaults retry for half an hour without a time-out. Posts are not repeated: they might stand there twice. */
const POSTING: WebClientOptions = {
  timeout: 5_000,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
};
/** Two questions in turn fit between Slack's request and its three seconds for our ack. */
const ASKING: WebClientOptions = {
  timeout: 1_200,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
};
const UNCOUNTED: SlackCounts = { command() {}, failedAnswer() {} };
/** Before what was read of people grows old. */
const LOOK_ROUND_MS = 4 * 60_000;
/** The platform allows 30 s between SIGTERM and SIGKILL, and the jobs of the queue have their share of it. */
const FINISH_MS = 14_000;

export function createSlackFace(deps: SlackFaceDeps): SlackFace {
  const { log } = deps;
  const inFlight = createInFlight();
  const logger = boltLogger(log);
  const standing = createStanding({ ask: connect, log });
  const slackFetch = createSlackFetch({ suspect: standing.suspect, now: () => performance.now() });
  const client = (options: WebClientOptions) =>
    new WebClient(deps.botToken, { slackApiUrl: deps.apiUrl, logger, fetch: slackFetch, ...options });
  const once = createOnce(deps.now);
  let receiver: HTTPReceiver | SocketModeReceiver | undefined;
  let workshop: Workshop | undefined;
  let lookingRound: NodeJS.Timeout | undefined;

  const http = createHttpServer({
    port: deps.port,
    routes: deps.routes ?? new Map(),
    reads: deps.reads ?? new Map(),
    slackListener: () => (receiver instanceof HTTPReceiver ? receiver.requestListener : null),
    now: deps.now,
    readiness: async () => {
      const others = await deps.readiness();
      const reasons = [standing.state(), ...others.reasons].filter((reason) => reason !== '');
      return { ok: reasons.length === 0 && others.ok, reasons };
    },
  });

  /** With the token's identity at hand Bolt needs no `auth.test` of its own on each request. */
  async function connect(): Promise<void> {
    const { bot_id: botId, user_id: botUserId, team_id: teamId } = await client(POSTING).auth.test();
    if (!botId || !botUserId || !teamId) throw new Error('SLACK_BOT_TOKEN is not the token of a bot');
    receiver ??= await open({ botId, botUserId, teamId, appId: await appOf(botId) });
  }

  /** null: Slack refuses to tell. Each app signs with a secret of its own, so the signature stands for it then. */
  async function appOf(botId: string): Promise<string | null> {
    try {
      const { bot } = await client(POSTING).bots.info({ bot: botId });
      return bot?.app_id ?? null;
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError)) throw error;
      log.warn(
        { err: error },
        'Slack does not tell which app this is: requests are told by their signature only',
      );
      return null;
    }
  }

  async function open(identity: BotIdentity) {
    const { botId, botUserId, teamId, appId } = identity;
    const { signingSecret, appToken } = deps;
    const opened =
      appToken === undefined
        ? new HTTPReceiver({ signingSecret, logger, bodyLimit: 1_000_000 })
        : new SocketModeReceiver({
            appToken,
            logger,
            installerOptions: { clientOptions: { slackApiUrl: deps.apiUrl } },
          });
    const app = new App({
      receiver: opened,
      token: deps.botToken,
      botId,
      botUserId,
      logger,
      convoStore: false,
      deferInitialization: true,
      clientOptions: { slackApiUrl: deps.apiUrl, fetch: slackFetch, ...POSTING },
    });
    await app.init();
    const opening = openWorkshop(
      deps,
      { posting: client(POSTING), asking: client(ASKING) },
      { teamId, appId },
    );
    app.use(async ({ next }) => inFlight.track(next()));
    const { slack, readTyped, homes } = opening;
    listen(app, slack, {
      log,
      readTyped,
      homes,
      once,
      botUserId,
      randomId: deps.randomId,
      counts: deps.counts ?? UNCOUNTED,
    });
    if (opened instanceof SocketModeReceiver) await app.start();
    workshop = opening;
    // Nobody waits for it: the bot answers meanwhile, and may stop meanwhile.
    const lookRound = () => {
      homes.changed();
      void opening.lookRound();
    };
    lookRound();
    lookingRound = setInterval(lookRound, LOOK_ROUND_MS).unref();
    return opened;
  }

  function usable(): Workshop {
    if (!workshop) throw new Error(standing.problem());
    return workshop;
  }

  /** What a card shows anew, a Home tab may show as well. */
  async function changing(work: (workshop: Workshop) => Promise<void>): Promise<void> {
    const at = usable();
    at.homes.changed();
    await work(at);
  }

  return {
    async start() {
      const port = await http.start();
      await standing.check();
      return { port };
    },
    draw: (actionId) =>
      changing(async ({ cards, incidentCards }) => {
        await cards.draw(actionId);
        await incidentCards.drawAround(actionId);
      }),
    incidents: {
      draw: (...given) => changing(({ incidentCards }) => incidentCards.draw(...given)),
      drawAround: (...given) => changing(({ incidentCards }) => incidentCards.drawAround(...given)),
      tell: async (...given) => usable().incidentCards.tell(...given),
      ping: async (...given) => usable().incidentCards.ping(...given),
      pingUnwritten: async (...given) => usable().incidentCards.pingUnwritten(...given),
      notice: (...given) => changing(({ incidentCards }) => incidentCards.notice(...given)),
      postmortem: async (...given) => usable().incidentCards.postmortem(...given),
      permalink: async (...given) => usable().incidentCards.permalink(...given),
    },
    problem: standing.problem,
    isApprover: async (user) => (await workshop?.isApprover(user)) ?? false,
    tell: async (...line) => usable().cards.tell(...line),
    async stop() {
      standing.stop();
      clearInterval(lookingRound);
      workshop?.homes.stop();
      const closing = receiver instanceof SocketModeReceiver ? receiver.stop() : undefined;
      const finished = Promise.all([closing, http.stop(), inFlight.settled()]);
      await Promise.race([finished, aborted(deps.expire(FINISH_MS))]);
      http.cut();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
