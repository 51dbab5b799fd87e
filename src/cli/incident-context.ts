/** What the commands about incidents are handed. */

import type { ActionStore } from '../operations/ports/action-store.ts';
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { Instant } from '../runbook/model/evidence.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { Terminal } from './output.ts';

/** The ledger's incidents, or why they cannot be read. */
export type OpenedIncidents =
  | {
      readonly ok: true;
      readonly incidentStore: IncidentStore;
      readonly actionStore: Pick<ActionStore, 'recent'>;
      /** A bot may be at work on the same ledger. */
      readonly isShared: boolean;
      close(): Promise<void>;
    }
  /** `isThere` false: nothing was written yet. */
  | { readonly ok: false; readonly isThere: boolean; readonly why: string };

export interface IncidentSetting {
  readonly terminal: Terminal;
  readonly facts: Facts;
  /** `sends`: a running bot is told of what is written. Never rejects. */
  open(sends: boolean): Promise<OpenedIncidents>;
  /** `terminal user@host` */
  readonly who: string;
  now(): Instant;
  randomId(): string;
}
