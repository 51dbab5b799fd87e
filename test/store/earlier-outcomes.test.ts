/** Outcomes as earlier versions wrote them into the row. */
import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../src/store/actions/shapes.ts';

const plan = {
  title: 'Stop raxx-api-prod',
  will: [],
  expect: [],
  evidence: [],
  undo: 'Restore',
  byHand: 'heroku ps:scale web=0 --app raxx-api-prod',
  danger: true,
};

const rowWith = (state: string, words: string) => ({
  id: 'STOP',
  kind: 'stop',
  state,
  origin: 'slack',
  params: { app: 'raxx-api-prod', processType: 'web', quantity: 1, size: 'Basic' },
  plan,
  progress: {},
  outcome: { words, evidence: [], next: [] },
  aftermath: null,
});

describe('the outcome of a row that an earlier version wrote', () => {
  it.each([
    [
      'unconfirmed',
      'Not confirmed. Nothing changed. It is not sent again.',
      'Nothing changed. It is not sent again.',
    ],
    ['unconfirmed', 'The target has no name any more.', 'The target has no name any more.'],
    ['rejected', 'Rejected. Nothing was done.', 'Nothing was done.'],
    [
      'rejected',
      'Withdrawn by the one who asked. Nothing was done.',
      'Withdrawn by the one who asked. Nothing was done.',
    ],
    ['failed', 'Rejected. By GitHub.', 'Rejected. By GitHub.'],
  ])('when %s, reads “%s” as “%s”', (state, written, words) => {
    const { outcome } = shapeOf(rowWith(state, written));
    expect(outcome).toEqual({ words, evidence: [], next: [], manualCommand: null });
  });

  it('gives the reason of a rejection a field of its own', () => {
    const { outcome } = shapeOf(rowWith('rejected', 'Rejected: “a test. Not “real””. Nothing was done.'));
    expect(outcome).toMatchObject({ reason: 'a test. Not “real”', words: 'Nothing was done.' });
  });
});
