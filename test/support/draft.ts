/** Proposals for the tests of the ledger. */
import type { Draft } from '../../src/runbook/model/action.ts';
import type { ActionParams } from '../../src/runbook/model/action-params.ts';

export const NOW = Date.parse('2026-05-01T10:00:00Z');

const app = 'raxx-api-prod';
const web = { app, processType: 'web' };
const toRelease = { newestVersion: 42, toReleaseId: 'r41', toVersion: 41 };

/** The parameters of each kind, as its plan would freeze them. */
export const PARAMS: ActionParams = {
  stop: { ...web, quantity: 1, size: 'Basic' },
  restore: { ...web, fromQuantity: 0, fromSize: 'Basic', releaseId: 'r42', quantity: 1, size: 'Basic' },
  deploy: { ...web, environment: 'production', ref: 'main', sha: 'a'.repeat(40), fromVersion: 42 },
  restart: { ...web, quantity: 1 },
  rollback: { ...web, fromReleaseId: 'r42', fromVersion: 42, ...toRelease },
  boot_timeout: { ...web, releaseId: 'r42', version: 42, newestVersion: 42, seconds: 120 },
  resize: { ...web, quantity: 1, from: 'Basic', to: 'Standard-1X' },
  unfreeze: { app, secret: 'DEPLOY_FREEZE_OVERRIDE', changedAt: null },
  create_gate: {
    app,
    environment: 'production',
    branch: 'main',
    reviewerIds: [1],
    addBranch: false,
    was: 'no_rule',
  },
};

export function draft({ kind = 'stop', ...more }: Partial<Draft> = {}): Draft {
  return {
    kind,
    target: 'prod',
    app,
    params: PARAMS[kind],
    plan: {
      title: 'Stop raxx-api-prod (web from 1 to 0)',
      will: ['Scale web to 0.'],
      expect: ['Users see an error page.'],
      evidence: ['web: 1 × Basic'],
      undo: 'Restore',
      byHand: 'heroku ps:scale web=0 --app raxx-api-prod',
      danger: true,
    },
    reason: 'it burns',
    origin: 'slack',
    askedBy: 'U1',
    askedAt: NOW,
    expiresAt: NOW + 1_800_000,
    approvalsNeeded: 1,
    selfApprove: false,
    holds: true,
    ...more,
  };
}
