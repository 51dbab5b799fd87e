/** Step 6: which log lines are current, and what they show. */
import { describe, expect, it } from 'vitest';
import { logsCheck } from '../../../src/runbook/checks/logs.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import {
  contextOf,
  dyno,
  evidence,
  finding,
  goodRequest,
  logWindow,
  NOW,
  release,
  routerError,
  seen,
  unseen,
  web,
} from '../../support/evidence.ts';

function judge(...lines: readonly string[]) {
  const { status, summary, details } = logsCheck.run(
    evidence({ logs: seen(logWindow(...lines)) }),
    contextOf(),
  );
  return { status, summary, details: details.join('\n') };
}

/** While the dyno is crashed. */
function judgeCrashed(...lines: readonly string[]) {
  const more = { logs: seen(logWindow(...lines)), dynos: seen([dyno('crashed', 60_000)]) };
  const { status, summary, details } = logsCheck.run(evidence(more), contextOf());
  return { status, summary, details: details.join('\n') };
}

const up = (ago: number, dyno = 'web.1') => `-${ago} heroku[${dyno}]: State changed from starting to up`;
const crash = (ago: number, dyno = 'web.1') => [
  `-${ago + 1} heroku[${dyno}]: Process exited with status 1`,
  `-${ago} heroku[${dyno}]: State changed from up to crashed`,
];
const r10 = (ago: number) => `-${ago} heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind`;
const error = (ago: number, code: string, words: string, dyno = 'web.1') =>
  `-${ago} heroku[${dyno}]: Error ${code} (${words})`;
/** Good requests, one every half second, the newest a second ago. */
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => goodRequest(1 + index * 0.5)).toReversed();

describe('requests in the log', () => {
  it.each([
    [
      'one H12 among a thousand good requests',
      1,
      'warn',
      '1 of 1001 requests failed in the last 15 min: H12 Request timeout × 1',
    ],
    [
      'nine among a thousand: below 1%',
      9,
      'warn',
      '9 of 1009 requests failed in the last 15 min: H12 Request timeout × 9',
    ],
    ['eleven among a thousand', 11, 'fail', '11 of 1011 requests failed in the last 15 min (1.1%): H12'],
  ] as const)('judges %s', (_name, count, status, summary) => {
    const slow = Array.from({ length: count }, (_, index) =>
      routerError(400 - index, 'H12', 'Request timeout', 'web.1'),
    );
    expect(judge(...many(1000), ...slow)).toMatchObject({
      status,
      summary: expect.stringContaining(summary),
    });
  });

  it('never fails for two of three requests: three is the minimum', () => {
    const two = [30, 20].map((ago) => routerError(ago, 'H12', 'Request timeout', 'web.1'));
    expect(judge(goodRequest(40), ...two)).toMatchObject({ status: 'warn' });
  });

  it('fails from 1% of the requests and three failures on', () => {
    const slow = (count: number) =>
      [3, 2, 1].slice(0, count).map((ago) => routerError(ago, 'H12', 'Request timeout'));
    expect(judge(...many(297), ...slow(3)).status).toBe('fail');
    expect(judge(...many(298), ...slow(3)).status).toBe('warn');
    expect(judge(...slow(3)).status).toBe('fail');
  });

  it("counts the app's 500s like the router's codes, and names the newest app error", () => {
    const failing = [60, 50, 40].map((ago) =>
      goodRequest(ago).replace('status=200', 'status=500').replace('path="/"', 'path="/api/orders?x=1"'),
    );
    const { status, summary } = judge(
      ...failing,
      goodRequest(30),
      '-40 app[web.1]: Traceback (most recent call last):',
      '-40 app[web.1]:   File "/app/raptor/db.py", line 7, in connect',
      '-40 app[web.1]: psycopg2.OperationalError: FATAL: too many connections',
    );
    expect(status).toBe('fail');
    expect(summary).toBe(
      '3 of 4 requests failed in the last 15 min (75%): HTTP 500 × 3 on web.1, mostly GET /api/orders; newest app error: psycopg2.OperationalError: FATAL: too many connections (raptor/db.py:7 in connect)',
    );
  });

  it('says that failures without a request since are not seen to be over', () => {
    const { status, summary } = judge(
      ...[400, 390, 380].map((ago) => routerError(ago, 'H13', 'Connection closed')),
    );
    expect(status).toBe('warn');
    expect(summary).toContain('3 of 3 requests failed, the last 6 min ago: H13 Connection closed × 3');
    expect(summary).toContain('No request since, so not seen to be over');
    const anHourAgo = [4000, 3900, 3800].map((ago) => routerError(ago, 'H13', 'Connection closed'));
    expect(judge(...anHourAgo, goodRequest(3700)).summary).toContain('not seen to be over');
    expect(judge(...anHourAgo, goodRequest(60)).status).toBe('pass');
  });

  it('ignores failures from before a restart', () => {
    const failing = [90, 80, 70].map((ago) => routerError(ago, 'H13', 'Connection closed', 'web.1'));
    const restart = ['-60 heroku[web.1]: State changed from up to starting', up(50)];
    expect(judge(...failing, ...restart, goodRequest(30)).status).toBe('pass');
    expect(judge(...failing, goodRequest(30)).status).toBe('fail');
  });

  it.each([
    ['until the new process is up', (ago: number) => [up(ago)], 'pass'],
    ['while the new process is not up yet', () => [], 'fail'],
  ] as const)('ignores what a restart cut off %s', (_name, then, status) => {
    const cycling = [
      '-90 heroku[web.1]: Cycling',
      '-90 heroku[web.1]: State changed from up to starting',
      '-89 heroku[web.1]: Stopping all processes with SIGTERM',
      '-86 heroku[web.1]: Process exited with status 0',
    ];
    const cut = [88, 87, 86].map((ago) => routerError(ago, 'H13', 'Connection closed', 'web.1'));
    expect(judge(goodRequest(100), ...cycling, ...cut, ...then(75), goodRequest(30)).status).toBe(status);
  });

  it('does not count correct answers of the app such as 404', () => {
    const missing = [30, 20, 10].map((ago) => goodRequest(ago).replace('status=200', 'status=404'));
    expect(judge(...missing).status).toBe('pass');
  });

  it('counts neither maintenance pages nor what clients did themselves', () => {
    const pages = [30, 20, 10].map((ago) => routerError(ago, 'H80', 'Maintenance mode'));
    expect(judge(...pages).status).toBe('pass');
    expect(judge(...many(100), routerError(30, 'H27', 'Client Request Interrupted')).status).toBe('pass');
  });

  it('warns when clients give up on 10% of the requests', () => {
    const gaveUp = [30, 20, 10].map((ago) =>
      routerError(ago, 'H27', 'Client Request Interrupted', 'web.1')
        .replace('status=503', 'status=499')
        .replace('service=', 'service=27500ms'),
    );
    expect(judge(...many(20), ...gaveUp)).toMatchObject({
      status: 'warn',
      summary: 'Clients gave up on 3 of 23 requests (13%, H27/H28), after a median of 27 s',
    });
  });

  it('ignores H10 and H20, which name no dyno, once any dyno came up', () => {
    const three = (ago: number) => [ago + 2, ago + 1, ago].map((at) => routerError(at, 'H10', 'App crashed'));
    const dynos = seen([dyno('up', 60_000)]);
    const statusOf = (...lines: readonly string[]) =>
      logsCheck.run(evidence({ logs: seen(logWindow(...lines)), dynos }), contextOf()).status;
    expect(statusOf(...three(90), up(60))).toBe('pass');
    expect(statusOf(up(60), ...three(30))).toBe('fail');
  });

  it('only warns about failing requests if the target is not the web process type', () => {
    const context = contextOf();
    const slow = [3, 2, 1].map((ago) => routerError(ago, 'H12', 'Request timeout'));
    const asWorker = { ...context, target: { ...context.target, processType: 'worker' } };
    expect(logsCheck.run(evidence({ logs: seen(logWindow(...slow)) }), asWorker).status).toBe('warn');
  });

  it('is not misled by what a visitor writes into a path', () => {
    const line = goodRequest(5).replace('path="/"', 'path="/x code=H12 status=503 dyno=web.9"');
    expect(judge(...Array.from({ length: 5 }, () => line)).status).toBe('pass');
  });
});

describe('codes of the dynos in the log', () => {
  it('counts a code with first, last and rate', () => {
    const lines = [600, 480, 360, 240, 120].map((ago) => error(ago, 'R14', 'Memory quota exceeded'));
    expect(judge(...lines)).toMatchObject({
      status: 'fail',
      summary: 'R14 Memory quota exceeded × 5',
      details: expect.stringContaining(
        'R14 Memory quota exceeded × 5, first 10 min ago, last 2 min ago, 0.6/min',
      ),
    });
  });

  it('treats an R14 as recovered after five minutes of silence', () => {
    expect(judge(error(299, 'R14', 'Memory quota exceeded')).status).toBe('fail');
    expect(judge(error(301, 'R14', 'Memory quota exceeded'), goodRequest(30))).toMatchObject({
      status: 'pass',
      summary: 'No current errors in 2 lines (1 earlier)',
      details: 'R14 Memory quota exceeded × 1 (none current), 5 min ago',
    });
  });

  it('counts only what followed the silence when an R14 comes back', () => {
    const lines = [3000, 2980, 60, 40].map((ago) => error(ago, 'R14', 'Memory quota exceeded'));
    expect(judge(...lines)).toMatchObject({
      summary: 'R14 Memory quota exceeded × 2',
      details: expect.stringContaining('R14 Memory quota exceeded × 4 (2 current), first 50 min ago'),
    });
  });

  it('shows the memory of the dynos that are over their quota, each figure once', () => {
    const { details } = judge(
      '-40 heroku[web.1]: Process running mem=556M(108.6%)',
      error(40, 'R14', 'Memory quota exceeded'),
      '-20 heroku[web.1]: Process running mem=688MB(134.4%)',
      '-20 heroku[run.7]: Process running mem=999M(199.9%)',
      '-20 app[web.1]: Process running mem=998M(199.9%)',
    );
    expect(details.split('\n').slice(1)).toEqual(['web.1: 556 MB (108.6%) to 688 MB (134.4%)']);
  });

  it.each<readonly [name: string, more: Partial<Evidence>, lines: readonly string[]]>([
    ['the dyno came up since', { dynos: seen([dyno('up', 30_000)]) }, [error(60, 'R15', 'x'), up(30)]],
    ['Heroku lists the dyno as up since', { dynos: seen([dyno('up', 30_000)]) }, [error(60, 'R15', 'x')]],
    ['the dyno was scaled away', {}, [error(60, 'R14', 'x', 'web.2'), goodRequest(30)]],
    [
      'it is from before the release',
      { releases: seen([release(43, { current: true, createdAt: NOW - 50_000 })]) },
      [error(60, 'R14', 'x')],
    ],
    [
      'the dyno of that name was replaced',
      {},
      [error(90, 'R14', 'x'), '-80 heroku[web.1]: State changed from up to down', up(40)],
    ],
    ['it is of a one-off dyno', {}, [error(30, 'R14', 'x', 'run.77')]],
  ])('treats a code as history when %s', (_name, more, lines) => {
    const found = logsCheck.run(evidence({ logs: seen(logWindow(...lines)), ...more }), contextOf());
    expect(found.status).toBe('pass');
  });

  it('keeps a boot timeout current for as long as its dyno is crashed', () => {
    const logs = seen(logWindow(r10(1900), r10(1800)));
    const crashed = seen([dyno('crashed', 1_800_000)]);
    expect(logsCheck.run(evidence({ logs, dynos: crashed }), contextOf())).toMatchObject({
      status: 'fail',
      summary: 'R10 Boot timeout × 2',
    });
    expect(logsCheck.run(evidence({ logs }), contextOf()).status).toBe('pass');
  });

  it("warns about another process type's code, with the type's name", () => {
    const dynos = seen([dyno('up'), dyno('up', 3_600_000, 'worker.1')]);
    const logs = seen(logWindow(error(30, 'R14', 'Memory quota exceeded', 'worker.1')));
    expect(logsCheck.run(evidence({ logs, dynos }), contextOf())).toMatchObject({
      status: 'warn',
      summary: 'R14 Memory quota exceeded × 1 on worker',
    });
  });

  it.each<readonly [name: string, line: string, status: string, summary: string]>([
    ['R10 fails', r10(30), 'fail', 'R10 Boot timeout × 1'],
    [
      'R15 fails',
      error(30, 'R15', 'Memory quota vastly exceeded'),
      'fail',
      'R15 Memory quota vastly exceeded × 1',
    ],
    ['R17 fails', error(30, 'R17', 'Checksum error'), 'fail', 'R17 Checksum error × 1'],
    ['R12 is a warning', error(30, 'R12', 'Exit timeout'), 'warn', 'R12 Exit timeout × 1'],
    [
      'one H10 is a warning',
      routerError(30, 'H10', 'App crashed'),
      'warn',
      '1 of 1 requests failed in the last 15 min: H10 App crashed × 1',
    ],
    [
      'one H14 is a warning',
      routerError(30, 'H14', 'No web'),
      'warn',
      '1 of 1 requests failed in the last 15 min: H14 No web × 1',
    ],
    [
      'H28 passes: the client was idle',
      routerError(30, 'H28', 'Client Connection Idle').replace('503', '499'),
      'pass',
      'No current errors',
    ],
  ])('judges one current code: %s', (_name, line, status, summary) => {
    expect(judge(line)).toMatchObject({ status, summary: expect.stringContaining(summary) });
  });

  it.each(['L10', 'L11', 'L12', 'L13', 'L15'])('says with %s that lines were lost', (code) => {
    const found = judge(error(30, code, 'output buffer overflow', 'logplex'), goodRequest(20));
    expect(found.status).toBe('warn');
    expect(found.details).toContain('Some log lines were lost (L codes)');
  });

  it('does not say that lines were lost without such a code', () =>
    expect(judge(r10(30)).details).not.toContain('lines were lost'));

  it('shows no rate over less than a minute', () => {
    expect(judge(r10(60), r10(10)).details).toContain('R10 Boot timeout × 2, first 1 min ago, last 10 s ago');
    expect(judge(r10(60), r10(10)).details).not.toContain('/min');
  });
});

describe('crashes in the log', () => {
  it('fails for two in one release while the dyno is down', () => {
    expect(judgeCrashed(...crash(300), up(280), ...crash(60))).toMatchObject({
      status: 'fail',
      summary: '2 crashes since the release, last 1 min ago',
      details: expect.stringContaining('web.1 crashed 2 times, last 1 min ago, exit status 1'),
    });
  });

  it('does not say that a dyno is up again which is gone', () => {
    const stopped = { dynos: seen([]), formation: web(0) };
    const judged = finding(logsCheck, { ...stopped, logs: seen(logWindow(...crash(60))) });
    expect(judged.said).toContain('web.1 crashed once, 1 min ago, exit status 1');
    expect(judged.said).not.toContain('up again');
  });

  it('warns about one while the dyno is down, and passes when it is back', () => {
    expect(judgeCrashed(...crash(60))).toMatchObject({
      status: 'warn',
      summary: 'web.1 crashed 1 min ago, not up since',
    });
    expect(judge(...crash(60), up(30))).toMatchObject({
      status: 'pass',
      details: 'web.1 crashed once, 1 min ago, exit status 1, up again now',
    });
  });

  it('warns between two crashes of a loop', () => {
    const logs = seen(logWindow(...crash(300), up(280), ...crash(60), up(40)));
    const found = logsCheck.run(evidence({ logs, dynos: seen([dyno('up', 40_000)]) }), contextOf());
    expect(found).toMatchObject({
      status: 'warn',
      summary: '2 crashes since the release, last 1 min ago; not recovered yet',
    });
  });

  it('does not use the exit status of another dyno or of long ago', () => {
    const down = '-60 heroku[web.1]: State changed from up to crashed';
    expect(judge('-61 heroku[web.2]: Process exited with status 3', down).details).not.toContain(
      'exit status',
    );
    expect(judge('-71 heroku[web.1]: Process exited with status 3', down).details).not.toContain(
      'exit status',
    );
    expect(judge('-70 heroku[web.1]: Process exited with status 3', down).details).toContain('exit status 3');
    expect(judge(down, '-59 heroku[web.1]: Process exited with status 4').details).toContain('exit status 4');
  });

  it('counts those of the current release only', () => {
    const releases = seen([release(43, { current: true, createdAt: NOW - 100_000 })]);
    const logs = seen(logWindow(...crash(300), up(200), ...crash(60)));
    const dynos = seen([dyno('crashed', 60_000)]);
    expect(logsCheck.run(evidence({ logs, releases, dynos }), contextOf()).status).toBe('warn');
  });

  it("warns about another process type's crashes, with its name, until it has recovered", () => {
    const worker = (state: string, ago: number, ...lines: readonly string[]) =>
      logsCheck.run(
        evidence({
          logs: seen(logWindow(goodRequest(500), ...lines)),
          dynos: seen([dyno('up'), dyno(state, ago * 1_000, 'worker.1')]),
        }),
        contextOf(),
      );
    const twice = [...crash(400, 'worker.1'), up(380, 'worker.1'), ...crash(100, 'worker.1')];
    const words = 'worker: 2 crashes since the release, last 1 min ago';
    expect(worker('crashed', 100, ...twice)).toMatchObject({
      status: 'warn',
      summary: `${words}; not up since`,
    });
    expect(worker('up', 80, ...twice, up(80, 'worker.1'))).toMatchObject({
      status: 'warn',
      summary: `${words}; not recovered yet`,
    });
    const once = [...crash(400, 'worker.1'), up(380, 'worker.1')];
    expect(worker('up', 380, ...once).status).toBe('pass');
    expect(worker('up', 380, ...crash(400, 'run.7')).status).toBe('pass');
  });

  it('shows what the app wrote before it ended', () => {
    const { details } = judgeCrashed(
      '-62 app[web.1]: Traceback (most recent call last):',
      '-62 app[web.1]:   File "/app/raptor/settings.py", line 41, in <module>',
      "-62 app[web.1]:     KEY = os.environ['BROKER_KEY']",
      "-62 app[web.1]: KeyError: 'BROKER_KEY'",
      ...crash(60),
    );
    expect(details).toContain("KeyError: 'BROKER_KEY'\nraptor/settings.py:41 in <module>");
  });
});

describe('the log as a whole', () => {
  it('passes when nothing is wrong', () => {
    expect(judge(goodRequest(60))).toMatchObject({ status: 'pass', summary: 'No current errors in 1 line' });
  });

  it('says that it is empty', () => {
    expect(judge()).toMatchObject({ status: 'warn', summary: 'The log is empty' });
  });

  it("is judged by the dynos' restarts alone when the releases were not read", () => {
    const releases = unseen('timeout', 'Heroku releases: no answer');
    const judged = (...lines: readonly string[]) =>
      logsCheck.run(evidence({ logs: seen(logWindow(...lines)), releases }), contextOf()).status;
    expect(judged(r10(60))).toBe('fail');
    expect(judged(r10(60), up(30))).toBe('pass');
  });

  it('says where it begins if it is truncated', () => {
    const logs = seen({ ...logWindow(goodRequest(60)), asked: 1 });
    expect(logsCheck.run(evidence({ logs }), contextOf()).details.join()).toContain(
      'The log is truncated: it begins at 2026-05-01 09:59:00 UTC',
    );
    expect(judge(goodRequest(60)).details).not.toContain('was cut');
  });

  it('says when other processes filled it, so that it has no line of the process type', () => {
    const filled = (...more: readonly string[]) => {
      const { lines } = logWindow(...more, '-9 app[worker.1]: done', '-8 app[worker.1]: done');
      return logsCheck.run(evidence({ logs: seen({ lines, asked: lines.length }) }), contextOf());
    };
    expect(filled()).toMatchObject({
      status: 'warn',
      summary: 'None of the last 2 log lines is from web',
    });
    expect(filled(goodRequest(60)).status).toBe('pass');
    expect(filled('-60 app[web.1]: hello').status).toBe('pass');
  });

  it('is unknown when it was not read', () => {
    expect(
      logsCheck.run(evidence({ logs: unseen('timeout', 'Heroku log: no response in time') }), contextOf()),
    ).toMatchObject({ status: 'unknown', summary: 'Not seen: Heroku log: no response in time' });
  });
});
