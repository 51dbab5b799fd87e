/** Worlds in which something changed: how each change is judged, and what the line on the card says. */
import { describe, expect, it } from 'vitest';
import { propose } from '../../../src/runbook/actions/lifecycle.ts';
import { changeSentence } from '../../../src/runbook/changes/change-line.ts';
import type { Action } from '../../../src/runbook/model/action.ts';
import { createRedactor } from '../../../src/runbook/redaction/redact.ts';
import {
  ago,
  BROKE,
  changedEvidence,
  changesIn,
  cutDiff,
  deployed,
  IN_DB,
  KEY_ERROR,
  MODULE_MISSING,
  said,
  unreadDiff,
} from '../../support/changes.ts';
import { draft } from '../../support/draft.ts';
import {
  contextOf,
  detail,
  dyno,
  goodRequest,
  incident,
  job,
  logWindow,
  look,
  NOW,
  release,
  run,
  seen,
  unseen,
  web,
} from '../../support/evidence.ts';

const NOTHING = 'No change found in the last 24 h: check traffic, data and outside services';
const NOTHING_EXPLAINS = 'No change in the last 24 h explains it: check traffic, data and outside services';
const WELL_BEFORE = { lastWell: ago(200), firstFailing: BROKE };

describe('a change is suspect', () => {
  it('when a file of its diff is in the traceback', () => {
    const found = changesIn({ diffs: { 42: ['README.md', 'app/db.py'] }, watched: WELL_BEFORE });
    expect(said(found)).toEqual(['suspect v42 Deploy 4f070742: app/db.py is in the traceback']);
    expect(changeSentence(found, NOW)).toBe(
      'Changed: v42 Deploy 4f070742 by ops@raxx.app, 1 min before the failure (suspect: app/db.py is in the traceback)',
    );
  });

  it('however many changes came after the failure had begun', () => {
    const later = Array.from({ length: 25 }, (_, index) =>
      deployed(67 - index, 1 + index / 50, { description: 'Set A config vars', slugId: 's42' }),
    );
    const releases = [...later, deployed(42, 180), deployed(41, 90_000)];
    const found = changesIn({ releases, diffs: { 42: ['app/db.py'] }, watched: WELL_BEFORE });
    expect(said(found)).toHaveLength(20);
    expect(said(found).at(-1)).toBe('suspect v42 Deploy 4f070742: app/db.py is in the traceback');
  });

  it('when the app is in a folder of the repository and the end of the path matches', () => {
    expect(said(changesIn({ diffs: { 42: ['backend/app/db.py'] } }))[0]).toMatch(/^suspect v42/);
    expect(said(changesIn({ diffs: { 42: ['backend/other/app.db.py', 'db.py'] } }))[0]).toMatch(
      /^possible v42/,
    );
  });

  it('when it removed the variable that is missing', () => {
    const releases = [
      deployed(42, 180, { description: 'Remove BROKER_API_KEY config vars', slugId: 's41' }),
      deployed(41, 30 * 3_600),
    ];
    const found = changesIn({ releases, traceback: KEY_ERROR });
    expect(said(found)).toEqual([
      'suspect v42 Remove BROKER_API_KEY config vars: it removed BROKER_API_KEY, which is missing now',
    ]);
    expect(found.wanted).toEqual([]);
    const other = [
      { ...deployed(42, 180), description: 'Remove LOG_LEVEL config vars' },
      deployed(41, 90_000),
    ];
    expect(said(changesIn({ releases: other, traceback: KEY_ERROR }))[0]).toMatch(/^possible /);
    const set = [
      { ...deployed(42, 180), description: 'Set BROKER_API_KEY config vars' },
      deployed(41, 90_000),
    ];
    expect(said(changesIn({ releases: set, traceback: KEY_ERROR }))[0]).toMatch(/^possible /);
  });

  it('when the requirements changed and a module is missing', () => {
    const found = changesIn({ traceback: MODULE_MISSING, diffs: { 42: ['requirements.txt'] } });
    expect(said(found)).toEqual([
      'suspect v42 Deploy 4f070742: it changed requirements.txt, and the module httpx_cache is missing',
    ]);
  });

  it('when the size changed and memory ran out', () => {
    const R14 = 'heroku[web.1]: Error R14 (Memory quota exceeded)';
    const logs = seen(
      logWindow(
        '-200 app[api]: Scaled to web@1:Basic by user kris@raxx.app',
        ...[80, 60, 40, 20].map((at) => `-${at} ${R14}`),
      ),
    );
    const found = changesIn({ releases: [deployed(41, 90_000)], more: { logs, dynos: seen([dyno('up')]) } });
    expect(said(found)).toEqual([
      'suspect Scaled to web@1:Basic: it scaled web, which is running out of memory',
    ]);
    expect(found.list[0]).toMatchObject({ kind: 'scale', who: 'kris@raxx.app' });
  });
});

describe('an incident at Heroku', () => {
  const world = (createdAt: number) => ({
    diffs: { 42: ['app/db.py'] },
    more: { platform: seen({ systems: [], incidents: [incident({ createdAt })] }) },
  });
  const log = Array.from({ length: 50 }, (_, index) => goodRequest(1_180 - index * 20));

  it('leaves the suspect of the bracket a suspect if it began before the bracket', () => {
    const wanted = [
      'suspect v42 Deploy 4f070742: app/db.py is in the traceback',
      'possible Heroku incident: Routing errors: it is active now',
    ];
    expect(said(changesIn({ ...world(ago(1_020)), log }))).toEqual(wanted);
    expect(said(changesIn({ ...world(ago(1_020)), watched: WELL_BEFORE }))).toEqual(wanted);
  });

  it('is a rival of the suspect if it began in the bracket', () => {
    const [change] = said(changesIn({ ...world(ago(160)), log, watched: WELL_BEFORE })).slice(1);
    expect(change).toBe(
      'possible v42 Deploy 4f070742: app/db.py is in the traceback, but Heroku incident: Routing errors is just as recent',
    );
  });
});

describe('a change is ruled out', () => {
  it('when it came after the failure had begun', () => {
    const found = changesIn({
      releases: [deployed(42, 30), deployed(41, 90_000)],
      diffs: { 42: ['app/db.py'] },
    });
    expect(said(found)).toEqual(['ruled_out v42 Deploy 4f070742: came 1 min after the failure began']);
    expect(changeSentence(found, NOW)).toBe(NOTHING_EXPLAINS);
  });

  it('when its release failed or has not finished', () => {
    const failed = [deployed(43, 150, { status: 'failed' }), deployed(42, 90_000)];
    expect(said(changesIn({ releases: failed }))).toEqual([
      'ruled_out v43 Deploy 4f070743: never ran: its release phase failed',
    ]);
    const pending = [deployed(43, 150, { status: 'pending' }), deployed(42, 90_000)];
    expect(said(changesIn({ releases: pending }))[0]).toMatch(/^ruled_out v43 .* has not finished$/);
  });

  it('when the watch saw the app healthy with it for longer than the runbook requires', () => {
    const found = changesIn({
      releases: [deployed(42, 1_800), deployed(41, 90_000)],
      watched: WELL_BEFORE,
      diffs: { 42: ['app/db.py'] },
    });
    expect(said(found)).toEqual(['ruled_out v42 Deploy 4f070742: the app was still healthy 26 min after it']);
    expect(changeSentence(found, NOW)).toBe(NOTHING_EXPLAINS);
  });

  it('when the log shows that the app served requests for longer than that', () => {
    const log = Array.from({ length: 30 }, (_, index) => goodRequest(900 - index * 20));
    const found = changesIn({ releases: [deployed(42, 1_200), deployed(41, 90_000)], log });
    expect(said(found)[0]).toMatch(/^ruled_out v42 .*: the log shows it healthy for 18 min after$/);
  });

  it('when it is maintenance mode that someone switched off, with the app healthy after it', () => {
    const log = Array.from({ length: 60 }, (_, index) => goodRequest(1_320 - index * 20));
    const off = '-1340 app[api]: Disable maintenance mode by user ops@raxx.app';
    const found = changesIn({ releases: [deployed(41, 90_000)], log: [off, ...log] });
    expect(said(found)).toEqual([
      'ruled_out Disable maintenance mode: the log shows it healthy for 20 min after',
    ]);
  });

  it('when the next change came long after it, with no failing line in between', () => {
    const found = changesIn({
      releases: [deployed(42, 180), deployed(41, 7_200), deployed(40, 90_000)],
      diffs: { 42: ['app/db.py'] },
    });
    expect(said(found)).toEqual([
      'suspect v42 Deploy 4f070742: app/db.py is in the traceback',
      'ruled_out v41 Deploy 4f070741: no error in the log until v42, 1 h later',
    ]);
  });
});

describe('a change is possible, and no more', () => {
  it('when another change is in the same bracket', () => {
    const found = changesIn({
      releases: [deployed(43, 150), deployed(42, 180), deployed(41, 90_000)],
      watched: WELL_BEFORE,
      diffs: { 43: ['app/db.py'], 42: ['README.md'] },
    });
    expect(said(found)).toEqual([
      'possible v43 Deploy 4f070743: app/db.py is in the traceback, but v42 is just as recent',
      'possible v42 Deploy 4f070742: nothing in its diff ties it to the failure',
    ]);
    expect(changeSentence(found, NOW)).toMatch(
      /^Changed: v43 .*, 30 s before the failure \(possible: .*\); v42 .*, 1 min before/,
    );
  });

  it('when it is a rollback about which nothing is known', () => {
    const back = deployed(42, 180, { description: 'Rollback to v40', slugId: 's40' });
    const found = changesIn({ releases: [back, deployed(41, 90_000), deployed(40, 100_000)] });
    expect(said(found)).toEqual(['possible v42 Rollback to v40: diff not read yet']);
    expect(found.list[0]?.kind).toBe('rollback');
    // What it took away is the diff from what ran to what runs.
    expect(found.wanted).toMatchObject([{ version: 42, base: { slugId: 's41' }, head: { slugId: 's40' } }]);
  });

  it('when it is a Heroku incident, whenever it was posted', () => {
    for (const createdAt of [ago(150), ago(5)]) {
      const platform = seen({ systems: [], incidents: [incident({ createdAt })] });
      const found = changesIn({ releases: [deployed(41, 90_000)], more: { platform } });
      expect(said(found)).toEqual(['possible Heroku incident: Routing errors: it is active now']);
    }
  });

  const steadyLog = Array.from({ length: 60 }, (_, index) => goodRequest(1_320 - index * 20));

  it('when it is an incident or maintenance at Heroku that is still active, however healthy the app was after it began', () => {
    const ours = { systems: [], incidents: [incident({ createdAt: ago(1_020) })] };
    const theirs = { systems: [], incidents: [], maintenance: [incident({ createdAt: ago(1_020) })] };
    for (const [platform, name] of [
      [ours, 'incident'],
      [theirs, 'maintenance'],
    ] as const) {
      const world = { releases: [deployed(41, 90_000)], more: { platform: seen(platform) } };
      const wanted = [`possible Heroku ${name}: Routing errors: it is active now`];
      expect(said(changesIn({ ...world, log: steadyLog }))).toEqual(wanted);
      expect(said(changesIn({ ...world, watched: WELL_BEFORE }))).toEqual(wanted);
      expect(said(changesIn(world))).toEqual(wanted);
    }
  });

  it('when it is an incident at Heroku that has been active for more than a day', () => {
    const platform = seen({ systems: [], incidents: [incident({ createdAt: ago(100_000) })] });
    const found = changesIn({ releases: [], more: { platform }, log: steadyLog });
    expect(said(found)).toEqual(['possible Heroku incident: Routing errors: it is active now']);
  });

  it('when maintenance at Heroku began after the failure, which is ruled out', () => {
    const theirs = { systems: [], incidents: [], maintenance: [incident({ createdAt: ago(5) })] };
    const found = changesIn({ diffs: { 42: ['app/db.py'] }, more: { platform: seen(theirs) } });
    expect(said(found)).toEqual([
      expect.stringMatching(/^ruled_out Heroku maintenance: .*: came .* after the failure began$/),
      expect.stringMatching(/^suspect v42 /),
    ]);
  });

  it('when it is an add-on change', () => {
    const description = 'Update DATABASE by heroku-postgresql';
    const found = changesIn({
      releases: [deployed(42, 180, { description, slugId: 's41' }), deployed(41, 90_000)],
    });
    expect(found.list[0]).toMatchObject({ kind: 'addon', verdict: 'possible' });
  });

  it('when GitHub no longer has one of the commits, or cannot be read', () => {
    const found = changesIn({ diffs: { 42: unreadDiff('GitHub compare: HTTP 404 Not Found') } });
    expect(said(found)).toEqual([
      "possible v42 Deploy 4f070742: couldn't read its diff (GitHub compare: HTTP 404 Not Found)",
    ]);
  });

  it('when its diff has more files than can be read, unless one of those read matches', () => {
    expect(said(changesIn({ diffs: { 42: cutDiff('a.py', 'b.py') } }))[0]).toBe(
      'possible v42 Deploy 4f070742: no match in the 2 files that were read; the diff has more',
    );
    expect(said(changesIn({ diffs: { 42: cutDiff('a.py', 'app/db.py') } }))[0]).toMatch(/^suspect/);
  });

  it('when the app was healthy after it only for a moment', () => {
    const watched = { lastWell: ago(130), firstFailing: BROKE };
    const found = changesIn({
      releases: [deployed(42, 300), deployed(41, 90_000)],
      watched,
      diffs: { 42: ['app/db.py'] },
    });
    expect(said(found)[0]).toMatch(/^possible .*but the app was still healthy 2 min after it$/);
  });
});

describe('the onset', () => {
  it('tolerates clocks that differ by 45 s in either direction', () => {
    const diffs = { 42: ['app/db.py'] };
    const late = [deployed(42, 75), deployed(41, 90_000)];
    expect(said(changesIn({ releases: late, watched: WELL_BEFORE, diffs }))[0]).toMatch(/^suspect/);
    const early = [deployed(42, 245), deployed(41, 90_000)];
    expect(said(changesIn({ releases: early, watched: WELL_BEFORE, diffs }))[0]).toMatch(/^suspect/);
  });

  it('is the first failing log line since the app was healthy, if the watch did not see it', () => {
    expect(changesIn().onset).toEqual({ lastWell: null, firstFailing: BROKE, by: 'log' });
    const log = [
      '-4000 heroku[web.1]: State changed from starting to crashed',
      '-3900 heroku[web.1]: State changed from crashed to starting',
      '-3890 heroku[web.1]: State changed from starting to up',
    ];
    expect(changesIn({ log }).onset?.firstFailing).toBe(BROKE);
  });

  it('is what the watch saw, refined by the log', () => {
    const { onset } = changesIn({ watched: { lastWell: ago(200), firstFailing: ago(90) } });
    expect(onset).toEqual({ lastWell: ago(200), firstFailing: BROKE, by: 'log' });
  });

  it('does not exist while the app is healthy: every change is ruled out, and no line is shown', () => {
    const found = look({ releases: seen([release(42, { current: true, createdAt: ago(600) })]) }).changes;
    expect(said(found)).toEqual(['ruled_out v42 Deploy 4f070742: the app has been healthy since']);
    expect(changeSentence(found, NOW)).toBeNull();
  });
});

describe('an app that runs nothing', () => {
  it('was stopped by the change that set it to 0, and by no other', () => {
    const log = ['-300 app[api]: Scaled to web@0:Basic by user kris@raxx.app'];
    const more = { formation: web(0), dynos: seen([]), logs: seen(logWindow(...log)) };
    const found = changesIn({ more });
    expect(said(found)).toEqual([
      'ruled_out v42 Deploy 4f070742: the app is stopped',
      'suspect Scaled to web@0:Basic: it set web to 0',
    ]);
    expect(changeSentence(found, NOW)).toBe(
      'Changed: Scaled to web@0:Basic by kris@raxx.app, 5 min ago (suspect: it set web to 0)',
    );
  });

  it("was stopped by the bot's action, which its log line only repeats", () => {
    const log = ['-300 app[api]: Scaled to web@0:Basic by user bot@raxx.app'];
    const more = { formation: web(0), dynos: seen([]), logs: seen(logWindow(...log)) };
    const stop = propose('a1', draft({ askedAt: ago(320) })).row;
    const sent: Action = { ...stop, state: 'succeeded', sentAt: ago(301), progress: { answered: true } };
    expect(said(changesIn({ more, actions: [sent] }))).toEqual([
      'ruled_out v42 Deploy 4f070742: the app is stopped',
      `suspect ${stop.plan.title}: it set web to 0`,
    ]);
    // Refused, it changed nothing: then it was the one whom the log names.
    const refused: Action = { ...stop, state: 'failed', sentAt: ago(301), progress: {} };
    expect(said(changesIn({ more, actions: [refused] }))).toEqual([
      'ruled_out v42 Deploy 4f070742: the app is stopped',
      'suspect Scaled to web@0:Basic: it set web to 0',
    ]);
  });

  it('needs no explanation if nothing was ever deployed', () => {
    const first = release(2, {
      description: 'Set A config vars',
      slugId: null,
      current: true,
      createdAt: ago(600),
    });
    const more = { releases: seen([first]), slug: seen(null), dynos: seen([]), logs: seen(logWindow()) };
    expect(changeSentence(changesIn({ more }), NOW)).toBeNull();
  });
});

describe('what could not be read', () => {
  it('is reported, and never counts as no change', () => {
    const more = { releases: unseen('timeout', 'Heroku releases: no response within 8 s') };
    const line = changeSentence(changesIn({ more }), NOW);
    expect(line).toBe(`${NOTHING}. Couldn't read: Heroku releases`);
  });

  it('is reported for GitHub, too: the releases alone still show changes', () => {
    const blind = unseen('unreachable', 'GitHub workflow runs: HTTP 503');
    const found = changesIn({ more: { runs: blind, runDetails: blind } });
    expect(found.unread).toEqual(['GitHub workflow runs']);
    expect(said(found)[0]).toMatch(/^possible v42/);
  });
});

describe('text from outside', () => {
  it('mentions nobody and breaks no line, whatever a description or a title contains', () => {
    const description = 'Deploy 4f070742\n<!channel> <@U0KRIS001> *now*';
    const line = changeSentence(changesIn({ releases: [deployed(42, 180, { description })] }), NOW);
    expect(line).not.toMatch(/<[!@#]|\n/);
    expect(line).toContain('‹!channel> ‹@U0KRIS001> *now*');
  });

  it('never cuts off who made a change, when, and its verdict: its long title is cut instead', () => {
    const description = `Deploy ${'a long title '.repeat(20)}`;
    const long = [41, 42].map((version) => deployed(version, 180 - version, { description }));
    const line = changeSentence(changesIn({ releases: long }), NOW);
    expect(line).toMatch(
      /^Changed: v42 Deploy a long.*… by ops@raxx\.app, .*\(possible: [^)]*\); v41 Deploy.*… by ops@raxx\.app, .*\(possible: [^)]*\)$/,
    );
  });

  it('says a verdict that two changes share once, and how many more there are', () => {
    const description = `Deploy ${'a long title '.repeat(20)}`;
    const three = [40, 41, 42].map((version) => deployed(version, 180 - version, { description }));
    expect(changeSentence(changesIn({ releases: three }), NOW)).toMatch(
      /^Changed: v42 Deploy a [^;]*before the failure; v41 Deploy a .*\(both possible: [^)]*\); and 1 more$/,
    );
  });

  it('keeps the titles of two changes whole where there is room', () => {
    const pair = [
      deployed(42, 180, { description: 'Remove BROKER_API_KEY config vars' }),
      deployed(43, 170, { description: 'Set DATABASE_POOL_SIZE, SESSION_SECRET config vars' }),
    ];
    const line = changeSentence(changesIn({ releases: pair }), NOW);
    expect(line).toContain('v43 Set DATABASE_POOL_SIZE, SESSION_SECRET config vars by');
    expect(line).toContain('v42 Remove BROKER_API_KEY config vars by');
  });

  it('holds no secret: a description is redacted before it is judged', () => {
    const redactor = createRedactor({ secrets: [] });
    const description = 'Set URL=postgres://u:hunter2secret@db.example.com/x config vars';
    const all = redactor.deep(changedEvidence({ releases: [deployed(42, 180, { description })] }));
    const line = changeSentence(look(all).changes, contextOf().now);
    expect(line).toContain('v42 Set');
    expect(line).not.toContain('hunter2secret');
  });
});

describe('a change that several sources show', () => {
  it('counts once: a release, its run and the restart that it causes', () => {
    const log = [
      '-180 app[api]: Deploy 4f070742 by user ops@raxx.app',
      '-179 app[api]: Release v42 created by user ops@raxx.app',
      '-176 heroku[web.1]: Restarting',
    ];
    expect(said(changesIn({ log, traceback: IN_DB }))).toHaveLength(1);
  });

  it('does not count when a run released nothing', () => {
    const jobs = [job('freeze-check', 'success'), job('deploy', 'failure', { steps: [], hasRunner: false })];
    const rejected = { state: 'rejected', by: 'Kristerpher', comment: null, environments: ['production'] };
    const found = changesIn({
      releases: [deployed(41, 90_000)],
      more: {
        runs: seen([run(9, { conclusion: 'failure', sha: 'feedfeed00', createdAt: ago(200) })]),
        runDetails: seen([detail(9, { jobs, approvals: [rejected] })]),
      },
    });
    expect(said(found)).toEqual([
      'ruled_out run 9 Deploy to Heroku: never ran: it was rejected at the gate by Kristerpher',
    ]);
  });
});
