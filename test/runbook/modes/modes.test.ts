/** Every failure mode, matched and not matched; without a source that it needs it is at most possible. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/runbook/diagnosis/diagnose.ts';
import type { Evidence } from '../../../src/runbook/model/evidence.ts';
import type { MatchedMode } from '../../../src/runbook/model/terms.ts';
import {
  blindEvidence,
  contextOf,
  deployment,
  detail,
  dyno,
  environment,
  evidence,
  goodRequest,
  http,
  job,
  logWindow,
  NOW,
  release,
  routerError,
  run,
  runs,
  seen,
  unseen,
  web,
} from '../../support/evidence.ts';

function modesOf(more: Partial<Evidence>, target = 'prod', base = evidence): readonly MatchedMode[] {
  return diagnose(base(more), contextOf(target), { tookMs: 1, limits: [] }).modes;
}

/** `B/R10 likely` */
function names(modes: readonly MatchedMode[]): string[] {
  return modes.map(({ id, code, confidence }) => `${id}${code === null ? '' : `/${code}`} ${confidence}`);
}

const noSlug = [
  release(3, { description: 'Set SECRET_KEY config vars', slugId: null, current: true }),
  release(1, { description: 'Initial release', slugId: null }),
];
const neverDeployed = {
  releases: seen(noSlug),
  slug: seen(null),
  dynos: seen([]),
  formation: seen([]),
  app: seen({ id: 'a', name: 'n', maintenance: false, region: 'us', stack: 'heroku-24', slugSize: null }),
  health: http(502),
  logs: seen(logWindow()),
};

describe('where a crash happened', () => {
  const life = (...states: readonly string[]) =>
    modesOf({
      dynos: seen([dyno('crashed', 10_000)]),
      health: http(503),
      logs: seen(
        logWindow(
          '-90 heroku[web.1]: Starting process with command `gunicorn raptor.wsgi`',
          ...states,
          '-12 heroku[web.1]: Process exited with status 1',
          '-10 heroku[web.1]: State changed from starting to crashed',
        ),
      ),
    })[0]?.atBoot;

  it('is at boot if the dyno never came up, and not if it did', () => {
    expect(life()).toBe(true);
    expect(life('-80 heroku[web.1]: State changed from starting to up')).toBeUndefined();
  });
});

describe('failure mode A, never deployed', () => {
  it('is recognized by the missing slug, with everything that the runbook lists', () => {
    const [mode] = modesOf(neverDeployed);
    expect(mode).toMatchObject({ id: 'A', confidence: 'likely', missing: [] });
    expect(mode?.evidence).toEqual([
      'The current release has no slug',
      'Releases: 1 config var change, 1 initial release; no Deploy',
      'slug_size: null',
      'No dynos on raxx-api-prod',
      'Health URL: HTTP 502',
    ]);
    expect(mode?.fix[1]).toContain(
      'https://github.com/raxx-app/TradeMasterAPI/actions/workflows/deploy-heroku.yml',
    );
  });

  it('does not match twenty config var releases that have a slug', () => {
    const releases = Array.from({ length: 20 }, (_, index) =>
      release(42 - index, { description: 'Set A config vars', slugId: 's1', current: index === 0 }),
    );
    expect(names(modesOf({ releases: seen(releases) }))).toEqual([]);
  });

  it('is only possible when the releases were not read, and says so', () => {
    const unread = unseen('timeout', 'Heroku releases: no response in time');
    const modes = modesOf({ ...neverDeployed, releases: unread, slug: unread });
    expect(modes).toMatchObject([
      { id: 'A', confidence: 'possible', missing: ['Heroku releases: no response in time'] },
    ]);
  });
});

const crashed = { dynos: seen([dyno('crashed', 30_000)]), health: http(503) };
const log = (...lines: readonly string[]) => ({ logs: seen(logWindow(...lines)) });
const r10 = (ago: number) => `-${ago} heroku[web.1]: Error R10 (Boot timeout) -> x`;
const h10 = routerError(30, 'H10', 'App crashed');
const crash = (ago: number) => `-${ago} heroku[web.1]: State changed from starting to crashed`;
const h12 = (count: number) =>
  Array.from({ length: count }, (_, index) => routerError(90 - index, 'H12', 'Request timeout', 'web.1'));
const h12BeforeQuiet = Array.from({ length: 5 }, (_, index) =>
  routerError(7_000 + index, 'H12', 'Request timeout', 'web.1'),
).toReversed();
const good = (count: number) => Array.from({ length: count }, (_, index) => goodRequest(800 - index));

describe('failure mode B, crash loop', () => {
  it.each<readonly [name: string, more: Partial<Evidence>, expected: readonly string[]]>([
    ['repeated R10', { ...crashed, ...log(r10(120), crash(119), r10(60), crash(59)) }, ['B/R10 likely']],
    ['one R10', { ...crashed, ...log(r10(60), crash(59)) }, ['B/R10 possible']],
    [
      'R10 before the last return',
      log(r10(900), r10(800), '-700 heroku[web.1]: State changed from starting to up'),
      [],
    ],
    [
      'repeated R10 explains the H10 of the router',
      { ...crashed, ...log(r10(120), r10(60), h10) },
      ['B/R10 likely'],
    ],
    ['R14', log('-60 heroku[web.1]: Error R14 (Memory quota exceeded)'), ['B/R14 likely']],
    [
      'R15 replaces the R14 before it',
      { ...crashed, ...log('-70 heroku[web.1]: Error R14 (x)', '-60 heroku[web.1]: Error R15 (y)') },
      ['B/R15 likely'],
    ],
    ['H10 with a crashed dyno', { ...crashed, ...log(h10) }, ['B/H10 likely']],
    ['H10 without one', log(h10), ['B/H10 possible']],
    ['many H12', log(...good(100), ...h12(5)), ['B/H12 likely']],
    ['many H12 two hours ago, without a request since', log(...h12BeforeQuiet), ['B/H12 possible']],
    ['H12 below one percent', log(...good(900), ...h12(4)), []],
    ['two H12', log(...good(10), ...h12(2)), []],
    ['two crashes without a code', { ...crashed, ...log(crash(120), crash(30)) }, ['B likely']],
    ['a crashed dyno, and nothing in the log', { ...crashed, ...log(goodRequest(300)) }, ['B possible']],
    [
      'a single crash that has recovered',
      log(crash(300), '-280 heroku[web.1]: State changed from starting to up'),
      [],
    ],
    ['nothing', {}, []],
  ])('%s', (_name, more, expected) => {
    expect(names(modesOf(more))).toEqual(expected);
  });

  it('names the dyno that is over its quota where no memory figure does', () => {
    const two = { dynos: seen([dyno('up'), dyno('up', 3_600_000, 'web.2')]), formation: web(2) };
    const [mode] = modesOf({ ...two, ...log('-60 heroku[web.2]: Error R14 (Memory quota exceeded)') });
    expect(mode?.evidence.join('\n')).toContain('web.2');
  });

  it('names no path when the lines of the router have none', () => {
    const bare = h12(5).map((line) => line.replace(' method=GET path="/"', ''));
    const [mode] = modesOf(log(...good(100), ...bare));
    expect(mode?.evidence).toEqual(['H12 Request timeout × 5', '5 of 105 requests (4.8%)']);
  });

  it('names another process type that crashes, why, and how to verify the fix', () => {
    const ended = (ago: number) => [
      `-${ago + 2} app[worker.1]: Traceback (most recent call last):`,
      `-${ago + 2} app[worker.1]:   File "/app/jobs.py", line 3, in <module>`,
      `-${ago + 1} app[worker.1]: ConnectionError: no broker`,
      `-${ago} heroku[worker.1]: Process exited with status 1`,
      `-${ago} heroku[worker.1]: State changed from up to crashed`,
    ];
    const dynos = seen([dyno('up'), dyno('crashed', 60_000, 'worker.1')]);
    expect(modesOf({ dynos, ...log(goodRequest(500), ...ended(400), ...ended(60)) })).toMatchObject([
      {
        id: 'B',
        code: null,
        confidence: 'likely',
        processType: 'worker',
        title: 'Dyno crash loop of worker',
        evidence: expect.arrayContaining(['ConnectionError: no broker', 'worker.1 crashed, not up since']),
        verification: expect.stringContaining('worker.1: up'),
      },
    ]);
    expect(modesOf({ dynos, ...log(...ended(60)) })).toMatchObject([{ confidence: 'possible' }]);
  });

  it('is only possible when the log was not read, and says so', () => {
    expect(modesOf({ ...crashed, logs: unseen('timeout', 'Heroku log: no answer') })).toMatchObject([
      {
        id: 'B',
        code: null,
        confidence: 'possible',
        missing: ['Heroku log: no answer'],
        evidence: ['web.1: crashed (30 s)'],
      },
    ]);
  });

  it('is only possible when the releases were not read: nothing shows which lines are history', () => {
    const unread = unseen('timeout', 'Heroku releases: no answer');
    const modes = modesOf({ ...crashed, ...log(r10(120), r10(60)), releases: unread, slug: unread });
    expect(modes[0]).toMatchObject({
      code: 'R10',
      confidence: 'possible',
      missing: ['Heroku releases: no answer'],
    });
  });

  it('names the module or the variable that is missing', () => {
    const boot = (error: string) =>
      log(
        h10,
        '-50 app[web.1]: Traceback (most recent call last):',
        '-50 app[web.1]:   File "/app/a.py", line 1, in <module>',
        "-50 app[web.1]:     os.environ['BROKER_API_KEY']",
        `-50 app[web.1]: ${error}`,
      );
    const [module] = modesOf({ ...crashed, ...boot("ModuleNotFoundError: No module named 'httpx_cache'") });
    expect(module).toMatchObject({
      cause: expect.stringContaining('the module httpx_cache is not installed'),
    });
    const [variable] = modesOf({ ...crashed, ...boot("KeyError: 'BROKER_API_KEY'") });
    expect(variable?.fix[0]).toBe(
      'Set BROKER_API_KEY: heroku config:set BROKER_API_KEY=… --app raxx-api-prod',
    );
  });

  it("has the runbook's fix for its code", () => {
    const [mode] = modesOf({ ...crashed, ...log(r10(120), r10(60)) });
    expect(mode?.fix).toEqual([
      'R10 (boot timeout >60s): Check gunicorn startup; increase timeout if legitimately slow boot: heroku config:set GUNICORN_TIMEOUT=120 --app raxx-api-prod and redeploy.',
    ]);
    expect(mode?.verification).toBe(
      'heroku ps --app raxx-api-prod shows web.1: up for >5 min with no restarts',
    );
  });
});

describe('failure mode C, the old deploy action', () => {
  const workflow = (text: string) => ({ workflows: seen([{ file: 'hotfix.yml', state: 'active', text }]) });
  it('is possible when the action is used without its safe option', () => {
    expect(modesOf(workflow('  - uses: akhileshns/heroku-deploy@v3\n'))).toMatchObject([
      {
        id: 'C',
        confidence: 'possible',
        status: expect.stringContaining('deploy.yml was deleted in PR #834'),
        evidence: ['hotfix.yml:1 uses akhileshns/heroku-deploy without dontautocreate: true'],
      },
    ]);
    expect(
      names(
        modesOf(workflow('  - uses: akhileshns/heroku-deploy@v3\n    with: \n      dontautocreate: true\n')),
      ),
    ).toEqual([]);
    expect(names(modesOf(workflow('  # - uses: akhileshns/heroku-deploy@v3\n')))).toEqual([]);
    expect(names(modesOf({ workflows: unseen() }))).toEqual([]);
  });
});

const frozen = runs(
  { conclusion: 'failure' },
  { jobs: [job('freeze-check', 'failure'), job('deploy', 'skipped')] },
);

describe('failure mode D, the deploy freeze', () => {
  it('rests on the newest run that finished the freeze check', () => {
    expect(modesOf(frozen)).toMatchObject([
      { id: 'D', confidence: 'likely', title: 'Deploy freeze blocks production deploy' },
    ]);
    const later = {
      runs: seen([run(9, { event: 'push' }), run(7, { conclusion: 'failure' })]),
      runDetails: seen([detail(9), detail(7, { jobs: [job('freeze-check', 'failure')] })]),
    };
    expect(names(modesOf(later))).toEqual([]);
  });

  it('is possible when the freeze check ended in another way than by failing', () => {
    const late = { jobs: [job('freeze-check', 'timed_out'), job('deploy', 'skipped')] };
    expect(modesOf(runs({ conclusion: 'failure' }, late))).toMatchObject([
      { id: 'D', confidence: 'possible' },
    ]);
  });

  it('does not match when no step of the freeze check ran', () => {
    const stepless = { jobs: [job('freeze-check', 'failure', { steps: [] }), job('deploy', 'skipped')] };
    expect(names(modesOf(runs({ conclusion: 'failure' }, stepless)))).toEqual([]);
  });

  it('ends after a day', () => {
    const old = {
      runs: seen([run(7, { conclusion: 'failure' })]),
      runDetails: seen([
        detail(7, { jobs: [job('freeze-check', 'failure', { completedAt: NOW - 25 * 3_600_000 })] }),
      ]),
    };
    expect(names(modesOf(old))).toEqual([]);
  });

  it('says when the console that could lift it is unreachable', () => {
    const [mode] = modesOf({ ...frozen, console: seen({ kind: 'refused', detail: 'ECONNREFUSED', ms: 3 }) });
    expect(mode?.title).toContain('the console that could lift it is unreachable');
  });

  it('does not match when GitHub was not read', () => {
    expect(names(modesOf({ runs: unseen(), runDetails: unseen() }))).toEqual([]);
  });
});

describe('failure mode E, the missing gate', () => {
  const only = (...list: ReturnType<typeof environment>[]) => ({ environments: seen(list) });
  it.each<readonly [name: string, more: Partial<Evidence>, expected: readonly string[]]>([
    ['missing', only(environment('staging')), ['E likely']],
    ['without its rule', only(environment('production', { requiredReviewers: null })), ['E likely']],
    ['misspelled', only(environment('Production')), ['E possible']],
    [
      'passed without approval',
      { ...runs({}, { approvals: [] }), deployments: seen([deployment('production')]) },
      ['E possible'],
    ],
    [
      'with another reviewer',
      only(environment('production', { requiredReviewers: [{ kind: 'user', name: 'x' }] })),
      [],
    ],
    ['from any branch', only(environment('production', { branches: 'any' })), []],
    ['not seen', { environments: unseen('forbidden', 'HTTP 403') }, []],
    ['complete', {}, []],
  ])('%s', (_name, more, expected) => {
    expect(names(modesOf(more))).toEqual(expected);
  });

  it('says that the plan may not support the rule when that is unclear', () => {
    const [mode] = modesOf(only(environment('production', { requiredReviewers: null })));
    expect(mode?.cause).toContain('plan may not support the rule');
  });

  it('never matches a target without a gate', () => {
    expect(names(modesOf(only(), 'staging'))).toEqual([]);
  });
});

describe('all modes', () => {
  it("come likeliest first, then in the runbook's order", () => {
    const more = { ...frozen, environments: seen([environment('Production')]), ...crashed, ...log(r10(60)) };
    expect(names(modesOf(more))).toEqual(['D likely', 'B/R10 possible', 'E possible']);
  });

  it('match nothing when nothing was read', () => {
    expect(names(modesOf({}, 'prod', blindEvidence))).toEqual([]);
  });
});
