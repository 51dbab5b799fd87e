/**
 * Defines what the composition root gives the Slack app, and what listeners and cards work with once it is connected.
 */

import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Once } from '../http/once.ts';
import type { GetRoute, PostRoute, Readiness } from '../http/server.ts';
import type { ActionService } from '../operations/actions/context.ts';
import type { DiagnosisService } from '../operations/diagnosis/diagnosis-service.ts';
import type { IncidentCommands } from '../operations/incidents/commands.ts';
import type { ActionStore } from '../operations/ports/action-store.ts';
import type { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { RefusalSeen } from '../operations/ports/slack-refusals.ts';
import type { ManualCommand } from '../runbook/model/action.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import type { Person } from '../runbook/people/permissions.ts';
import type { Redactor } from '../runbook/redaction/redact.ts';
import type { KeyedMutex } from './client/keyed-mutex.ts';
import type { Post, ReplyTo } from './client/post.ts';
import type { Send } from './client/send.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { HomeTabs } from './home/home-tabs.ts';
import type { ListApprovers } from './people/approvers.ts';
import type { Directory } from './people/directory.ts';
import type { BotIdentity } from './people/identify.ts';

export interface SlackSettings {
  readonly botToken: string;
  readonly signingSecret: string;
  /** When set, Socket Mode is used instead of HTTP. */
  readonly appToken?: string;
  readonly apiUrl: string;
  readonly port: number;
  /** Additional POST routes of the HTTP server, by path. */
  readonly routes?: ReadonlyMap<string, PostRoute>;
  /** Additional GET routes, by path. */
  readonly reads?: ReadonlyMap<string, GetRoute>;
  /** Reports whether everything except Slack is ready. */
  readiness(): Promise<Readiness>;
}

/** The rest of the bot, as Slack uses it. */
export interface SlackServices {
  readonly facts: Facts;
  readonly diagnosisService: DiagnosisService;
  readonly actionService: ActionService;
  readonly actionStore: ActionStore;
  readonly incidentStore: IncidentStore;
  readonly incidents: IncidentCommands;
  /** Kinds of action for which there is a token. */
  readonly canDo: ReadonlySet<ActionKind>;
  readonly redact: Redactor;
  readonly log: Logger;
  readonly counts: SlackCounts;
  now(): Instant;
  randomId(): string;
  /** Returns a signal that aborts after this many milliseconds. */
  expire(ms: number): AbortSignal;
  /** Stores Slack's refusal for `raxx doctor`. Never rejects. */
  noteRefusal(refusal: RefusalSeen): Promise<void>;
  /** Returns why no change can be recorded now, or null if one can. Never rejects. */
  database(): Promise<DatabaseFault | null>;
}

export interface SlackCounts {
  /** Counts a command by its first word. */
  command(name: string): void;
  /** Counts a reply that failed. */
  failedAnswer(): void;
}

export type SlackAppDeps = SlackSettings & SlackServices;

export interface SlackClients {
  /** Posts through this client are not retried: a retry after a timeout might show a message twice. */
  readonly client: WebClient;
  /** Two consecutive calls of this client fit into the three seconds within which Slack expects our acknowledgement. */
  readonly quickClient: WebClient;
}

/** Complete from the moment Slack has accepted the token. */
export interface SlackContext extends SlackServices, SlackClients {
  readonly identity: BotIdentity;
  readonly directory: Directory;
  readonly listApprovers: ListApprovers;
  readonly send: Send;
  readonly post: Post;
  readonly delivery: Delivery;
  readonly homeTabs: HomeTabs;
  readonly memory: SlackMemory;
  /** Serializes work on one card, by the id of its action or incident. */
  readonly exclusively: KeyedMutex;
  /** Requests that were already handled. */
  readonly once: Once;
}

/** State that this process remembers. Losing it costs no more than a duplicate message or a missing hint. */
export interface SlackMemory {
  /** Cards that were posted because an earlier one could not be edited, as `channel:ts`. */
  readonly replacements: Set<string>;
  /** The place where each action was requested, by the action's id. */
  readonly askedIn: Map<string, AskedIn>;
  /** The manual command of each action read so far, by its id. It is known even while the database is down. */
  readonly manualCommands: Map<string, ManualCommand>;
  /** Direct messages of pages that were sent. A repeated job must not page the same person twice. */
  readonly paged: Set<string>;
}

/** A channel where the card of a proposal may be posted if the team's channel refuses it. */
export interface AskedIn {
  readonly channel: string;
  readonly by: Person;
}

/** The person behind a request, and where to send their reply. */
export interface Asker {
  readonly person: Person;
  readonly replyTo: ReplyTo;
}

/** A click on one of our buttons. */
export interface Click extends Asker {
  /**
   * The id of an action or an incident, or the name of a target.
   * It is never more than that, so everything else is looked up again.
   */
  readonly value: string;
  /** Opens a dialog for the person. Slack allows it only within three seconds of the click. */
  openDialog(view: ModalView): Promise<void>;
}
