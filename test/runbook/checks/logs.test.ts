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

  it('says how far back a full window reaches', () => {
    const logs = seen({ ...logWindow(goodRequest(60)), asked: 1 });
    expect(logsCheck.run(evidence({ logs }), contextOf()).details.join()).toContain(
      'it reaches back to 2026-05-01 09:59:00 UTC',
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
