/** Each scenario, through real clients and real HTTP: verdict, failure modes, steps and exit status are as expected, and no secret is shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_TOKENS } from '../../sandbox/outside.ts';
import { buildWorld, loadScenarios, type Scenario } from '../../sandbox/scenario.ts';
import type { World } from '../../sandbox/world.ts';
import { createPaint } from '../../src/cli/paint.ts';
import { printDiagnosis } from '../../src/cli/print-diagnosis.ts';
import { CHECKS } from '../../src/runbook/checks/index.ts';
import { exitStatus } from '../../src/runbook/diagnosis/exit-status.ts';
import { toJson } from '../../src/runbook/diagnosis/to-json.ts';
import { failureOf } from '../../src/runbook/incidents/failure.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { Incident } from '../../src/runbook/model/incident.ts';
import type { ActionKind, RunbookContext } from '../../src/runbook/model/terms.ts';
import { diagnosisView } from '../../src/slack/views/diagnosis/diagnosis.ts';
import { incidentView } from '../../src/slack/views/incidents/incident.ts';
import { pingView } from '../../src/slack/views/incidents/ping.ts';
import type { Message } from '../../src/slack/views/parts/message.ts';
import { cardText, phoneLines } from '../support/card-text.ts';
import { incident } from '../support/incident.ts';
import { KINDS } from '../support/kinds.ts';
import { localReadings, startLocalWorld } from '../support/local-readings.ts';
import { firstScreens, NO_BROWSER, openBrowser } from '../support/phone.ts';
import { type KnownRepetition, unexpectedRepetitions } from '../support/repeated-facts.ts';
import { sentenceCount } from '../support/sentences.ts';

const scenarios = loadScenarios();
let world: World;
let local: Awaited<ReturnType<typeof startLocalWorld>>;

beforeAll(async () => {
  world = buildWorld(firstOf(scenarios), Date.now());
  local = await startLocalWorld(() => world);
});
afterAll(() => local.close());

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('the list is empty');
  return first;
}

interface Diagnosed {
  readonly diagnosis: Diagnosis;
  /** The diagnosis after the diffs of the changes were read. */
  readonly explained: Diagnosis;
  readonly context: RunbookContext;
}

async function diagnoseScenario(scenario: Scenario): Promise<Diagnosed> {
  world = buildWorld(scenario, Date.now());
  const { facts, diagnosisService } = localReadings(local.env);
  const target = facts.targets.find(({ name }) => name === scenario.target);
  if (!target) throw new Error(`no target ${scenario.target}`);
  const answer = await diagnosisService.diagnose(target, { id: 'test', use: 'read' });
  if (!answer.ok) throw new Error('limited');
  return {
    diagnosis: answer.value,
    explained: await answer.explain(),
    context: { now: answer.value.at, target, facts },
  };
}

/** `B/R10 likely` */
function modeWords({ modes }: Diagnosis): string[] {
  return modes.map(({ id, code, confidence }) => `${id}${code === null ? '' : `/${code}`} ${confidence}`);
}

/** The cards of every scenario, measured together at the end. */
const drawn = new Map<string, Message>();
const canDo: ReadonlySet<ActionKind> = new Set(Object.keys(KINDS) as ActionKind[]);

/**
 * The card of the diagnosis, before and after the diffs were read. If something is wrong, also the cards and the page of
 * the incident that it would open, and the diagnosis of an app that was stopped because of it.
 */
function cardsOf({ diagnosis, explained, context }: Diagnosed): readonly (readonly [string, Message])[] {
  const { facts, now } = context;
  const draw = (one: Diagnosis) => diagnosisView(one, { by: 'U0KRIS001', facts, incidentCard: null, canDo });
  const own = [
    ['diagnosis', draw(diagnosis)],
    ['diagnosis with diffs', draw(explained)],
  ] as const;
  const failure = failureOf(diagnosis, context, { change: null, isOff: false });
  if (failure === null) return own;
  const picture = { at: now, verdict: diagnosis.verdict, ...failure };
  const { changes } = explained;
  const open = incident({ picture, worst: picture, since: now - 120_000, changes });
  const person = { ok: true, mention: { type: 'user', user_id: 'U0KRIS001' }, users: [] } as const;
  const link = 'https://raxx.slack.com/archives/C0MOOSE01/p1';
  const stop = { by: 'U0KRIS001', at: now - 60_000, reason: 'It answers every request with an error.' };
  const drawIncident = (more: Partial<Incident>) =>
    incidentView({ ...open, ...more }, { facts, tried: [], snooze: null, canDo, now });
  const up = { wellSince: now - 60_000 };
  return [
    ...own,
    [
      'diagnosis while stopped',
      draw({
        ...explained,
        verdict: 'stopped',
        actions: ['restore'],
        situation: { ...explained.situation, change: null, stop, incident: { ...open, stopped: stop } },
      }),
    ],
    ['incident', drawIncident({})],
    ['incident, up again', drawIncident(up)],
    ['incident, stopped', drawIncident({ stopped: stop })],
    ['incident, resolved', drawIncident({ ...up, state: 'resolved', resolvedAt: now })],
    [
      'ping',
      pingView(open, 'No answer for 2 min.', {
        facts,
        person,
        to: 'channel',
        card: link,
        canDo,
        tried: [],
        missed: 0,
        at: now,
      }),
    ],
  ];
}

describe.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
  'scenario %s',
  (_id, scenario) => {
    it('has the expected verdict, failure modes, steps and exit status', { timeout: 15_000 }, async () => {
      const diagnosed = await diagnoseScenario(scenario);
      const { diagnosis, context } = diagnosed;
      for (const [name, card] of cardsOf(diagnosed)) drawn.set(`${scenario.id}: ${name}`, card);
      const deadlineMs = context.facts.deadlines.diagnoseMs;
      const steps = Object.fromEntries(diagnosis.findings.map(({ id, status }) => [id, status]));
      const { verdict, modes, exit, steps: expected } = scenario.expect;
      expect({
        verdict: diagnosis.verdict,
        modes: modeWords(diagnosis),
        exit: exitStatus(diagnosis),
        steps: { ...steps, ...expected },
      }).toEqual({ verdict, modes, exit, steps });
      expect(diagnosis.tookMs).toBeLessThan(deadlineMs + 1_000);

      const json = toJson(diagnosis);
      expect(json.steps.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
      const shown = printDiagnosis(diagnosis, createPaint(false)) + JSON.stringify(json);
      expect(shown).toContain(verdict.toUpperCase());
      for (const token of Object.values(LOCAL_TOKENS)) expect(shown).not.toContain(token);
      expect(shown).not.toMatch(
        /s3cr3t-passw0rd|hunter2|reset-token-4711|203\.0\.113\.\d|eyJhbGciOiJIUzI1NiJ9/,
      );
    });
  },
);

/** The scenarios whose failure opens an incident, which has a card and a page. */
const opensIncident = ({ expect: { verdict } }: Scenario) => verdict !== 'healthy' && verdict !== 'unknown';

const OF_INCIDENT = [
  'diagnosis while stopped',
  'incident',
  'incident, up again',
  'incident, stopped',
  'incident, resolved',
  'ping',
];

it('draws the diagnosis of every scenario, and the cards and the page of every incident', () => {
  const names = [...drawn.keys()];
  for (const card of ['diagnosis', 'diagnosis with diffs'])
    expect(names.filter((name) => name.endsWith(`: ${card}`))).toEqual(
      scenarios.map(({ id }) => `${id}: ${card}`),
    );
  const opening = scenarios
    .filter(opensIncident)
    .flatMap(({ id }) => OF_INCIDENT.map((card) => `${id}: ${card}`));
  expect(opening.filter((name) => !drawn.has(name))).toEqual([]);
});

describe('the first screen of a phone', () => {
  /** What the app's header, the composer and the keyboard bar leave of 844 px. */
  const SCREEN_PX = 640;
  const SCREEN_LINES = 20;

  it('shows everything down to the buttons, counted in lines', () => {
    const long = [...drawn].map(([name, card]) => [name, phoneLines(card)] as const);
    expect(long.filter(([, lines]) => lines > SCREEN_LINES)).toEqual([]);
  });

  it.skipIf(NO_BROWSER !== null)(
    `shows everything down to the buttons in a browser${NO_BROWSER === null ? '' : ` (${NO_BROWSER})`}`,
    { timeout: 120_000 },
    async () => {
      const browser = await openBrowser();
      try {
        const heights = await firstScreens(browser, [...drawn.values()], Date.now());
        const high = [...drawn.keys()].map((name, index) => [name, heights[index] ?? 0] as const);
        expect(heights).toHaveLength(drawn.size);
        expect(high.filter(([, height]) => height > SCREEN_PX || height === 0)).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});

const KNOWN: readonly KnownRepetition[] = [
  {
    why: 'almost the same reason, of another service or with another permission',
    fact: /^(connection closed before|http 403 resource|it needs actions)/,
    cards: ['everything-failing', 'github-forbidden'].flatMap((id) => [
      `${id}: diagnosis`,
      `${id}: diagnosis with diffs`,
    ]),
  },
];

/** A step that the runbook itself writes in two sentences. */
const QUOTED = / But the canonical deploy-heroku\.yml does not use that action\.?/;

describe('the cards of the scenarios', () => {
  it('say no fact twice', () => expect(unexpectedRepetitions(drawn, KNOWN)).toEqual([]));

  it('say the first screen in a notification of one or two sentences', () => {
    const long = [...drawn].map(([name, { text }]) => [name, text.replace(QUOTED, '')] as const);
    expect(long.filter(([, text]) => sentenceCount(text) > 2)).toEqual([]);
  });

  it('show a healthy diagnosis in three lines and its buttons', () => {
    const healthy = drawn.get('healthy: diagnosis');
    expect(healthy && cardText(healthy).split('\n')).toHaveLength(1 + 3 + 1);
  });
});
