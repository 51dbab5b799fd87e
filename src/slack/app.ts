/**
 * The bot in Slack: it receives commands and clicks, and sends cards and pages.
 * It connects by itself, and reconnects after an outage.
 */

import { HTTPReceiver } from '@slack/bolt';
import { createHttpServer, type HttpServer, type Readiness } from '../http/server.ts';
import { drawActionCard } from './actions/card.ts';
import { postActionLine } from './actions/thread.ts';
import { boltLogger } from './client/bolt-logger.ts';
import { type ConnectionHealth, createConnectionHealth } from './client/connection-health.ts';
import { createInFlight } from './client/in-flight.ts';
import { createSlackFetch } from './client/slack-fetch.ts';
import { type Connection, checkToken, connect, createClients } from './connect.ts';
import type { SlackAppDeps, SlackContext, SlackSettings } from './context.ts';
import { drawIncidentCard, drawIncidentOfAction, postIncidentLine } from './incidents/card.ts';
import { postNotice, postPing } from './incidents/ping.ts';
import { identify } from './people/identify.ts';

/** The Slack side of the queue's jobs. Each method rejects while Slack cannot be used. */
export interface SlackApp {
  /** Starts listening. Slack itself may still be unreachable, which `/readyz` shows. */
  start(): Promise<{ readonly port: number }>;
  readonly actions: {
    /** Draws the card of an action and the card of the incident that it belongs to. */
    draw(actionId: string): Promise<void>;
    /** Posts a line of an action's audit in the thread of its card, and also in the channel if `everybody` is set. */
    postLine(actionId: string, seq: number, everybody: boolean): Promise<void>;
  };
  readonly incidents: {
    draw(incidentId: string): Promise<void>;
    /** Posts a line of the incident's timeline in the thread of its card. */
    postLine(incidentId: string, seq: number): Promise<void>;
    /** Pages the operator in the channel or by direct message. */
    ping(incidentId: string, seq: number, to: 'channel' | 'person'): Promise<void>;
    /** Posts a sentence in the channel. `who` is the person responsible, as the audit names them. */
    notice(words: string, who?: string): Promise<void>;
  };
  /** Returns why Slack cannot be used, or null if it can. */
  problem(): string | null;
  /**
   * Returns whether the runbook file makes this person an approver, based on what Slack shows now.
   * False if that is unknown.
   */
  isApprover(user: string): Promise<boolean>;
  /** Takes no new requests and finishes those in progress. */
  stop(): Promise<void>;
}

/** The platform allows 30 s between SIGTERM and SIGKILL, and the queue's jobs need part of it. */
const FINISH_MS = 14_000;

export function createSlackApp(deps: SlackAppDeps): SlackApp {
  // Listeners get only the services, without the tokens.
  const { botToken, signingSecret, appToken, apiUrl, port, routes, reads, readiness, ...services } = deps;
  const settings: SlackSettings = deps;
  const inFlight = createInFlight();
  const logger = boltLogger(deps.log);
  let connection: Connection | null = null;
  const health = createConnectionHealth({ connect: connectOrCheck, log: deps.log });
  const fetch = createSlackFetch({ reportFailure: health.reportFailure, now: () => performance.now() });
  const clients = createClients(settings, logger, fetch);
  const http = createHttp(deps, health, () => connection);

  async function connectOrCheck(): Promise<void> {
    if (connection) await checkToken(clients);
    else connection = await connect({ settings, services, clients, logger, fetch, inFlight });
  }

  function connected(): SlackContext {
    if (!connection) throw new Error(health.problem() ?? 'not connected to Slack');
    return connection.context;
  }

  return {
    async start() {
      const listeningOn = await http.start();
      await health.check();
      return { port: listeningOn };
    },
    ...jobsOf(connected),
    problem: health.problem,
    isApprover: async (user) => connection !== null && isApprover(connection.context, user),
    async stop() {
      health.stop();
      const finished = Promise.all([connection?.stop(), http.stop(), inFlight.settled()]);
      await Promise.race([finished, aborted(deps.expire(FINISH_MS))]);
      http.cut();
    },
  };
}

function jobsOf(connected: () => SlackContext): Pick<SlackApp, 'actions' | 'incidents'> {
  /** Redraws the Home tabs too, because they may show what a card shows. */
  async function drawing(draw: (context: SlackContext) => Promise<void>): Promise<void> {
    const context = connected();
    context.homeTabs.changed();
    await draw(context);
  }
  return {
    actions: {
      draw: (id) =>
        drawing(async (context) => {
          await drawActionCard(context, id);
          await drawIncidentOfAction(context, id);
        }),
      postLine: async (id, seq, everybody) => postActionLine(connected(), id, seq, everybody),
    },
    incidents: {
      draw: (id) => drawing((context) => drawIncidentCard(context, id)),
      postLine: async (id, seq) => postIncidentLine(connected(), id, seq),
      ping: async (id, seq, to) => postPing(connected(), id, seq, to),
      notice: (words, who) => drawing((context) => postNotice(context, words, who)),
    },
  };
}

function createHttp(
  deps: SlackAppDeps,
  health: ConnectionHealth,
  connection: () => Connection | null,
): HttpServer {
  async function readiness(): Promise<Readiness> {
    const others = await deps.readiness();
    const problem = health.publicProblem();
    if (problem === null) return others;
    return { ok: false, reasons: [problem, ...others.reasons] };
  }
  return createHttpServer({
    port: deps.port,
    routes: deps.routes ?? new Map(),
    reads: deps.reads ?? new Map(),
    slackListener: () => {
      const receiver = connection()?.receiver;
      return receiver instanceof HTTPReceiver ? receiver.requestListener : null;
    },
    now: deps.now,
    readiness,
  });
}

async function isApprover(context: SlackContext, user: string): Promise<boolean> {
  const { teamId, appId } = context.identity;
  const from = { team: teamId, home: undefined, app: appId ?? undefined };
  const known = await identify(context, user, from);
  return known.ok && known.person.isApprover;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
