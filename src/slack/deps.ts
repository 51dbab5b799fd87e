/** What the listeners are handed. */
import type { ActionService } from '../operations/actions/context.ts';
import type { PastLedger } from '../operations/catch-up.ts';
import type { DiagnosisService } from '../operations/diagnosis/diagnosis-service.ts';
import type { IncidentCommands } from '../operations/incidents/commands.ts';
import type { ListedBook } from '../operations/incidents/listed.ts';
import type { ReadableBook } from '../operations/incidents/watch-report.ts';
import type { ActionStore } from '../operations/ports/action-store.ts';
import type { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { Detail } from '../runbook/model/action.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { ActionKind } from '../runbook/model/terms.ts';
import type { Person } from '../runbook/people/permissions.ts';
import type { Cards } from './actions/card.ts';
import type { Post } from './client/post.ts';
import type { IncidentCards } from './incidents/card.ts';
import type { Contact } from './people/escalation-contact.ts';
import type { Recognise } from './people/identify.ts';
import type { Places } from './places/places.ts';

export interface SlackDeps {
  readonly facts: Facts;
  readonly diagnosisService: DiagnosisService;
  readonly actionService: ActionService;
  readonly actionStore: ActionStore;
  readonly incidentStore: ReadableBook & ListedBook & PastLedger['incidentStore'];
  readonly incidents: IncidentCommands;
  readonly incidentCards: Pick<IncidentCards, 'postmortem' | 'permalink' | 'pingUnwritten'>;
  readonly contact: Contact;
  readonly cards: Cards;
  readonly post: Post;
  readonly places: Pick<Places, 'teamWords' | 'problems'>;
  readonly recognise: Recognise;
  /** The audit hears who tried and why not; nobody waits for it, and the log has it should the database not work. */
  noteRefused(actionId: string | null, person: Person, detail: Detail): void;
  /** For the log: something of ours that nobody has to wait for, or hear of. */
  noteFailure(error: unknown, what: string): void;
  /** null: a change can be written down now; else why not. Never rejects. */
  database(): Promise<DatabaseFault | null>;
  /** Kinds of action that the bot can do with the tokens that it has. */
  readonly canDo: ReadonlySet<ActionKind>;
  now(): Instant;
}
