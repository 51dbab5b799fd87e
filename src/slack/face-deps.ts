/** What the face needs from the rest of the bot. */

import type { Logger } from 'pino';
import type { GetRoute, PostRoute, Readiness } from '../http/server.ts';
import type { ActionService } from '../operations/actions/context.ts';
import type { DiagnosisService } from '../operations/diagnosis/diagnosis-service.ts';
import type { IncidentCommands } from '../operations/incidents/commands.ts';
import type { ActionStore } from '../operations/ports/action-store.ts';
import type { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { RefusalSeen } from '../operations/ports/slack-refusals.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import type { Redactor } from '../runbook/redaction/redact.ts';

export interface SlackFaceDeps {
  readonly botToken: string;
  readonly signingSecret: string;
  /** Set: Socket Mode instead of HTTP. */
  readonly appToken?: string;
  readonly apiUrl: string;
  readonly port: number;
  /** Further routes of the HTTP server, by their path. */
  readonly routes?: ReadonlyMap<string, PostRoute>;
  /** The same for GET. */
  readonly reads?: ReadonlyMap<string, GetRoute>;
  /** Told of each command by its first word, and of each answer that could not be given. */
  readonly counts?: SlackCounts;
  readonly facts: Facts;
  readonly diagnosisService: DiagnosisService;
  readonly actionService: ActionService;
  readonly actionStore: ActionStore;
  readonly incidentStore: IncidentStore;
  readonly incidents: IncidentCommands;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly redact: Redactor;
  readonly log: Logger;
  now(): Instant;
  randomId(): string;
  /** A signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
  /** Remembers what Slack refused, for `raxx doctor`. Never rejects. */
  noteRefusal?(refusal: RefusalSeen): Promise<void>;
  /** null: a change can be written down now; else why not. Left out: it always can. Never rejects. */
  database?(): Promise<DatabaseFault | null>;
  /** Of everything but Slack. */
  readiness(): Promise<Readiness>;
}

export interface SlackCounts {
  command(name: string): void;
  failedAnswer(): void;
}
