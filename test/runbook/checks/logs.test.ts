/** Step 6: what of the log speaks of now, and what it says. */
import { describe, expect, it } from 'vitest';
import { logsCheck } from '../../../src/runbook/checks/logs.ts';
import {
  contextOf,
  evidence,
  goodRequest,
  logWindow,
  NOW,
  release,
  routerError,
  seen,
  unseen,
} from '../../support/evidence.ts';

function judge(...lines: readonly string[]) {
  const { status, summary, details } = logsCheck.run(
    evidence({ logs: seen(logWindow(...lines)) }),
    contextOf(),
  );
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
const many = (count: number) => Array.from({ length: count }, (_, index) => goodRequest(900 - index * 0.5));

describe('step 6, the logs', () => {
  it('passes when nothing is wrong', () => {
    expect(judge(goodRequest(60))).toMatchObject({ status: 'pass', summary: 'No errors of now in 1 lines' });
  });

  it('counts a code with first, last and rate', () => {
    const lines = [600, 480, 360, 240, 120].map(
      (ago) => `-${ago} heroku[web.1]: Error R14 (Memory quota exceeded)`,
    );
    expect(judge(...lines)).toMatchObject({
      status: 'fail',
      summary: 'R14 Memory quota exceeded × 5',
      details: expect.stringContaining(
        'R14 Memory quota exceeded: 5, first 10 min ago, last 2 min ago, 0.6 a minute',
      ),
    });
  });

  it('tells the memory beside R14', () => {
    const { details } = judge(
      '-40 heroku[web.1]: Process running mem=556M(108.6%)',
      '-40 heroku[web.1]: Error R14 (Memory quota exceeded)',
      '-20 heroku[web.1]: Process running mem=688M(134.4%)',
    );
    expect(details).toContain('web.1: 556 MB (108.6 %) to 688 MB (134.4 %)');
  });

  it.each([
    ['one H12 among a thousand good requests', 1, 'warn'],
    ['nine H12 among a thousand: below 1 %', 9, 'warn'],
    ['eleven H12 among a thousand', 11, 'fail'],
  ] as const)('judges %s', (_name, count, status) => {
    const slow = Array.from({ length: count }, (_, index) =>
      routerError(400 - index, 'H12', 'Request timeout', 'web.1'),
    );
    expect(judge(...many(1000), ...slow)).toMatchObject({
      status,
      summary: `H12 Request timeout × ${count}`,
    });
  });

  it('never fails for two H12 of three requests: three are the least', () => {
    const two = [30, 20].map((ago) => routerError(ago, 'H12', 'Request timeout', 'web.1'));
    expect(judge(goodRequest(40), ...two)).toMatchObject({ status: 'warn' });
  });

  it('takes what was before the last return to up for history', () => {
    expect(judge(r10(900), r10(700), up(600), goodRequest(30))).toMatchObject({
      status: 'pass',
      summary: 'No errors of now in 4 lines; what there was is over',
      details: expect.stringContaining('R10 Boot timeout: 2, over'),
    });
  });

  it('takes what was before the current release for history', () => {
    const releases = seen([release(43, { current: true, createdAt: NOW - 300_000 })]);
    const logs = seen(logWindow(r10(900), r10(700)));
    expect(logsCheck.run(evidence({ logs, releases }), contextOf()).status).toBe('pass');
  });

  it('knows no history of another dyno', () => {
    expect(judge(r10(700), up(600, 'web.2'))).toMatchObject({
      status: 'fail',
      summary: 'R10 Boot timeout × 1',
    });
  });

  it('sees a crash loop without any code', () => {
    expect(judge(...crash(300), up(280), ...crash(60))).toMatchObject({
      status: 'fail',
      summary: '2 crashes since the release',
      details: expect.stringContaining('web.1 crashed × 2, last 1 min ago, exit status 1'),
    });
  });

  it('only warns of one crash, and passes when the dyno is back', () => {
    expect(judge(...crash(60))).toMatchObject({
      status: 'warn',
      summary: 'One crash, and the dyno is not back yet',
    });
    expect(judge(...crash(60), up(30))).toMatchObject({ status: 'pass' });
  });

  it('does not count one-off dynos', () => {
    expect(judge('-30 heroku[run.77]: Error R14 (Memory quota exceeded)', goodRequest(20))).toMatchObject({
      status: 'pass',
    });
  });

  it('says that lines were lost', () => {
    expect(
      judge('-30 heroku[logplex]: Error L10 (output buffer overflow): 500 messages dropped'),
    ).toMatchObject({
      status: 'warn',
      details: expect.stringContaining('Lines were lost on the way'),
    });
  });

  it('does not blame the app for clients that go away', () => {
    expect(judge(routerError(30, 'H27', 'Client Request Interrupted'))).toMatchObject({ status: 'pass' });
  });

  it('shows a traceback and what it says is missing', () => {
    const { details } = judge(
      '-50 app[web.1]: Traceback (most recent call last):',
      '-50 app[web.1]:   File "/app/raptor/settings.py", line 41, in <module>',
      "-50 app[web.1]:     KEY = os.environ['BROKER_KEY']",
      "-50 app[web.1]: KeyError: 'BROKER_KEY'",
    );
    expect(details).toContain("Traceback of web.1: KeyError: 'BROKER_KEY'");
    expect(details).toContain('raptor/settings.py:41 in <module>');
  });

  it('finds an empty log neither good nor bad', () => {
    expect(judge()).toMatchObject({
      status: 'warn',
      summary: 'The log is empty: it tells neither good nor bad',
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
    ['H10 fails', routerError(30, 'H10', 'App crashed'), 'fail', 'H10 App crashed × 1'],
    ['H14 fails', routerError(30, 'H14', 'No web dynos running'), 'fail', 'H14 No web dynos running × 1'],
    ['H20 fails', routerError(30, 'H20', 'App boot timeout'), 'fail', 'H20 App boot timeout × 1'],
    ['H99 fails', routerError(30, 'H99', 'Platform error'), 'fail', 'H99 Platform error × 1'],
    [
      'H13 is a warning',
      routerError(30, 'H13', 'Connection closed without response'),
      'warn',
      'H13 Connection closed without response × 1',
    ],
    ['R12 is a warning', error(30, 'R12', 'Exit timeout'), 'warn', 'R12 Exit timeout × 1'],
    [
      'H28 passes: the client was idle',
      routerError(30, 'H28', 'Client Connection Idle'),
      'pass',
      'No errors of now in 1 lines; what there was is over',
    ],
  ])('of one code of now, %s', (_name, line, status, summary) => {
    expect(judge(line)).toMatchObject({ status, summary });
  });

  it.each(['L10', 'L11', 'L12', 'L13', 'L15'])('says with %s that the window has holes', (code) => {
    const found = judge(error(30, code, 'output buffer overflow', 'logplex'), goodRequest(20));
    expect(found.status).toBe('warn');
    expect(found.details).toContain('Lines were lost on the way (L codes): it has holes');
  });

  it('does not say so without one', () => expect(judge(r10(30)).details).not.toContain('Lines were lost'));

  it('tells how many of a code are of now, and how many are history', () => {
    const { status, summary, details } = judge(r10(900), r10(800), up(700), r10(60));
    expect({ status, summary }).toEqual({ status: 'fail', summary: 'R10 Boot timeout × 1' });
    expect(details).toContain(
      'R10 Boot timeout: 3, 1 of them now, first 15 min ago, last 1 min ago, 0.2 a minute',
    );
  });

  it('tells no rate under a minute', () => {
    expect(judge(r10(60), r10(10)).details).toContain('R10 Boot timeout: 2, first 1 min ago, last 10 s ago');
    expect(judge(r10(60), r10(10)).details).not.toContain('a minute');
  });

  it('takes H10 of the router, which names no dyno, for history once any dyno is back', () => {
    expect(judge(routerError(90, 'H10', 'App crashed'), up(60)).status).toBe('pass');
    expect(judge(up(60), routerError(30, 'H10', 'App crashed')).status).toBe('fail');
  });

  it('fails for H12 from one in a hundred on, and from three', () => {
    const slow = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        routerError(400 - index, 'H12', 'Request timeout', 'web.1'),
      );
    expect(judge(...many(297), ...slow(3)).status).toBe('fail');
    expect(judge(...many(298), ...slow(3)).status).toBe('warn');
    expect(judge(...slow(3)).status).toBe('fail');
  });

  it('tells memory of the process type only, and one figure once', () => {
    const { details } = judge(
      '-40 heroku[web.1]: Process running mem=556M(108.6%)',
      '-20 heroku[web.1]: Process running mem=556M(108.6%)',
      '-20 heroku[run.7]: Process running mem=999M(199.9%)',
      '-20 app[web.1]: Process running mem=998M(199.9%)',
      '-20 heroku[web.2]: Process running mem=700M(136.7%)',
      '-10 heroku[web.2]: Process running mem=600M(117.1%)',
    );
    expect(details.split('\n')).toEqual([
      'web.1: 556 MB (108.6 %)',
      'web.2: 600 MB (117.1 %) to 700 MB (136.7 %)',
    ]);
  });

  it('does not tell memory from before the last return', () => {
    expect(judge('-40 heroku[web.1]: Process running mem=556M(108.6%)', up(30)).details).not.toContain('556');
  });

  it('says of a crash that is over that the dyno is back', () => {
    expect(judge(...crash(60), up(30)).details).toBe(
      'web.1 crashed × 1, last 1 min ago, exit status 1, back up since',
    );
  });

  it('does not take an exit of another dyno, or of long ago, for the crash’s', () => {
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

  it('counts crashes of the current release only', () => {
    const releases = seen([release(43, { current: true, createdAt: NOW - 100_000 })]);
    const logs = seen(logWindow(...crash(300), up(200), ...crash(60)));
    expect(logsCheck.run(evidence({ logs, releases }), contextOf())).toMatchObject({
      status: 'warn',
      summary: 'One crash, and the dyno is not back yet',
    });
  });

  it('judges without the releases, by the dynos’ returns alone', () => {
    const releases = unseen('timeout', 'Heroku releases: no answer');
    const judged = (...lines: readonly string[]) =>
      logsCheck.run(evidence({ logs: seen(logWindow(...lines)), releases }), contextOf()).status;
    expect(judged(r10(60))).toBe('fail');
    expect(judged(r10(60), up(30))).toBe('pass');
  });

  it('says how far back a full window reaches', () => {
    const logs = seen({ ...logWindow(goodRequest(60)), asked: 1 });
    expect(logsCheck.run(evidence({ logs }), contextOf()).details.join()).toContain(
      'it reaches back to 2026-05-01 09:59:00 UTC',
    );
  });

  it('does not say so of a window that is not full', () => {
    expect(judge(goodRequest(60)).details).not.toContain('window is full');
  });

  // 4 of 1004 requests of the window timed out, all on web.1; web.2 came back a minute ago.
  it('takes H12 as a share of all requests that the dyno could have got, whatever another dyno did', () => {
    const slow = [400, 300, 200, 100].map((ago) => routerError(ago, 'H12', 'Request timeout', 'web.1'));
    expect(judge(...many(1000), ...slow, up(60, 'web.2'), goodRequest(30)).status).toBe('warn');
  });

  it('takes an R14 of a worker for history once that worker is back', () => {
    expect(judge(error(300, 'R14', 'Memory quota exceeded', 'worker.1'), up(200, 'worker.1')).status).toBe(
      'pass',
    );
  });

  it('is unknown when the log was not read', () => {
    expect(
      logsCheck.run(evidence({ logs: unseen('timeout', 'Heroku log: no answer in time') }), contextOf()),
    ).toMatchObject({
      status: 'unknown',
      summary: 'Not seen: Heroku log: no answer in time',
    });
  });
});
