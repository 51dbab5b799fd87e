/** A proposal as the tests of the ledger make it. */
import type { Draft } from '../../src/runbook/model/action.ts';

export const NOW = Date.parse('2026-05-01T10:00:00Z');

export function draft(more: Partial<Draft> = {}): Draft {
  return {
    kind: 'stop',
    target: 'prod',
    app: 'raxx-api-prod',
    params: { app: 'raxx-api-prod', processType: 'web', quantity: 1, size: 'Basic' },
    plan: {
      title: 'Stop raxx-api-prod: scale web from 1 to 0',
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
