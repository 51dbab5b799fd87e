/** Step 1: the process type's dynos, and nobody else's. */
import { describe, expect, it } from 'vitest';
import { formationCheck } from '../../../src/runbook/checks/formation.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { Status } from '../../../src/runbook/model/terms.ts';
import { dyno, finding, logWindow, NOW, release, seen, unseen, web } from '../../support/evidence.ts';

type Row = readonly [name: string, more: Partial<Evidence>, status: Status, said: string];

const SECOND = 1_000;
const dynos = (...list: ReturnType<typeof dyno>[]) => ({ dynos: seen(list) });

describe('a dyno of the process type', () => {
  it.each<Row>([
    ['passes when it is up, and says since when', {}, 'pass', 'web.1: up (3 h)'],
    ['fails when it crashed', dynos(dyno('crashed', 60 * SECOND)), 'fail', 'web.1: crashed (1 min)'],
    ['fails when it is down', dynos(dyno('down')), 'fail', 'web.1: down (3 h)'],
    [
      'is a warning while it starts, up to the boot limit',
      dynos(dyno('starting', 90 * SECOND)),
      'warn',
      'web.1: starting (1 min)',
    ],
    [
      'fails when it starts for longer than the boot limit',
      dynos(dyno('starting', 91 * SECOND)),
      'fail',
      'web.1: starting (1 min)',
    ],
    [
      'is a warning when it sleeps (Eco)',
      dynos(dyno('idle')),
      'warn',
      'web.1: idle, asleep until a request wakes it (3 h)',
    ],
    [
      'does not pass in a state that Heroku adds later',
      dynos(dyno('quarantined')),
      'warn',
      'web.1: quarantined (3 h)',
    ],
    [
      'fails the step even if another one is up',
      { ...dynos(dyno('up'), dyno('crashed', SECOND, 'web.2')), formation: web(2) },
      'fail',
      'web.1: up (3 h), web.2: crashed (1 s)',
    ],
  ])('%s', (_name, more, status, said) => {
    expect(finding(formationCheck, more)).toEqual({ status, said });
  });
});

describe('the number of dynos', () => {
  it.each<Row>([
    ['fails below what the formation wants', { formation: web(2) }, 'fail', '1 of 2 dynos: web.1: up (3 h)'],
    [
      'is a warning above it',
      dynos(dyno('up'), dyno('up', SECOND, 'web.2')),
      'warn',
      'web.1: up (3 h), web.2: up (1 s) (1 wanted)',
    ],
    [
      'fails when one of too many crashed',
      dynos(dyno('up'), dyno('crashed', SECOND, 'web.2')),
      'fail',
      'web.1: up (3 h), web.2: crashed (1 s) (1 wanted)',
    ],
    [
      'fails at 0, and says that it was scaled to 0',
      { ...dynos(), formation: web(0) },
      'fail',
      'No dynos on raxx-api-prod: web is scaled to 0',
    ],
    [
      'fails when the formation does not have the process type',
      { ...dynos(), formation: seen([]) },
      'fail',
      'No dynos on raxx-api-prod: the formation has no web process; the Procfile of this release declares web',
    ],
    [
      'fails when none of the wanted ones exists',
      dynos(),
      'fail',
      'No dynos on raxx-api-prod: 1 wanted, none running',
    ],
  ])('%s', (_name, more, status, said) => {
    expect(finding(formationCheck, more)).toEqual({ status, said });
  });
});

describe('other dynos', () => {
  it.each<Row>([
    [
      'do not count when they are one-offs',
      dynos(dyno('up', SECOND, 'run.77')),
      'fail',
      'No dynos on raxx-api-prod: 1 wanted, none running\nother dyno: run.77: up',
    ],
    [
      'do not replace a missing dyno when they are one-offs',
      { ...dynos(dyno('up'), dyno('up', SECOND, 'release.9')), formation: web(2) },
      'fail',
      '1 of 2 dynos: web.1: up (3 h)\nother dyno: release.9: up',
    ],
    [
      'are shown but not judged when they are of another process type',
      dynos(dyno('up'), dyno('crashed', SECOND, 'worker.1')),
      'pass',
      'web.1: up (3 h)\nother dyno: worker.1: crashed',
    ],
  ])('%s', (_name, more, status, said) => {
    expect(finding(formationCheck, more)).toEqual({ status, said });
  });
});

describe('the formation step is unknown', () => {
  const refused = unseen('unauthorized', 'Heroku: token rejected');
  it.each<Row>([
    ['without the dynos', { dynos: refused }, 'unknown', 'Not seen: Heroku: token rejected'],
    ['without the formation', { formation: refused }, 'unknown', 'Not seen: Heroku: token rejected'],
    [
      'without both, and names one reason once',
      { dynos: refused, formation: refused },
      'unknown',
      'Not seen: Heroku: token rejected',
    ],
    [
      'without both, and names two reasons',
      { dynos: refused, formation: unseen('timeout', 'Heroku: no answer') },
      'unknown',
      'Not seen: Heroku: token rejected; Heroku: no answer',
    ],
  ])('%s', (_name, more, status, said) => {
    expect(finding(formationCheck, more)).toEqual({ status, said });
  });
});

describe('a formation at 0', () => {
  it('says who scaled it, if the log shows that', () => {
    const logs = seen(logWindow('-300 app[api]: Scaled to web@0:Basic worker@1:Basic by user ops@raxx.app'));
    expect(finding(formationCheck, { ...dynos(), formation: web(0), logs }).said).toBe(
      'No dynos on raxx-api-prod: ops@raxx.app scaled web to 0, 5 min ago',
    );
    const since = seen(
      logWindow(
        '-300 app[api]: Scaled to web@0:Basic by user ops@raxx.app',
        '-200 app[api]: Scaled to web@1:Basic by user ops@raxx.app',
      ),
    );
    expect(finding(formationCheck, { ...dynos(), formation: web(0), logs: since }).said).toBe(
      'No dynos on raxx-api-prod: web is scaled to 0',
    );
  });
});

describe('dynos of a release', () => {
  it('warns about a dyno that still runs the previous release after the handover', () => {
    const releases = (ago: number) =>
      seen([release(43, { current: true, createdAt: NOW - ago }), release(42)]);
    expect(finding(formationCheck, { releases: releases(6 * 60_000) })).toEqual({
      status: 'warn',
      said: 'web.1: up (3 h); web.1 is still running v42, not v43',
    });
    expect(finding(formationCheck, { releases: releases(4 * 60_000) }).status).toBe('pass');
  });

  it('warns about a dyno that is up between two crashes, with their number', () => {
    const crash = (ago: number) => `-${ago} heroku[web.1]: State changed from up to crashed`;
    const up = (ago: number) => `-${ago} heroku[web.1]: State changed from starting to up`;
    const logs = seen(logWindow(crash(400), up(380), crash(60), up(40)));
    const young = { logs, ...dynos(dyno('up', 40 * SECOND)) };
    expect(finding(formationCheck, young)).toEqual({
      status: 'warn',
      said: 'web.1: up (40 s); web.1 is in a crash loop: 2 crashes since the release, up for 40 s',
    });
    const booting = finding(formationCheck, { logs, ...dynos(dyno('starting', 20 * SECOND)) });
    expect(booting.said).toContain('2 crashes since the release, starting for 20 s');
    const old = { logs, ...dynos(dyno('up', 301 * SECOND)) };
    expect(finding(formationCheck, old).status).toBe('pass');
  });
});
