/** Actions at each of their states, for tests of what their cards show. */
import type { Action } from '../../src/runbook/model/action.ts';
import { draft, NOW } from './draft.ts';

type Line = Action['trail'][number];
export const said = (seq: number, event: string, who = 'bot', words: string | null = null): Line => {
  return { seq, event, who, at: NOW + seq * 1_000, hash: `abcdef0${seq}`, words };
};
export const ASKED = [said(1, 'proposed', 'U1')];
export const SENT = [...ASKED, said(2, 'approved', 'U1'), said(3, 'executing'), said(4, 'sent')];

export function action(more: Partial<Action> = {}): Action {
  return {
    ...draft(),
    id: '5f1c1d1e-0000-4000-8000-000000000001',
    state: 'proposed',
    approvals: [],
    decidedAt: null,
    sentAt: null,
    endedAt: null,
    progress: {},
    outcome: null,
    watchUntil: null,
    aftermath: null,
    revision: 1,
    card: null,
    trail: ASKED,
    ...more,
  };
}
/** Approved by its asker, and sent. */
export const own = { approvals: [{ person: 'U1', isSelf: true, at: NOW }], trail: SENT } as const;
export const RUN = { url: 'https://github.com/o/r/actions/runs/9', text: 'Approve it on GitHub' };

/** A job, or a step when it has none of its own, as GitHub shows it. */
function jobAt(name: string, state: 'complete' | 'running' | 'queued', steps: readonly string[]) {
  const at = {
    complete: { status: 'completed', conclusion: 'success' },
    running: { status: 'in_progress', conclusion: null },
    queued: { status: 'queued', conclusion: null },
  }[state];
  return { name, ...at, steps: steps.map((step) => ({ name: step, ...at })) };
}

/** An action at each of its states, with the name of the state. */
export const STATES: readonly (readonly [name: string, action: Action])[] = [
  ['proposed', action()],
  [
    'one of two approvals',
    action({ ...own, approvalsNeeded: 2, trail: [...ASKED, said(2, 'approval', 'U1')] }),
  ],
  ['sent', action({ ...own, state: 'executing', progress: { answered: true } })],
  [
    'at the gate',
    action({
      ...own,
      kind: 'deploy',
      state: 'executing',
      progress: {
        answered: true,
        words: 'The run waits at the required-reviewer gate.',
        runId: 9262,
        jobs: [
          {
            name: 'freeze-check',
            status: 'completed',
            conclusion: 'success',
            steps: [{ name: 'Check', status: 'completed', conclusion: 'success' }],
          },
          { name: 'deploy', status: 'waiting', conclusion: null, steps: [] },
        ],
        link: RUN,
      },
    }),
  ],
  [
    'deploying',
    action({
      ...own,
      kind: 'deploy',
      state: 'executing',
      progress: {
        answered: true,
        words: 'Run 9262 is deploying (gate passed).',
        runId: 9262,
        jobs: [
          jobAt('freeze-check', 'complete', ['Set up job', 'Ask the console', 'Complete job']),
          jobAt('test', 'complete', ['Set up job', 'Install', 'pytest', 'Complete job']),
          {
            ...jobAt('deploy', 'running', []),
            steps: [
              jobAt('Set up job', 'complete', []),
              jobAt('Check out main', 'complete', []),
              jobAt('Install the Heroku CLI', 'complete', []),
              jobAt('Push to Heroku', 'running', []),
              jobAt('Run database migrations', 'queued', []),
              jobAt('Wait for the health URL', 'queued', []),
              jobAt('Post Set up job', 'queued', []),
            ],
          },
          jobAt('smoke-test', 'queued', []),
        ],
        link: { ...RUN, text: 'The run on GitHub' },
      },
    }),
  ],
  [
    'done and watched',
    action({
      ...own,
      kind: 'restart',
      state: 'succeeded',
      endedAt: NOW + 5_000,
      watchUntil: NOW + 310_000,
      outcome: {
        words: 'web.1 up.',
        evidence: ['web.1 up', 'release v99'],
        next: ['restore', 'resize'],
        manualCommand: null,
      },
      trail: [...SENT, said(5, 'succeeded')],
    }),
  ],
  [
    'turned bad',
    action({
      ...own,
      kind: 'deploy',
      state: 'succeeded',
      endedAt: NOW + 5_000,
      watchUntil: NOW + 310_000,
      outcome: { words: 'v100 is running.', evidence: [], next: [], manualCommand: null },
      aftermath: {
        kind: 'turned_bad',
        words: 'Started failing 2 min after it was done.',
        at: NOW + 126_000,
        next: ['rollback'],
      },
      trail: [...SENT, said(5, 'succeeded'), said(6, 'turned_bad')],
    }),
  ],
  [
    'failed',
    action({
      ...own,
      state: 'failed',
      endedAt: NOW + 5_000,
      progress: { link: RUN },
      outcome: {
        words: 'Refused: Heroku: no.',
        evidence: [RUN.url],
        next: [],
        manualCommand: 'heroku ps:scale web=0 --app raxx-api-prod',
      },
      trail: [...SENT, said(5, 'failed')],
    }),
  ],
  [
    'not confirmed',
    action({
      ...own,
      state: 'unconfirmed',
      endedAt: NOW + 5_000,
      outcome: {
        words:
          'The request was accepted at 2026-05-01 10:00:04 UTC, but I saw no effect within 2 min (web.1 up); I will not send it again.',
        evidence: ['web.1 up'],
        next: ['stop'],
        manualCommand: 'heroku ps:scale web=0 --app raxx-api-prod',
      },
      trail: [...SENT, said(5, 'unconfirmed')],
    }),
  ],
];
