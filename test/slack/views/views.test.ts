/** Messages as they look, and that nobody else's text can do more than be read. */

import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../../sandbox/slack/blocks/check.ts';
import { printChanges } from '../../../src/cli/changes.ts';
import { createPaint } from '../../../src/cli/paint.ts';
import type { LogReport } from '../../../src/operations/diagnosis/log-report.ts';
import type { TargetStatus } from '../../../src/operations/diagnosis/target-status.ts';
import { diagnose } from '../../../src/runbook/diagnosis/diagnose.ts';
import { failureOf } from '../../../src/runbook/incidents/failure.ts';
import { NO_CHANGES, NOT_WATCHED, type WatchedBracket } from '../../../src/runbook/model/change.ts';
import type { Diagnosis } from '../../../src/runbook/model/diagnosis.ts';
import type { Incident } from '../../../src/runbook/model/incident.ts';
import type { Facts } from '../../../src/runbook/model/runbook-config.ts';
import { NO_SITUATION, type Situation } from '../../../src/runbook/model/situation.ts';
import type { ActionKind } from '../../../src/runbook/model/terms.ts';
import { validateMessage } from '../../../src/slack/client/validate-message.ts';
import { changesThread, changesView } from '../../../src/slack/views/diagnosis/changes.ts';
import { checksView } from '../../../src/slack/views/diagnosis/checks.ts';
import { diagnosisView } from '../../../src/slack/views/diagnosis/diagnosis.ts';
import { logsView } from '../../../src/slack/views/diagnosis/logs.ts';
import { helpView } from '../../../src/slack/views/help.ts';
import { incidentView } from '../../../src/slack/views/incidents/incident.ts';
import { sentenceView } from '../../../src/slack/views/parts/answers.ts';
import type { Message } from '../../../src/slack/views/parts/message.ts';
import { rollBackFirst, tryWords } from '../../../src/slack/views/parts/propose-buttons.ts';
import { statusView as statusWith } from '../../../src/slack/views/status.ts';
import { cardText } from '../../support/card-text.ts';
import { blind, bootTimeout, diagnosis, misspelledGate } from '../../support/diagnosis.ts';
import {
  contextOf,
  detail,
  dyno,
  evidence,
  goodRequest,
  incident as herokuIncident,
  http,
  job,
  logWindow,
  NOW,
  release,
  routerError,
  run,
  seen,
  unseen,
  web,
} from '../../support/evidence.ts';
import { testFacts } from '../../support/facts.ts';
import { incident, unreachable } from '../../support/incident.ts';

const canDo: ReadonlySet<ActionKind> = new Set(['stop', 'restore', 'restart', 'rollback', 'resize']);
const asked = { by: 'U0KRIS001', facts: testFacts, incidentCard: null, canDo };
const shown = (one: Diagnosis) => diagnosisView(one, asked);

function expectTaken(message: Message): void {
  expect(validateMessage(message)).toEqual([]);
  expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
  // A step that ends with a command has no period.
  expect(message.text).toMatch(/[.…:)]$|`$|[dD]o first: [^;]+$/);
}

describe('a diagnosis with more than its evidence', () => {
  const texts = ({ blocks }: Message, count: number) => JSON.stringify(blocks.slice(0, count));
  const change = {
    kind: 'deploy',
    who: 'U0MOIRA01',
    since: NOW - 20_000,
    until: NOW + 70_000,
    release: 43,
    actionId: null,
    booting: ['web.1'],
  } as const;
  const crash = { dynos: seen([]), health: http(503) };
  const situated = (evidenceNow: object, situation: Partial<Situation>) =>
    diagnose(evidence(evidenceNow), contextOf(), {
      tookMs: 8,
      limits: [],
      situation: { ...NO_SITUATION, ...situation },
    });

  it('shows a change under way instead of "down", and asks nobody to wake anyone for it yet', () => {
    const one = situated(crash, { change });
    const message = shown(one);
    expectTaken(message);
    expect(message.text).toMatch(/^raxx-api-prod is being deployed \(v43\): web\.1 starting \(since /);
    expect(message.text).not.toContain('Wake');
    expect(texts(message, 2)).toContain('Change in progress');
    expect(one.escalations).toMatchObject([{ condition: 4, dueAt: change.until }]);
  });

  it('names the process type where two targets share an app', () => {
    const [prod] = testFacts.targets;
    if (!prod) throw new Error('no targets');
    const facts = { ...testFacts, targets: [prod, { ...prod, name: 'jobs', processType: 'worker' }] };
    const both = statusView([status(), status({ target: 'jobs', verdict: 'down' })], facts);
    expect(both.text).toMatch(/^raxx-api-prod web is healthy\. raxx-api-prod worker is down\./);
    expect(JSON.stringify(both.blocks)).toContain('|raxx-api-prod worker> is down');
    const one = { ...situated(crash, {}), target: 'jobs' };
    expect(diagnosisView(one, { ...asked, facts }).text).toMatch(/^raxx-api-prod worker is down; /);
    const card = incidentView(incident({ target: 'jobs' }), {
      facts,
      tried: [],
      snooze: null,
      canDo,
      now: NOW,
    });
    expect(card.text).toMatch(/^Incident: raxx-api-prod worker has been down/);
  });

  it('has the requests of the last hour in its thread, as text and as a chart', () => {
    const one = diagnosis({
      ...crash,
      logs: seen(logWindow(...[1_700, 1_200, 700].map(goodRequest), routerError(60, 'H10', 'App crashed'))),
    });
    const thread = changesThread(one.changes, one.lastHour, one.at, false);
    if (!thread) throw new Error('nothing in the thread');
    expectTaken(thread);
    expect(thread.text).toContain('Last 25 min (the log goes back no further): 1 of 3 requests failed.');
    expect(cardText(thread)).toContain('Requests per 5 minutes');
    expect(thread.blocks.map(({ type }) => type)).toContain('data_visualization');
    const unread = changesThread(one.changes, null, one.at, false);
    expect(unread?.blocks.map(({ type }) => type)).not.toContain('data_visualization');
  });

  it('names the person once who scaled the app to zero', () => {
    const scaled = logWindow('-300 app[api]: Scaled to web@0:Basic by user kris@raxx.app');
    const off = { formation: web(0), dynos: seen([]), health: http(503) };
    const words = cardText(shown(diagnosis({ ...off, logs: seen(scaled) })));
    expect(words).toContain('kris@raxx.app scaled web to 0, 5 min ago');
    expect(words).not.toContain('Changed: ');
  });

  it('says what a person has to do first where no button helps', () => {
    const unset = diagnosis({
      ...crash,
      dynos: seen([dyno('crashed', 60_000)]),
      releases: seen([release(42, { current: true, createdAt: NOW - 72 * 3_600_000 })]),
      logs: seen(
        logWindow(
          '-62 heroku[web.1]: State changed from crashed to starting',
          '-61 app[web.1]: Traceback (most recent call last):',
          '-61 app[web.1]:   File "/app/raptor/settings.py", line 41, in <module>',
          "-61 app[web.1]:     KEY = os.environ['BROKER_API_KEY']",
          "-61 app[web.1]: KeyError: 'BROKER_API_KEY'",
          '-60 heroku[web.1]: Process exited with status 1',
          '-60 heroku[web.1]: State changed from starting to crashed',
          // The newest boot printed only its error.
          '-40 heroku[web.1]: State changed from crashed to starting',
          "-31 app[web.1]: KeyError: 'BROKER_API_KEY'",
          '-30 heroku[web.1]: Process exited with status 1',
          '-30 heroku[web.1]: State changed from starting to crashed',
        ),
      ),
    });
    const step = 'Set BROKER_API_KEY: heroku config:set BROKER_API_KEY=… --app raxx-api-prod';
    expect(cardText(shown(unset))).toContain(`Do first: ${step}`);
    expect(shown(unset).text).toMatch(new RegExp(`do first: ${step}$`));
    const { picture } = incident();
    const card = incidentView(incident({ picture: { ...picture, doFirst: step } }), {
      facts: testFacts,
      tried: [],
      snooze: null,
      canDo,
      now: NOW,
    });
    expect(cardText(card)).toMatch(
      /Owner: none\nPaging: .*\nDo first: Set BROKER_API_KEY: heroku config:set .*\n\[Acknowledge: \S+ \S+\] \[Open config vars: open_settings\] \[⋯ /,
    );
    expectTaken(card);
  });

  it('says the order where a stopped app needs a rollback and a restore', () => {
    const rollback = { to: 41, takesBack: [42] };
    expect(tryWords({ first: ['rollback', 'restore'], others: [], rollback })).toBe(
      'Try Roll back to v41, then Restore the app',
    );
    expect(rollBackFirst(['rollback', 'restore'])).toContain('roll back');
    expect(rollBackFirst(['rollback', 'restart'])).toBeNull();
  });

  it('says that a failure mode is from before the stop of the app', () => {
    const stop = { by: 'U0MOIRA01', at: NOW - 60_000, reason: 'too many errors' };
    const logs = seen(
      logWindow(routerError(90, 'H10', 'App crashed'), routerError(80, 'H10', 'App crashed')),
    );
    const one = situated({ dynos: seen([]), formation: web(0), health: http(503), logs }, { stop });
    expect(shown(one).text).toContain('before the stop: Possible failure mode B (H10): ');
    expect(cardText(shown(one))).toContain('Before the stop: Possible failure mode B (H10)');
  });

  it('says who stopped the app, when and why before it offers to restore it', () => {
    const stop = { by: 'U0MOIRA01', at: NOW - 60_000, reason: 'too many errors' };
    const one = situated({ dynos: seen([]), formation: web(0), health: http(503) }, { stop });
    const message = shown(one);
    expectTaken(message);
    expect(texts(message, 2)).toMatch(/Stopped on purpose.*U0MOIRA01.*too many errors.*propose_restore/);
    expect(message.text).toMatch(
      /^raxx-api-prod is stopped; stopped on purpose by <@U0MOIRA01> at 09:59 UTC: too many errors[;.]/,
    );
    const seenBy = statusView([status({ verdict: 'stopped', situation: one.situation })]);
    expect(JSON.stringify(seenBy.blocks)).toMatch(/Stopped on purpose.*U0MOIRA01.*too many errors/);
  });

  it('does not repeat as a check that the app was stopped', () => {
    const stop = { by: 'U0MOIRA01', at: NOW - 60_000, reason: null };
    const scaled = '-60 app[api]: Scaled to web@0:Basic by user ops@raxx.app';
    const crashed = routerError(90, 'H10', 'App crashed');
    const off = { dynos: seen([]), formation: web(0), health: http(503) };
    for (const logs of [[], [scaled], [crashed], [crashed, scaled]]) {
      const one = situated({ ...off, logs: seen(logWindow(...logs)) }, { stop });
      const message = shown(one);
      expectTaken(message);
      const card = cardText(message);
      expect(card).toContain('Stopped on purpose by @U0MOIRA01');
      expect(card).not.toContain('Dyno formation');
      // What else fails is still listed, and the count is complete.
      expect(card).toMatch(/10 checks: \d pass, (1 warn, )?2 fail\n/);
      expect(card).toContain('fail · Health URL: HTTP 503');
      expect(cardText(checksView(one))).toContain('1. Dyno formation: No dynos on raxx-api-prod');
    }
    expect(cardText(shown(situated(off, {})))).toContain('Dyno formation: No dynos on raxx-api-prod');
  });

  it('shows the open incident with its owner, its next page and its link', () => {
    const open = incident({
      wakes: [{ ...unreachable, dueAt: NOW + 28 * 60_000 }],
      acknowledged: { by: 'U0KRIS001', at: NOW },
    });
    const message = diagnosisView(situated(crash, { incident: open }), {
      ...asked,
      incidentCard: 'https://raxx.slack.com/archives/C0MOOSE01/p1',
    });
    expectTaken(message);
    const shownFirst = texts(message, 2);
    expect(shownFirst).toContain('https://raxx.slack.com/archives/C0MOOSE01/p1');
    expect(shownFirst).toMatch(/owner: .*U0KRIS001.*paging: .*Kristerpher.*unless it is resolved/);
    expect(message.text).toMatch(/ Incident .*owner: <@U0KRIS001> · paging: Kristerpher at .* UTC unless /);
  });

  it('says once why a source of changes was not read, in Slack and at the terminal', () => {
    const releases = unseen('rate_limited', 'Heroku releases: HTTP 429');
    const one = situated({ ...crash, releases, slug: releases }, {});
    for (const said of [cardText(changesView(one)), printChanges(one, createPaint(false))]) {
      expect(said).toContain("Couldn't read: Heroku releases: HTTP 429");
      expect(said.split('Heroku releases')).toHaveLength(said.startsWith('text: ') ? 3 : 2);
    }
  });

  it('links the run that failed after the gate, once', () => {
    const message = shown(
      situated(
        {
          runs: seen([run(9, { conclusion: 'failure', createdAt: NOW - 60_000 }), run(7)]),
          runDetails: seen([
            detail(9, { jobs: [job('freeze-check', 'success'), job('deploy', 'failure')] }),
            detail(7),
          ]),
        },
        {},
      ),
    );
    expect(message.text).toContain('Wake Kristerpher now: deploy failed after the gate (run 9).');
    expect(JSON.stringify(message.blocks)).toContain('/actions/runs/9"');
  });

  it('never cuts its text inside an escaped sign', () => {
    const one = situated(crash, { stop: { by: 'U0MOIRA01', at: NOW, reason: '&<'.repeat(3_000) } });
    expect(shown(one).text.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
  });

  it('says one beginning where the log shows an earlier one than the first look', () => {
    const onset = { lastWell: null, firstFailing: NOW - 20 * 60_000, by: 'log' } as const;
    const open = incident({ since: NOW - 5 * 60_000, changes: { ...NO_CHANGES, state: 'failing', onset } });
    const message = shown(situated(crash, { incident: open }));
    expect(message.text).toMatch(/^raxx-api-prod has been down since 09:40 UTC \(20 min\); /);
    expect(message.text).not.toContain('Incident since');
  });

  it('shows the incident at Heroku with its link, and whom to wake for it, before the rest', () => {
    const platform = seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [herokuIncident()] });
    const message = shown(situated({ ...crash, platform }, {}));
    expectTaken(message);
    expect(texts(message, 2)).toMatch(
      /https:\/\/status\.heroku\.com.*Nothing to fix on our side.*Wake Kristerpher now/,
    );
    expect(JSON.stringify(message.blocks)).not.toContain('propose_restart');
  });
});

describe('an incident at Heroku that is the cause', () => {
  const platform = seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [herokuIncident()] });
  const two = seen({
    systems: [{ system: 'Apps', status: 'red' }],
    incidents: [herokuIncident(), herokuIncident({ id: '2', title: 'Slow builds' })],
  });
  const old = seen([release(42, { createdAt: NOW - 30 * 3_600_000, current: true })]);
  const failing = (more: object) => diagnosis({ health: http(503), releases: old, ...more });
  const onIncident = (more: object, state: Partial<Incident> = {}) => {
    const one = failing(more);
    const failed = failureOf(one, contextOf(), { change: null, isOff: false });
    if (!failed) throw new Error('nothing fails');
    const picture = { at: NOW, verdict: one.verdict, ...failed };
    return incidentView(incident({ picture, worst: picture, changes: one.changes, ...state }), {
      facts: testFacts,
      tried: [],
      snooze: null,
      canDo,
      now: NOW,
    });
  };

  it.each([
    ['of a diagnosis', (more: object) => shown(failing(more))],
    ['of an incident', onIncident],
    [
      'of a resolved incident',
      (more: object) => onIncident(more, { state: 'resolved', wellSince: NOW, resolvedAt: NOW }),
    ],
  ])('is named once on the card %s, which does not deny it in the next line', (_name, draw) => {
    const message = draw({ platform });
    expectTaken(message);
    for (const said of [message.text, cardText({ ...message, text: '' })]) {
      expect(said.split('Routing errors')).toHaveLength(2);
      expect(said).not.toMatch(/no change/i);
    }
    expect(draw({ platform: two }).text).toMatch(
      /Routing errors.*changed: Heroku incident: Slow builds by Heroku/,
    );
    const releases = unseen('timeout', 'Heroku releases: no response within 8 s');
    expect(draw({ platform, releases }).text).toContain("couldn't read: Heroku releases");
  });

  it('has its verdict in the thread', () => {
    const { changes, lastHour, at } = failing({ platform });
    const thread = changesThread(changes, lastHour, at, true);
    expect(thread && cardText(thread)).toContain('(possible: it is active now)');
  });
});

describe('an app in maintenance mode', () => {
  const base = evidence({}).app;
  if (!base.ok) throw new Error('the app is seen');
  const inMaintenance = { app: seen({ ...base.value, maintenance: true }), health: http(503) };
  const words = 'Health URL: Maintenance mode is on (HTTP 503 in 84 ms)';

  it('says on its first screen why it is stopped, and not again under the buttons', () => {
    const message = shown(diagnosis(inMaintenance));
    expectTaken(message);
    expect(message.text).toBe(`raxx-api-prod is stopped. ${words}.`);
    const card = cardText({ ...message, text: '' });
    expect(card.split('\n')[2]).toBe(words);
    expect(card.split('Maintenance mode is on')).toHaveLength(2);
    expect(card).toContain('10 checks: 9 pass, 1 warn');
  });

  it('says so even if something else fails', () => {
    const platform = seen({ systems: [{ system: 'Apps', status: 'red' }], incidents: [herokuIncident()] });
    const { text } = shown(diagnosis({ ...inMaintenance, platform }));
    expect(text).toContain(`raxx-api-prod is stopped; ${words}. Wake Kristerpher now: Heroku incident`);
  });

  it('names the missing dynos instead where it is scaled to 0', () => {
    const { text } = shown(diagnosis({ ...inMaintenance, formation: web(0), dynos: seen([]) }));
    expect(text).toContain('Dyno formation: No dynos on raxx-api-prod');
  });
});

describe('the card of a diagnosis', () => {
  it.each([
    ['healthy', diagnosis()],
    ['a boot timeout', bootTimeout],
    ['half blind', blind],
    ['a misspelled gate', misspelledGate],
  ])('matches its snapshot for %s', (_name, one) => {
    expectTaken(shown(one));
    expect(cardText(shown(one))).toMatchSnapshot();
  });

  it('says in its text what is wrong, since when, and what to do first', () => {
    expect(shown(diagnosis()).text).toBe(
      'raxx-api-prod is healthy. web.1: up (3 h) · Last deploy: v42 Deploy 4f070742, 8 h ago by ops@raxx.app · HTTP 200 in 84 ms.',
    );
    expect(shown(bootTimeout).text).toBe(
      'raxx-api-prod has been down since 09:58 UTC (2 min); likely failure mode B (R10): Dyno crash loop with boot timeouts; changed: v42 Deploy 4f070742 by ops@raxx.app, 7 h before the failure (possible: diff not read yet). Paging: Kristerpher at 10:28 UTC unless the R10 boot timeouts stop; try Roll back to v41 or Restart.',
    );
    expect(shown(blind).text).toBe(
      "Can't tell whether raxx-api-prod is up. No failure mode matches the available evidence; 3 sources could not be read.",
    );
  });

  it('says that a failure was first seen now only after a look that was healthy', () => {
    const failing = evidence({ health: http(503) });
    const seenBy = (watched: WatchedBracket, more: object = {}) =>
      shown(diagnose({ ...failing, ...more }, contextOf(), { tookMs: 8, limits: [], watched }));
    const message = seenBy({ lastWell: NOW - 60_000, firstFailing: null });
    expectTaken(message);
    expect(message.text).toMatch(
      /^raxx-api-prod is down \(first seen now, last seen healthy at 09:59 UTC\); /,
    );
    expect(JSON.stringify(message).split('first seen')).toHaveLength(3);
    const logs = seen(logWindow(routerError(90, 'H12', 'Request timeout')));
    for (const { text } of [
      // The watch may not have been read, so the failure may be old.
      seenBy(NOT_WATCHED),
      seenBy({ lastWell: null, firstFailing: NOW - 60_000 }),
      seenBy(NOT_WATCHED, { logs }),
      shown(bootTimeout),
      shown(blind),
    ]) {
      expect(text).not.toContain('first seen');
    }
  });

  it('says in its text whom to wake, and what fails although the app is healthy', () => {
    const [step, ...others] = diagnosis().findings;
    if (!step) throw new Error('a diagnosis has findings');
    const failed = {
      ...step,
      title: 'GitHub Environments',
      status: 'fail',
      summary: 'x asks nobody',
    } as const;
    const due = { condition: 1, reason: 'Run 7 failed', dueAt: NOW, about: null } as const;
    const later = { condition: 2, reason: 'R14', dueAt: NOW + 1, about: null } as const;
    const one = { ...diagnosis(), at: NOW, findings: [failed, ...others], escalations: [later, due] };
    expect(shown(one).text).toBe(
      'raxx-api-prod is healthy; GitHub Environments: x asks nobody. Wake Kristerpher now: Run 7 failed.',
    );
  });

  it.each([
    ['one code', 2, ['R14'], 'unless the R14 memory errors stop'],
    ['two codes', 2, ['R10', 'R14'], 'unless fixed'],
    ['no code', 2, [null], 'unless fixed'],
    ['an unreachable app', 4, ['R10'], 'unless the app is reachable again'],
  ] as const)('says what would keep the operator from being paged: %s', (_name, condition, codes, words) => {
    const [mode] = bootTimeout.modes;
    if (!mode) throw new Error('a boot timeout has a mode');
    const later = { condition, reason: 'R14 for 2 min', dueAt: NOW + 60_000, about: null };
    const modes = codes.map((code) => ({ ...mode, code }));
    const one = { ...bootTimeout, at: NOW, modes, escalations: [later] };
    expect(shown(one).text).toMatch(new RegExp(`Paging: Kristerpher at [^.]* UTC ${words}[;.]`));
  });

  it.each([
    [8, 0, 8, 0],
    [9, 0, 7, 0],
    [8, 1, 6, 1],
    [7, 1, 7, 1],
    [20, 4, 3, 4],
    [20, 6, 3, 3],
    [0, 6, 0, 6],
    [3, 9, 3, 4],
  ])(
    'shows %i lines of evidence and %i unread sources of a mode in 8 lines at most',
    (seenLines, unread, shownLines, shownUnread) => {
      const [mode] = bootTimeout.modes;
      if (!mode) throw new Error('a boot timeout has a mode');
      const evidenceOf = Array.from({ length: seenLines }, (_, index) => `sign ${index}`);
      const missing = Array.from({ length: unread }, (_, index) => `source ${index}`);
      const card = cardText(shown({ ...bootTimeout, modes: [{ ...mode, evidence: evidenceOf, missing }] }));
      const lines = card.split('\n').filter((one) => one.startsWith('  | '));
      const left = [seenLines - shownLines, unread - shownUnread].filter((count) => count > 0);
      expect(lines.filter((one) => one.includes('sign '))).toHaveLength(shownLines);
      expect(lines.filter((one) => one.includes("couldn't read source "))).toHaveLength(shownUnread);
      expect(lines.flatMap((one) => /… (\d+) more lines/.exec(one)?.[1] ?? [])).toEqual(left.map(String));
      expect(lines.length).toBeLessThanOrEqual(8);
    },
  );

  it('shows when few API calls are left', () => {
    const low = {
      ...diagnosis(),
      lowLimits: [{ api: 'github', remaining: 12, limit: 5000, resetAt: null } as const],
    };
    const text = JSON.stringify(shown(low));
    expect(text).toContain('github: only 12 API calls left this hour');
    // Nothing was unseen.
    expect(text).not.toContain("Couldn't read");
  });

  it('has a word beside every emoji', () => {
    expect(JSON.stringify(shown(bootTimeout).blocks)).toContain(' fail · ');
    expect(JSON.stringify(checksView(bootTimeout).blocks)).toContain(' pass · ');
  });
});

const statusView = (statuses: readonly TargetStatus[], facts: Facts = testFacts) =>
  statusWith(statuses, { ok: true, reports: [] }, facts);

const status = (more: Partial<TargetStatus> = {}): TargetStatus => ({
  target: 'prod',
  app: 'raxx-api-prod',
  at: NOW,
  verdict: 'healthy',
  dynos: seen([{ name: 'web.1', state: 'up' }]),
  release: seen({ version: 42, description: 'Deploy 4f070772', at: NOW - 3_600_000 }),
  health: seen({ kind: 'http', status: 200, ms: 84 }),
  findings: [],
  situation: NO_SITUATION,
  ...more,
});

const report = (more: Partial<LogReport> = {}): LogReport => ({
  target: 'prod',
  app: 'raxx-api-prod',
  at: NOW,
  finding: {
    id: 'logs',
    step: 6,
    title: 'Heroku logs',
    status: 'pass',
    summary: 'No current errors in 1 line',
    details: [],
    error: null,
    fault: null,
    isBlind: false,
    about: null,
  },
  lines: seen([{ at: NOW, source: 'heroku', process: 'web.1', text: 'State changed from starting to up' }]),
  ...more,
});

describe('the other messages', () => {
  it.each([
    [
      'status',
      statusView([
        status(),
        status({
          app: 'raxx-api-staging',
          verdict: 'unknown',
          dynos: unseen(),
          release: unseen(),
          health: unseen(),
        }),
      ]),
    ],
    [
      'status of an app without anything',
      statusView([
        status({
          dynos: seen([]),
          release: seen(null),
          health: seen({ kind: 'refused', detail: 'ECONNREFUSED', ms: 3 }),
        }),
      ]),
    ],
    ['logs', logsView(report())],
    [
      'logs that were not read',
      logsView(report({ lines: unseen('timeout', 'Heroku log: no response in time') })),
    ],
    ['logs that are empty', logsView(report({ lines: seen([]) }))],
    [
      'logs with requests',
      logsView(
        report({
          lines: seen(
            logWindow(
              '-1260 heroku[web.1]: State changed from starting to up',
              goodRequest(1_000),
              routerError(400, 'H10', 'App crashed'),
              goodRequest(20),
            ).lines,
          ),
        }),
      ),
    ],
    ['help', helpView(testFacts)],
    ['a sentence', sentenceView('There is no command "x". Nothing was done. Type `/raxx help`.')],
  ])('match the snapshot of %s', (_name, message) => {
    expect(validateMessage(message)).toEqual([]);
    expect(checkBlocks(message.blocks)).toMatchObject({ ok: true });
    expect(cardText(message)).toMatchSnapshot();
  });
});

const HOSTILE = '<!channel> <@U0EVIL001> <http://evil.example|click me> *bold* `code` &amp; \u202egnp.exe';

/** Every text that Slack would parse as mrkdwn. */
function parsedTexts(blocks: Message['blocks']): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('type' in value && value.type === 'mrkdwn' && 'text' in value) found.push(String(value.text));
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(blocks);
  return found;
}

describe('untrusted text', () => {
  const hostile = (one: Diagnosis): Diagnosis => ({
    ...one,
    findings: one.findings.map((finding) => ({ ...finding, summary: HOSTILE, details: [HOSTILE] })),
    modes: one.modes.map((mode) => ({
      ...mode,
      title: HOSTILE,
      cause: HOSTILE,
      evidence: [HOSTILE, HOSTILE.repeat(300)],
      missing: [HOSTILE],
      fix: [HOSTILE],
      verification: HOSTILE,
    })),
    escalations: [{ condition: 1, reason: HOSTILE, dueAt: NOW, about: null }],
    unread: [{ source: 'logs', why: 'timeout', name: HOSTILE, reason: HOSTILE, detail: HOSTILE }],
  });

  it.each([
    ['a diagnosis', shown(hostile(bootTimeout))],
    [
      'a status',
      statusView([
        status({
          dynos: seen([{ name: HOSTILE, state: HOSTILE }]),
          release: seen({ version: 1, description: HOSTILE, at: NOW }),
        }),
      ]),
    ],
    [
      'logs',
      logsView(
        report({
          finding: { ...report().finding, summary: HOSTILE, details: [HOSTILE] },
          lines: seen([{ at: NOW, source: 'app', process: 'web.1', text: HOSTILE }]),
        }),
      ),
    ],
    ['a sentence', sentenceView(HOSTILE)],
  ])('is only shown in %s', (_name, message) => {
    expect(validateMessage(message)).toEqual([]);
    for (const text of [message.text, ...parsedTexts(message.blocks)]) {
      expect(text).not.toMatch(/<!channel|<@U0EVIL|<http:\/\/evil/);
    }
    for (const text of parsedTexts(message.blocks)) expect(text).not.toMatch(/\*bold\*|`code`/);
  });
});
