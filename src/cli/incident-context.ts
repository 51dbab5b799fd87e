/** Dependencies that the composition root gives to the incident commands. */

import type { ActionStore } from '../operations/ports/action-store.ts';
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import type { Terminal } from './output.ts';

/** The ledger's incidents, or why they cannot be read. */
export type OpenedIncidents =
  | {
      readonly ok: true;
      readonly incidentStore: IncidentStore;
      readonly actionStore: Pick<ActionStore, 'recent'>;
      /** True when a bot may be running on the same ledger. */
      readonly isShared: boolean;
      close(): Promise<void>;
    }
  /** `isThere` is false when nothing has been written yet. */
  | { readonly ok: false; readonly isThere: boolean; readonly why: string };

export interface IncidentSetting {
  readonly terminal: Terminal;
  readonly facts: Facts;
  /** With `sends`, a running bot is notified of what is written. Never rejects. */
  open(sends: boolean): Promise<OpenedIncidents>;
  /** The person at this terminal, as the audit stores them. */
  readonly who: string;
  now(): Instant;
  randomId(): string;
}
