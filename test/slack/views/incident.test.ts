import { createHash } from 'node:crypto';
/** The cards of incidents, their pings and drafts, in every state: as they look, and that Slack takes them. */

import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../../sandbox/slack/blocks/check.ts';
import type { WatchReport } from '../../../src/operations/incidents/watch-report.ts';
import { wakeWords } from '../../../src/runbook/incidents/page-words.ts';
import { NOTHING_KNOWN } from '../../../src/runbook/incidents/watch-memory.ts';
import { outcomeOf } from '../../../src/runbook/model/action.ts';
import type { Incident, Snooze } from '../../../src/runbook/model/incident.ts';
import { NO_SITUATION } from '../../../src/runbook/model/situation.ts';
import type { ActionKind } from '../../../src/runbook/model/terms.ts';
import { validateMessage } from '../../../src/slack/client/validate-message.ts';
import { alarmView } from '../../../src/slack/views/alarm.ts';
import { type IncidentViewOptions, incidentView } from '../../../src/slack/views/incidents/incident.ts';
import { pingShows, pingView } from '../../../src/slack/views/incidents/ping.ts';
import { postmortemView } from '../../../src/slack/views/incidents/postmortem.ts';
import { incidentLineView } from '../../../src/slack/views/incidents/thread-line.ts';
import { noticeView } from '../../../src/slack/views/notice.ts';
import type { Message } from '../../../src/slack/views/parts/message.ts';
import { statusView } from '../../../src/slack/views/status.ts';
import { cardText } from '../../support/card-text.ts';
import { changesIn, deployed } from '../../support/changes.ts';
import { seen } from '../../support/evidence.ts';
import { testFacts } from '../../support/facts.ts';
import {
  event,
  incident,
  KRIS,
  MINUTE,
  MOIRA,
  memory,
  resolved,
  rollback,
  SINCE,
  unreachable,
} from '../../support/incident.ts';

const canDo: ReadonlySet<ActionKind> = new Set(['stop', 'restart', 'rollback']);
const NOW = SINCE + 5 * MINUTE;
const snooze: Snooze = { until: SINCE + 125 * MINUTE, by: MOIRA, at: NOW, severity: 30 };
const options = (more: Partial<IncidentViewOptions> = {}): IncidentViewOptions => ({
  facts: testFacts,
  tried: [],
  snooze: null,
  canDo,
  now: NOW,
  ...more,
});
const pinged = { ...unreachable, toldAt: SINCE + MINUTE };
const picture = (more: Partial<Incident['picture']>) => ({ ...incident().picture, ...more });

function expectTaken(message: Message): void {
  expect(validateMessage(message)).toEqual([]);
  expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
}

/** What a reader sees, without its shape. */
function textOf({ blocks }: Message): string {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('fallback' in value) found.push(String(value.fallback).slice(11, 16));
    else if ('user_id' in value) found.push(`@${value.user_id}`);
    else if ('text' in value && typeof value.text === 'string') found.push(value.text);
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(blocks);
  return found.join('');
}

const actionsOf = ({ blocks }: Message) =>
  blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.map((one) => ('action_id' in one ? one.action_id : '')) : [],
  );

describe('the card of an incident', () => {
  const open = incident({ wakes: [pinged, memory], pings: 1, lastPingAt: SINCE + MINUTE });
  const acknowledged = { by: KRIS, at: SINCE + 4 * MINUTE };

  it.each([
    ['open with nobody paged', incidentView(incident(), options())],
    ['open with someone paged', incidentView(open, options())],
    [
      'acknowledged after a failed action',
      incidentView({ ...open, acknowledged }, options({ tried: [rollback({ state: 'failed' })] })),
    ],
    ['snoozed', incidentView(open, options({ snooze }))],
    ['resolved', incidentView(resolved(), options({ tried: [rollback()], now: SINCE + 60 * MINUTE }))],
    [
      'resolved without an action',
      incidentView(
        incident({ state: 'resolved', resolvedAt: SINCE + 3 * MINUTE }),
        options({ now: SINCE + 60 * MINUTE }),
      ),
    ],
  ])('matches its snapshot when it is %s', (_name, message) => {
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
  });

  it('says the first screen in its text: state, since when, cause, owner, next page, what to press', () => {
    expect(incidentView(open, options()).text).toBe(
      'Incident: raxx-api-prod has been down since 02:58 UTC (5 min ago); failure mode B (H10): ConnectionRefusedError: [Errno 111] Connection refused. Owner: none (Kristerpher was paged at 02:59 UTC); paging: Kristerpher again at 03:09 UTC unless someone acknowledges; try Roll back or Restart.',
    );
    expect(textOf(incidentView(open, options()))).toMatch(/^ raxx-api-prod has been down since 02:58/);
  });

  it('shows the last failure beside the worst one where both leave the app healthy', () => {
    const gate = picture({
      verdict: 'healthy',
      failure: { kind: 'mode', id: 'C', code: null },
      title: 'No gate',
    });
    const freeze = { ...gate, failure: { kind: 'mode', id: 'D', code: null }, title: 'Frozen' } as const;
    const said = cardText(incidentView({ ...open, picture: gate, worst: freeze }, options()));
    expect(said).toContain('Frozen');
    expect(said).toContain('Last seen: No gate');
  });

  it('names each run that someone was paged for, except the one of the heading', () => {
    const reason = (id: number) => `Run ${id} failed: https://github.com/o/r/actions/runs/${id}`;
    const wake = (id: number) => ({
      ...pinged,
      cause: { kind: 'condition', condition: 1, about: `${id}/1` } as const,
      reason: reason(id),
    });
    const ten = picture({
      verdict: 'healthy',
      failure: { kind: 'condition', condition: 1, about: '10/1' },
      title: reason(10),
    });
    const said = cardText(
      incidentView({ ...open, picture: ten, worst: ten, wakes: [wake(9), wake(10)] }, options()),
    );
    expect(said).toMatch(/Paged for: Run 9 failed: .*runs\/9/);
    expect(said).toContain('Paged for: deploy failed after the gate');
  });

  it('shows a failed run that is the heading already only once', () => {
    const failedRun = picture({
      verdict: 'healthy',
      failure: { kind: 'condition', condition: 1, about: '9300/1' },
      title: 'Run 9300 failed after passing the gate',
    });
    const said = cardText(incidentView({ ...open, picture: failedRun }, options()));
    expect(said.split('\n').filter((one) => one.includes('Run 9300'))).toHaveLength(2);
    const degraded = picture({
      verdict: 'degraded',
      failure: { kind: 'mode', id: 'B', code: 'R14' },
      title: 'R14',
    });
    expect(cardText(incidentView({ ...open, picture: degraded }, options()))).toContain('Last seen: R14');
  });

  it('says what its check saw where neither a mode nor an error is known, and not again as evidence', () => {
    const answer = 'Connection closed before a response';
    const bare = picture({
      failure: { kind: 'verdict', verdict: 'down' },
      title: 'raxx-api-prod is down',
      cause: answer,
      error: null,
      evidence: [`Health URL: ${answer}`],
    });
    const said = cardText(incidentView(incident({ picture: bare, worst: bare }), options()));
    expect(said.split('\n')[2]).toBe(answer);
    expect(said).not.toContain('Health URL');
  });

  it.each<readonly [string, Partial<Incident['picture']>, string]>([
    [
      'no mode',
      { failure: { kind: 'verdict', verdict: 'down' }, error: null, title: 'raxx-api-prod is down' },
      'Incident: raxx-api-prod has been down since',
    ],
    [
      'stopped by another hand',
      {
        verdict: 'stopped',
        failure: { kind: 'verdict', verdict: 'stopped' },
        title: 'raxx-api-prod was stopped, but not through the bot',
      },
      'Incident: raxx-api-prod was stopped, but not through the bot (02:58 UTC, 5 min ago).',
    ],
    [
      'a run that failed while the app runs',
      {
        verdict: 'healthy',
        failure: { kind: 'condition', condition: 1, about: '9300' },
        title: 'Run 9300 failed after the gate',
      },
      'Incident: Run 9300 failed after the gate (02:58 UTC, 5 min ago); raxx-api-prod itself is healthy.',
    ],
    [
      'by hand',
      {
        verdict: 'unknown',
        failure: { kind: 'hand' },
        title: 'raxx-api-prod: escalated manually: logins fail',
      },
      'Incident: raxx-api-prod: escalated manually: logins fail (02:58 UTC, 5 min ago).',
    ],
  ])('says the state once in its text: %s', (_name, more, words) => {
    const message = incidentView(incident({ picture: picture(more) }), options());
    expectTaken(message);
    expect(message.text).toContain(words);
  });

  it('says whom it pages next, when, and what would stop that', () => {
    const said = (one: Incident, more = {}) =>
      /Paging: (.*?)(Acknowledge|Roll back|$)/.exec(textOf(incidentView(one, options(more))))?.[1] ?? '';
    expect(said(incident())).toMatch(/^nobody \(no escalation condition is met\)/);
    expect(said(incident({ wakes: [memory] }))).toBe('Kristerpher at 03:28 unless it is resolved');
    expect(said(incident({ wakes: [unreachable] }))).toBe('Kristerpher, now');
    expect(said(open)).toBe('Kristerpher again at 03:09 unless someone acknowledges');
    expect(said({ ...open, acknowledged })).toBe('Kristerpher again at 03:28 unless it is resolved');
    expect(said(open, { snooze })).toBe(`nobody until 05:03 (snoozed by @${MOIRA}), unless it gets worse`);
  });

  it('says who stopped the app, when and why, offers Restore, and lists no condition that a stopped app cannot meet', () => {
    const stopped = { by: MOIRA, at: SINCE + 3 * MINUTE, reason: 'too many errors' };
    const message = incidentView(
      { ...open, wakes: [pinged, memory], stopped },
      options({ canDo: new Set(['restore', 'restart']) }),
    );
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
    expect(textOf(message)).toMatch(
      new RegExp(
        `^ raxx-api-prod was stopped by @${MOIRA} at 03:01: too many errorsraxx-api-prod was down\\.`,
      ),
    );
    expect(textOf(message)).toContain('Paging: paused while it is stopped');
    // It pages nobody when the snooze ends, either.
    expect(
      textOf(incidentView({ ...open, wakes: [pinged, memory], stopped }, options({ snooze }))),
    ).toContain('Paging: paused while it is stopped');
    expect(textOf(message)).not.toMatch(/Timer running|Paged for/);
    expect(actionsOf(message)).toEqual([
      'acknowledge',
      'propose_restore',
      'diagnose_again',
      'close_incident',
    ]);
  });

  it('says that the app is up again, and when the incident will be resolved', () => {
    const message = incidentView({ ...open, wellSince: SINCE + 4 * MINUTE, failures: 3 }, options());
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
    expect(textOf(message)).toContain(' raxx-api-prod is back up as of 03:02 (03:02); went down 3 times');
    expect(textOf(message)).toContain('Resolves after 5 min without a restart. raxx-api-prod was down.');
  });

  it('keeps the worst sighting beside the last one', () => {
    const last = picture({
      failure: { kind: 'verdict', verdict: 'degraded' },
      verdict: 'degraded',
      title: 'raxx-api-prod is degraded',
      evidence: ['Health URL: HTTP 404'],
    });
    const text = textOf(incidentView({ ...open, picture: last }, options()));
    expect(text).toMatch(
      /^ raxx-api-prod is degraded \(failing since 02:58, 02:58\)Was down: Failure mode B \(H10\): .*ConnectionRefusedError/,
    );
    expect(text).toContain('raptor/wsgi.py:12');
    expect(textOf(incidentView(resolved({ picture: last }), options()))).toContain('ConnectionRefusedError');
  });

  it('offers the actions of the failure mode that the bot can do', () => {
    expect(actionsOf(incidentView(open, options()))).toEqual([
      'acknowledge',
      'propose_rollback',
      'propose_restart',
      'other_actions',
      'propose_stop',
      'diagnose_again',
    ]);
    expect(actionsOf(incidentView(open, options({ canDo: new Set(['restart']) })))).toEqual([
      'acknowledge',
      'propose_restart',
      'diagnose_again',
    ]);
    expect(actionsOf(incidentView({ ...open, acknowledged }, options()))).toEqual([
      'propose_rollback',
      'propose_restart',
      'other_actions',
      'propose_stop',
      'diagnose_again',
    ]);
    expect(actionsOf(incidentView({ ...open, acknowledged }, options({ canDo: new Set(['stop']) })))).toEqual(
      ['propose_stop', 'diagnose_again'],
    );
    expect(actionsOf(incidentView(resolved(), options()))).toEqual(['postmortem']);
  });

  it('says why an action was rejected', () => {
    const outcome = { ...outcomeOf('Nothing was done.'), reason: 'v41 has the same bug' };
    const tried = [rollback({ state: 'rejected', outcome })];
    expect(textOf(incidentView(resolved(), options({ tried })))).toContain(
      'Rejected: Roll raxx-api-prod back to v41. Reason: “v41 has the same bug”. Nothing was done.',
    );
  });

  it('says what changed once it is resolved, and gives no advice any more', () => {
    const suspected = resolved({ changes: changesIn({ diffs: { 42: ['app/db.py'] } }) });
    const message = incidentView(suspected, options());
    expectTaken(message);
    expect(textOf(message)).toContain('Changed: v42 Deploy 4f070742');
    expect(message.text).toContain('; changed: v42 Deploy 4f070742');
    const unexplained = incidentView(resolved({ changes: { ...changesIn(), list: [] } }), options());
    expect(textOf(unexplained)).toContain('No change found in the last 24 h');
    expect(textOf(unexplained)).not.toContain('check traffic');
  });

  it('mentions nobody in its text once it is resolved, not even who made the change', () => {
    const changes = changesIn({ diffs: { 42: ['app/db.py'] } });
    const ours = { ...changes, list: changes.list.map((one) => ({ ...one, who: MOIRA, isOurs: true })) };
    const { text } = incidentView(resolved({ changes: ours }), options());
    expect(text).toContain('by someone, ');
    expect(text).not.toMatch(/<[@!]/);
  });

  it('says how long it took once it is resolved', () => {
    const message = incidentView(resolved(), options({ tried: [rollback()], now: SINCE + 60 * MINUTE }));
    expect(message.text).toBe(
      'Resolved after 9 min: raxx-api-prod was down; failure mode B (H10): ConnectionRefusedError: [Errno 111] Connection refused. Began: 02:58 UTC, detected 1 min later; healthy again 03:07 UTC; resolved 03:08 UTC; acknowledged: someone after 3 min (1 page); fix: Roll raxx-api-prod back to v41, after 7 min.',
    );
    expect(textOf(message)).toContain(`Acknowledged: @${KRIS} after 3 min (1 page)`);
    expect(textOf(message)).toContain('Fix: Roll raxx-api-prod back to v41, after 7 min');
    expect(textOf(message)).toContain('ConnectionRefusedError');
    expect(message.text + textOf(message)).not.toMatch(/<@|<!/);
  });
});

const found = {
  ok: true,
  mention: { type: 'user', user_id: KRIS },
  users: [KRIS],
} as const;

describe('the line of what changed', () => {
  const unchanged = { ...changesIn({ releases: [deployed(41, 20 * 3_600)] }), list: [] };

  it('sends nobody to traffic and data when the card shows the error of the app', () => {
    const named = incidentView(incident({ changes: unchanged }), options());
    expect(textOf(named)).toContain('No change found in the last 24 h');
    expect(textOf(named)).not.toContain('traffic');
  });

  it('says where to look when no error is known', () => {
    const bare = incident({ picture: picture({ error: null }), changes: unchanged });
    expect(textOf(incidentView(bare, options()))).toContain('check traffic, data and outside services');
  });
});

const pingTextOf = (one: Incident) =>
  pingView(one, 'No answer', {
    facts: testFacts,
    person: found,
    to: 'channel',
    card: null,
    canDo,
    tried: [],
    missed: 0,
    at: NOW,
  }).text;

describe('the first line of a page', () => {
  it('does not call an app down that is stopped, or up again', () => {
    const called = incident({ wakes: [pinged] });
    expect(pingTextOf(called)).toContain('prod down ');
    const stopped = { ...called, stopped: { by: MOIRA, at: NOW, reason: null } };
    expect(pingTextOf(stopped)).toContain('prod stopped, was down: ConnectionRefusedError at boot (H10).');
    expect(pingTextOf({ ...called, wellSince: NOW })).toContain(
      'prod back up, was down: ConnectionRefusedError',
    );
  });
});

describe('the age of an incident', () => {
  const fresh = incident({ wakes: [pinged], since: NOW - 180, openedAt: NOW });

  it('counts from the first failing line of the log, where that is earlier than the first look', () => {
    const onset = { lastWell: null, firstFailing: NOW - 9 * MINUTE, by: 'log' } as const;
    const changes = { ...changesIn(), onset };
    const late = incident({ wakes: [pinged], since: NOW - 2 * MINUTE, changes });
    expect(incidentView(late, options()).text).toContain('UTC (9 min ago)');
    expect(pingTextOf(late)).toContain('prod down 9 min: ');
    expect(pingTextOf({ ...late, changes: null })).toContain('prod down 2 min: ');
  });

  it('is the same in the headline of a page and in its reason', () => {
    const onset = { lastWell: null, firstFailing: NOW - 23 * MINUTE, by: 'log' } as const;
    const late = incident({ wakes: [pinged], since: NOW - 3 * MINUTE, changes: { ...changesIn(), onset } });
    expect(pingTextOf(late)).toContain('prod down 23 min: ');
    expect(wakeWords(pinged, late, testFacts, NOW)).toBe(
      "App unreachable for 23 min while Heroku's status is green",
    );
  });

  it('is no number of milliseconds', () => {
    expect(incidentView(fresh, options()).text).toMatch(
      /has been down since \d\d:\d\d UTC \((?:just now|1 s ago)\); /,
    );
    expect(incidentView(fresh, options()).text + pingTextOf(fresh)).not.toMatch(/\d ms/);
    expect(pingTextOf(fresh)).toContain('prod down now: ');
  });
});

describe('the owner of an incident', () => {
  it('is none, with when someone was last paged', () => {
    const once = incident({ wakes: [pinged], pings: 1, lastPingAt: SINCE + MINUTE });
    expect(textOf(incidentView(once, options()))).toMatch(/Owner: none \(Kristerpher was paged at /);
    expect(textOf(incidentView({ ...once, pings: 3 }, options()))).toMatch(
      /Owner: none \(Kristerpher was paged 3 times, last /,
    );
    expect(textOf(incidentView(incident(), options()))).not.toContain('paged');
  });
});

describe('a page', () => {
  const open = incident({ wakes: [pinged], pings: 1, lastPingAt: SINCE + MINUTE });
  const words = "App unreachable for 5 min while Heroku's status is green (condition 4).";
  const lost = {
    ok: false,
    passes: false,
    words: 'Kristerpher cannot be reached in Slack: no Slack user matches ops@raxx.app.',
  } as const;
  const card = 'https://raxx.slack.com/archives/C0MOOSE01/p1';
  const ping = (one: Incident, more: Partial<Parameters<typeof pingView>[2]> = {}) =>
    pingView(one, words, {
      facts: testFacts,
      person: found,
      to: 'channel',
      card,
      canDo,
      tried: [],
      missed: 0,
      at: NOW,
      ...more,
    });

  it.each([
    ['posted in the channel', ping(open)],
    ['sent to the person', ping(open, { to: 'person' })],
    ['posted before the card', ping(open, { card: null })],
    ['meant for someone who is not found', ping(open, { person: lost })],
    ['acknowledged', ping({ ...open, acknowledged: { by: MOIRA, at: SINCE + 4 * MINUTE } })],
    ['resolved', ping(resolved())],
  ])('matches its snapshot when it is %s', (_name, message) => {
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
  });

  it('names the change that is tied to the failure, and leaves a merely possible one to the card', () => {
    const suspect = changesIn({ diffs: { 42: ['app/db.py'] } });
    const possible = changesIn({ diffs: { 42: ['README.md'] } });
    expect(textOf(ping({ ...open, changes: suspect }))).toMatch(/Changed: v42 Deploy .*suspect: app\/db\.py/);
    expect(textOf(ping({ ...open, changes: possible }))).not.toContain('Changed');
    expect(textOf(ping(resolved({ changes: suspect })))).not.toContain('Changed');
  });

  it('mentions the person, and shows on a lock screen what is wrong, why, and what to try', () => {
    expect(ping(open).text).toBe(
      `<@${KRIS}>: prod down 5 min: ConnectionRefusedError at boot (H10). Try Roll back or Restart; ${words}`,
    );
    const memory = picture({
      verdict: 'healthy',
      failure: { kind: 'mode', id: 'B', code: 'R14' },
      cause: 'Dyno over its memory quota',
      error: null,
      actions: ['resize', 'restart', 'stop'],
    });
    expect(ping(incident({ picture: memory })).text).toContain(
      ': prod: Dyno over its memory quota (R14). Try Restart; ',
    );
  });

  it('does not call an app back up that was never down', () => {
    const gate = picture({
      verdict: 'healthy',
      failure: { kind: 'mode', id: 'C', code: null },
      title: 'Missing gate',
      cause: 'Missing gate',
      error: null,
    });
    const calm = ping({ ...open, picture: gate, worst: gate, wellSince: NOW });
    expect(calm.text).toContain('prod has no failure now; it was: Missing gate.');
    expect(calm.text).not.toContain('back up');
  });

  it('says one first step in its text', () => {
    const all: ReadonlySet<ActionKind> = new Set(['rollback', 'restore']);
    const off = {
      ...open,
      stopped: { by: MOIRA, at: NOW, reason: null },
      picture: picture({ rollback: { to: 41, takesBack: [42] } }),
      changes: changesIn({ diffs: { 42: ['app/db.py'] } }),
    };
    const { text } = incidentView(off, options({ canDo: all }));
    expect(text).toContain('do first: roll back, then restore (restoring alone');
    expect(text).not.toContain('Try ');
  });

  it('pages for a stopped app with what its card says to press first, and what was tried already', () => {
    const all: ReadonlySet<ActionKind> = new Set(['stop', 'restart', 'rollback', 'restore']);
    const off = {
      ...open,
      stopped: { by: MOIRA, at: NOW, reason: null },
      picture: picture({ rollback: { to: 41, takesBack: [42] } }),
      changes: changesIn({ diffs: { 42: ['app/db.py'] } }),
    };
    const paged = ping(off, { canDo: all });
    expect(paged.text).toContain('Try Roll back to v41, then Restore the app; changed: v42 Deploy');
    expect(actionsOf(paged).slice(0, 3)).toEqual(['acknowledge', 'propose_rollback', 'propose_restore']);
    const after = ping(off, { canDo: all, tried: [rollback()] });
    expect(after.text).toContain('Try Restore the app; changed: v42 Deploy');
    expect(actionsOf(after).slice(0, 2)).toEqual(['acknowledge', 'propose_restore']);
  });

  it('says how many earlier pages could not be delivered', () => {
    const message = ping(open, { missed: 5 });
    expectTaken(message);
    expect(textOf(message)).toContain('5 earlier pages could not be delivered here.');
  });

  it('offers the same actions in the channel and in a direct message', () => {
    expect(actionsOf(ping(open))).toEqual(actionsOf(ping(open, { to: 'person' })));
    expect(actionsOf(ping(open, { to: 'person' }))).toEqual([
      'acknowledge',
      'propose_rollback',
      'propose_restart',
      'other_actions',
      'propose_stop',
      'diagnose_again',
    ]);
  });

  it('has no Acknowledge button once someone owns the incident or it is resolved', () => {
    const taken = ping({ ...open, acknowledged: { by: MOIRA, at: SINCE + 4 * MINUTE } }, { to: 'person' });
    expect(actionsOf(taken)).toEqual([]);
    expect(textOf(taken)).toContain(`@${MOIRA} acknowledged 03:02`);
    expect(actionsOf(ping(resolved(), { to: 'person' }))).toEqual([]);
    expect(textOf(ping(resolved()))).toContain('Resolved 03:08');
  });

  it('is drawn again by a new version: where this fails, raise DRAWING in ping.ts and note the new hash', () => {
    const taken = { ...open, acknowledged: { by: MOIRA, at: SINCE + 4 * MINUTE } };
    const drawn = [open, taken, resolved()].map((one) => JSON.stringify(ping(one)));
    const hash = createHash('sha256').update(drawn.join('\n')).digest('hex').slice(0, 8);
    expect(`${pingShows(open)} ${hash}`).toBe('open (4) 2963fef1');
  });

  it('names the person once who was paged and acknowledged', () => {
    const taken = ping({ ...open, acknowledged: { by: KRIS, at: SINCE + 4 * MINUTE } });
    expect(textOf(taken)).toMatch(new RegExp(`^ ?@${KRIS} acknowledged 03:02`));
    expect(textOf(taken).match(new RegExp(`@${KRIS}`, 'g'))).toHaveLength(1);
  });

  it('ends with the step to do first as it is, and has the link where a config var is missing', () => {
    const step = 'Set X: heroku config:set X=… --app raxx-api-prod';
    const unset = ping({ ...open, picture: picture({ doFirst: step }) });
    expectTaken(unset);
    expect(textOf(unset)).toContain(`Do first: ${step}App unreachable`);
    expect(actionsOf(unset).slice(0, 3)).toEqual(['acknowledge', 'open_settings', 'other_actions']);
    expect(unset.text).toContain(`Do first: ${step}; App unreachable`);
  });

  it('alerts the channel when the person is not found, and says whom to call', () => {
    const message = ping(open, { person: lost });
    expect(message.text).toMatch(/^<!here> for Kristerpher: prod down 5 min/);
    expect(textOf(message)).toContain(`${lost.words} Contact Kristerpher directly: ops@raxx.app.`);
  });
});

describe('a message in the thread or the channel', () => {
  const run = 'https://github.com/raxx-app/TradeMasterAPI/actions/runs/9300';

  it.each([
    ['a line of the thread', incidentLineView(event('acknowledged', 4, null, KRIS))],
    [
      'a line with a link',
      incidentLineView({ ...event('changed', 4, `Now: run ${run}`), event: 'counting' }),
    ],
    ['a notice from the bot', noticeView(`Not through the bot: someone dispatched a deploy: ${run}`)],
    ['a notice about a person', noticeView('prod: nobody is paged until then.', MOIRA)],
    ['an alert', alarmView('Kristerpher cannot be reached in Slack.')],
    ['a postmortem draft', postmortemView(incident().id, '# Postmortem\n\n- a\n')],
  ])('matches its snapshot when it is %s', (_name, message) => {
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
  });

  it('cuts a postmortem that is too long at a line end, and says where to read all of it', () => {
    const message = postmortemView(
      incident().id,
      `# Postmortem\n${'- a line of the timeline\n'.repeat(900)}`,
    );
    expectTaken(message);
    expect(textOf(message)).toContain('timelineTruncated. Full draft: npx raxx incident 4711aaaa --markdown');
  });
});

describe('status', () => {
  const status = {
    target: 'prod',
    app: 'raxx-api-prod',
    at: NOW,
    verdict: 'down',
    dynos: seen([{ name: 'web.1', state: 'crashed' }]),
    release: seen(null),
    health: seen({ kind: 'http', status: 503, ms: 8 } as const),
    findings: [],
    situation: NO_SITUATION,
  } as const;
  const report = (more: Partial<WatchReport> = {}): WatchReport => ({
    target: 'prod',
    at: NOW,
    incident: null,
    snooze: null,
    lookedAt: NOW - 40_000,
    sawAt: NOW - 40_000,
    isLate: false,
    blind: NOTHING_KNOWN.blind,
    blindGitHub: NOTHING_KNOWN.blindGitHub,
    memory: NOTHING_KNOWN,
    asked: { now: null, before: null },
    ...more,
  });
  const shown = (more: Partial<WatchReport>) =>
    statusView([status], { ok: true, reports: [report(more)] }, testFacts);

  it('shows an incident with its owner, a snooze with its end, and open proposals', () => {
    const message = shown({
      incident: incident({ pings: 2, acknowledged: { by: KRIS, at: SINCE + 4 * MINUTE } }),
      snooze,
      asked: {
        now: { hour: 0, heroku: 61, github: 3 },
        before: { hour: 0, heroku: 240, github: 12 },
      },
    });
    expectTaken(message);
    expect(cardText(message)).toMatchSnapshot();
    expect(message.text).toBe(
      'raxx-api-prod is down. An incident is open: Failure mode B (H10): ConnectionRefusedError: [Errno 111] Connection refused.',
    );
  });

  it.each<readonly [Partial<WatchReport>, string]>([
    [{}, 'Watch: checked 40 s ago'],
    [{ lookedAt: null, sawAt: null, isLate: true }, 'Watch: no check yet'],
    [{ sawAt: SINCE, isLate: true }, 'Watch: no good check since 02:58 (5 min)'],
    [{ sawAt: null, isLate: true }, 'Watch: nothing seen yet, last tried 40 s ago'],
    [
      { blind: { since: SINCE, told: true, scope: 'all' } },
      "Watch: blind: hasn't been able to see Heroku since 02:58 (5 min)",
    ],
    [
      { blindGitHub: { since: SINCE, told: true, scope: 'all' } },
      "Watch: blind: hasn't been able to see GitHub since 02:58 (5 min)",
    ],
  ])('says how well the watch can see: %j', (more, words) => {
    expect(textOf(shown(more))).toContain(words);
  });

  it('shows the apps when the ledger cannot be read, and says that it cannot', () => {
    const unread = { ok: false, words: 'Incidents and the watch could not be read: x' } as const;
    const message = statusView([status], unread, testFacts);
    expectTaken(message);
    expect(textOf(message)).toContain('Incidents and the watch could not be read: x');
  });
});

const HOSTILE = '<!channel> <@U0EVIL001> <http://evil.example|click me> *bold* ```code``` &amp; | a\nb';

describe('untrusted text', () => {
  const evil = incident({
    picture: picture({ title: HOSTILE, evidence: [HOSTILE, HOSTILE.repeat(200)] }),
    wakes: [{ ...pinged, reason: HOSTILE }],
    trail: [event('escalated', 1, HOSTILE, 'terminal <@U0EVIL001>@host')],
  });
  const tried = [
    rollback({
      plan: { ...rollback().plan, title: HOSTILE },
      outcome: { words: HOSTILE, evidence: [HOSTILE], next: [], manualCommand: null },
    }),
  ];

  it.each([
    ['a card', incidentView(evil, options({ tried }))],
    ['a resolved card', incidentView({ ...evil, state: 'resolved', resolvedAt: NOW }, options({ tried }))],
    [
      'a ping',
      pingView(evil, HOSTILE, {
        facts: testFacts,
        person: found,
        to: 'person',
        card: null,
        canDo,
        tried: [],
        missed: 0,
        at: NOW,
      }),
    ],
    ['a line', incidentLineView(event('escalated', 1, HOSTILE, 'terminal <@U0EVIL001>@host'))],
    ['a notice', noticeView(HOSTILE, 'terminal <@U0EVIL001>@host')],
    ['a draft', postmortemView('4711aaaa', HOSTILE)],
  ])('is only shown in %s', (_name, { text, blocks }) => {
    expect(validateMessage({ text, blocks })).toEqual([]);
    const parsed = JSON.stringify(blocks).match(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"/g) ?? [];
    for (const one of [text, ...parsed])
      expect(one).not.toMatch(/<!channel|<@U0EVIL|<http:\/\/evil|\*bold\*(?=.*mrkdwn)/);
    expect(JSON.stringify(blocks)).not.toMatch(/"type":"(user|broadcast|link)"[^}]*(EVIL|evil|channel)/);
  });
});
