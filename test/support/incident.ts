/** Incidents and actions as the tests of cards, documents and the terminal show them. */
import type { LastHour } from '../../src/runbook/logs/last-hour.ts';
import type { Action } from '../../src/runbook/model/action.ts';
import type { Incident, OpenWake, Picture } from '../../src/runbook/model/incident.ts';
import type { Instant } from '../../src/runbook/model/instant.ts';
import { draft } from './draft.ts';

export const SINCE = Date.parse('2026-05-01T02:58:00Z');
export const MINUTE = 60_000;
export const KRIS = 'U0KRIS001';
export const MOIRA = 'U0MOIRA01';

export const unreachable: OpenWake = {
  cause: { kind: 'condition', condition: 4, about: null },
  reason: 'The app is unreachable and Heroku’s status is green',
  since: SINCE + MINUTE,
  dueAt: SINCE + MINUTE,
  toldAt: null,
  overAt: null,
};

export const memory: OpenWake = {
  cause: { kind: 'condition', condition: 2, about: null },
  reason: 'Error R14 (memory) in the log; the standard fix has 30 min to resolve it',
  since: SINCE,
  dueAt: SINCE + 30 * MINUTE,
  toldAt: null,
  overAt: null,
};

const KINDS = ['opened', 'escalated', 'pinged', 'acknowledged', 'changed', 'resolved', 'reopened'];

export function event(
  kind: string,
  minutes: number,
  words: string | null,
  who = 'bot',
): Incident['trail'][number] {
  const seq = minutes * 10 + KINDS.indexOf(kind);
  return {
    seq,
    event: kind,
    who,
    at: SINCE + minutes * MINUTE,
    words,
    byHand: false,
    hash: `c0de${1000 + seq}`,
  };
}

const DOWN: Picture = {
  at: SINCE + 2 * MINUTE,
  verdict: 'down',
  failure: { kind: 'mode', id: 'B', code: 'H10' },
  title: 'Failure mode B (H10): Dyno crash loop',
  cause: 'Dyno crash loop',
  error: 'ConnectionRefusedError: [Errno 111] Connection refused',
  fault: null,
  atBoot: true,
  evidence: [
    'web.1: crashed (2 min)',
    'at=error code=H10 desc="App crashed" method=GET path="/"',
    'ConnectionRefusedError: [Errno 111] Connection refused',
    'raptor/wsgi.py:12 in <module>',
  ],
  actions: ['rollback', 'restart', 'stop'],
};

/** A quarter of an hour of requests up to `at`: the last five minutes fail, and no dyno answers. */
export function hourBefore(at: Instant): LastHour {
  const figures = [
    { requests: 120, failed: 0, medianMs: 84 },
    { requests: 131, failed: 3, medianMs: 1_240 },
    { requests: 97, failed: 97, medianMs: null },
  ];
  const bins = figures.map((counts, index) => ({
    from: at - (3 - index) * 5 * MINUTE,
    to: at - (2 - index) * 5 * MINUTE,
    ...counts,
  }));
  return { coveredMs: 17 * MINUTE, bins };
}

/** `picture` alone is both: the worst and the last one. */
export function incident(more: Partial<Incident> = {}): Incident {
  return {
    id: '4711aaaa-0000-4000-8000-000000000001',
    target: 'prod',
    app: 'raxx-api-prod',
    state: 'open',
    since: SINCE,
    wellBefore: null,
    openedAt: SINCE + MINUTE,
    resolvedAt: null,
    wellSince: null,
    picture: DOWN,
    worst: more.picture ?? DOWN,
    changes: null,
    lastHour: null,
    failures: 1,
    stopped: null,
    wakes: [],
    pings: 0,
    lastPingAt: null,
    acknowledged: null,
    revision: 3,
    card: null,
    trail: [event('opened', 1, 'Failure mode B (H10): Dyno crash loop')],
    ...more,
  };
}

/** A rollback that was approved by someone else and succeeded. */
export function rollback(more: Partial<Action> = {}): Action {
  const at = (minutes: number) => SINCE + minutes * MINUTE;
  return {
    ...draft(),
    id: '4711bbbb-0000-4000-8000-000000000002',
    kind: 'rollback',
    plan: { ...draft().plan, title: 'Roll raxx-api-prod back to v41' },
    reason: 'v42 crashes at boot',
    askedBy: MOIRA,
    askedAt: at(5),
    state: 'succeeded',
    approvals: [{ person: KRIS, isSelf: false, at: at(6) }],
    decidedAt: at(6),
    sentAt: at(6),
    endedAt: at(8),
    progress: {},
    outcome: { words: 'web.1 is up, and the app answers 200.', evidence: [], next: [], manualCommand: null },
    watchUntil: null,
    aftermath: null,
    revision: 5,
    card: null,
    trail: [
      { seq: 51, event: 'proposed', who: MOIRA, at: at(5), hash: 'aaaa1111', words: null },
      { seq: 52, event: 'approved', who: KRIS, at: at(6), hash: 'aaaa2222', words: null },
      { seq: 53, event: 'succeeded', who: 'bot', at: at(8), hash: 'aaaa3333', words: 'web.1 is up.' },
    ],
    ...more,
  };
}

/** Pinged, acknowledged, fixed and seen well again. */
export function resolved(more: Partial<Incident> = {}): Incident {
  return incident({
    state: 'resolved',
    wellSince: SINCE + 9 * MINUTE,
    resolvedAt: SINCE + 10 * MINUTE,
    wakes: [{ ...unreachable, toldAt: SINCE + MINUTE, overAt: SINCE + 9 * MINUTE }],
    pings: 1,
    lastPingAt: SINCE + MINUTE,
    acknowledged: { by: KRIS, at: SINCE + 4 * MINUTE },
    trail: [
      event('opened', 1, 'Failure mode B (H10): Dyno crash loop'),
      event('pinged', 1, "App unreachable for 1 min while Heroku's status is green."),
      event('acknowledged', 4, null, KRIS),
      event('resolved', 10, 'healthy on two checks. Outage: 9 min.'),
    ],
    ...more,
  });
}
