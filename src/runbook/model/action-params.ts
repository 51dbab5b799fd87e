/** What each kind of action acts on, frozen when it is proposed: what is approved is what is done. */
import type { Instant } from './evidence.ts';
import type { ActionKind } from './terms.ts';

export interface StopParams {
  readonly app: string;
  readonly processType: string;
  /** The exact formation that is saved, so that a restore brings it back. */
  readonly quantity: number;
  readonly size: string;
}

export interface RestoreParams {
  readonly app: string;
  readonly processType: string;
  /** Quantity and size at the proposal: another hand's change supersedes this. */
  readonly fromQuantity: number;
  readonly fromSize: string;
  readonly releaseId: string;
  readonly quantity: number;
  readonly size: string;
}

export interface DeployParams {
  readonly app: string;
  readonly environment: string;
  readonly processType: string;
  readonly ref: string;
  /** The commit that is approved, and no other. */
  readonly sha: string;
  /** The newest release before: what this deploy makes is newer. */
  readonly fromVersion: number;
}

export interface RestartParams {
  readonly app: string;
  readonly processType: string;
  readonly quantity: number;
}

export interface RollbackParams {
  readonly app: string;
  readonly processType: string;
  readonly fromReleaseId: string;
  readonly fromVersion: number;
  /** The newest release before, a failed one as well: what this makes is newer. */
  readonly newestVersion: number;
  readonly toReleaseId: string;
  readonly toVersion: number;
}

export interface BootTimeoutParams {
  readonly app: string;
  readonly processType: string;
  readonly releaseId: string;
  readonly version: number;
  /** The newest release before, a failed one as well: what this makes is newer. */
  readonly newestVersion: number;
  readonly seconds: number;
}

export interface ResizeParams {
  readonly app: string;
  readonly processType: string;
  readonly quantity: number;
  readonly from: string;
  readonly to: string;
}

export interface UnfreezeParams {
  readonly app: string;
  readonly secret: string;
  /** When the secret was last changed, as it was proposed; null: it was not there. */
  readonly changedAt: Instant | null;
}

export interface CreateGateParams {
  readonly app: string;
  readonly environment: string;
  readonly branch: string;
  readonly reviewerIds: readonly number[];
  /** The branch may not deploy to it yet. */
  readonly addBranch: boolean;
  /** `missing` or `no_rule`, as it was proposed. */
  readonly was: string;
}

export interface ActionParams {
  stop: StopParams;
  restore: RestoreParams;
  deploy: DeployParams;
  restart: RestartParams;
  rollback: RollbackParams;
  boot_timeout: BootTimeoutParams;
  resize: ResizeParams;
  unfreeze: UnfreezeParams;
  create_gate: CreateGateParams;
}

/** Of one kind, or of any. */
export type ParamsOf<Kind extends ActionKind = ActionKind> = ActionParams[Kind];
