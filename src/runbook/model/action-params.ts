/** The parameters of each kind of action. They are frozen at the proposal, so that what is approved is what is done. */
import type { Instant } from './instant.ts';
import type { ActionKind } from './terms.ts';

export interface StopParams {
  readonly app: string;
  readonly processType: string;
  /** The formation that is saved for a restore. */
  readonly quantity: number;
  readonly size: string;
}

export interface RestoreParams {
  readonly app: string;
  readonly processType: string;
  /** Quantity and size at the proposal. Any other change of them supersedes this action. */
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
  /** The only commit that may be deployed. */
  readonly sha: string;
  /** The newest release at the proposal. The release that this deploy creates is newer. */
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
  /** The newest release at the proposal, even a failed one. The release that this action creates is newer. */
  readonly newestVersion: number;
  readonly toReleaseId: string;
  readonly toVersion: number;
}

export interface BootTimeoutParams {
  readonly app: string;
  readonly processType: string;
  readonly releaseId: string;
  readonly version: number;
  /** The newest release at the proposal, even a failed one. The release that this action creates is newer. */
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
  /** The last change of the secret before the proposal; null when it did not exist. */
  readonly changedAt: Instant | null;
}

export interface CreateGateParams {
  readonly app: string;
  readonly environment: string;
  readonly branch: string;
  readonly reviewerIds: readonly number[];
  /** True if the branch has yet to be allowed to deploy to the environment. */
  readonly addBranch: boolean;
  /** State of the gate at the proposal: `missing` or `no_rule`. */
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

/** The parameters of one kind, or of any. */
export type ParamsOf<Kind extends ActionKind = ActionKind> = ActionParams[Kind];
