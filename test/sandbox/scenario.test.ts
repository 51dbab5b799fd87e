import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { healthyWorld } from '../../sandbox/healthy-world.ts';
import { writeLocalRunbook } from '../../sandbox/runbook-file.ts';
import { buildWorld, loadScenarios } from '../../sandbox/scenario.ts';
import { createScript } from '../../sandbox/script.ts';
import { setMoods } from '../../sandbox/slack/moods.ts';
import { createSlack } from '../../sandbox/slack/slack.ts';
import type { World } from '../../sandbox/world.ts';

const HEAD =
  'title: T\nstory: S\ntarget: prod\nexpect: { verdict: healthy, exit: 0, modes: [], steps: {} }\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'raxx-scenario-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(text: string, name = 'one.yml') {
  writeFileSync(join(folder, name), text);
  return loadScenarios(folder);
}
function worldOf(patch: string) {
  const [scenario] = load(HEAD + patch);
  if (!scenario) throw new Error('no scenario');
  return buildWorld(scenario, 1000);
}

describe('a scenario', () => {
  it('is the healthy world from the given moment when it has no patch', () => {
    expect(worldOf('')).toEqual({ ...healthyWorld(), start: 1000 });
  });

  it('may patch the runbook file, which is not part of the world', () => {
    const [scenario] = load(
      `${HEAD}runbook: { approvals: { expire_minutes: 0.2 }, people: { approvers: [a@b.c] } }`,
    );
    const to = join(folder, 'runbook.yml');
    const addresses = {
      apps: { 'raxx-api-prod': 'http://a', 'raxx-api-staging': 'http://b' },
      console: 'http://c',
    };
    writeLocalRunbook('runbook.yml', to, addresses, scenario ? [scenario.runbook] : []);
    expect(parse(readFileSync(to, 'utf8'))).toMatchObject({
      approvals: { expire_minutes: 0.2, stop: { approvals: 1 } },
      people: { operators: ['ops@raxx.app'], approvers: ['a@b.c'] },
      targets: { prod: { url: 'http://a' } },
    });
  });

  it('merges objects, replaces lists and appends with a plus', () => {
    const before = healthyWorld().heroku.apps['raxx-api-prod'];
    const world = worldOf(`
heroku:
  apps:
    raxx-api-prod:
      maintenance: true
      dynos: []
      log+: ['-5 heroku[web.1]: State changed from up to crashed']
github: { rateLimitRemaining: 7 }
app: { answer: { status: 403 } }
`);
    const app = world.heroku.apps['raxx-api-prod'];
    expect(app).toMatchObject({ maintenance: true, dynos: [], formation: before?.formation });
    expect(app?.log).toEqual([...(before?.log ?? []), '-5 heroku[web.1]: State changed from up to crashed']);
    expect(world.github).toEqual({ ...healthyWorld().github, rateLimitRemaining: 7 });
    expect(world.app).toEqual({ answer: { status: 403 } });
    expect(world.heroku.apps['raxx-api-staging']).toEqual(healthyWorld().heroku.apps['raxx-api-staging']);
  });

  it('merges with the entries of a list whose indexes it names', () => {
    const { workflows } = worldOf('github: { workflows: { 0: { state: disabled_manually } } }').github;
    const [first, ...rest] = healthyWorld().github.workflows;
    expect(workflows).toEqual([{ ...first, state: 'disabled_manually' }, ...rest]);
  });

  it('builds a fresh world each time, so that one run cannot affect the next', () => {
    const [scenario] = load(HEAD);
    if (!scenario) throw new Error('no scenario');
    buildWorld(scenario, 0).heroku.apps = {};
    expect(Object.keys(buildWorld(scenario, 0).heroku.apps)).toContain('raxx-api-prod');
  });

  it.each([
    ['a key that is not known', `${HEAD}herokuu: {}\n`, 'one.yml: the file: Unrecognized key: "herokuu"'],
    [
      'a key of an app that is not known',
      `${HEAD}heroku: { apps: { raxx-api-prod: { dyno: [] } } }\n`,
      'heroku.apps.raxx-api-prod: Unrecognized key: "dyno"',
    ],
    [
      'a plus on what is no list',
      `${HEAD}heroku: { rateLimitRemaining+: [1] }\n`,
      'heroku: Unrecognized key: "rateLimitRemaining+"',
    ],
    [
      'a fault that cannot be played',
      `${HEAD}faults: [{ service: heroku, play: { explode: true } }]\n`,
      'faults.0.play',
    ],
    [
      'a fault of a service that is not there',
      `${HEAD}faults: [{ service: mail, play: { hang: true } }]\n`,
      'faults.0.service',
    ],
    [
      'a log line without its source',
      `${HEAD}heroku: { apps: { raxx-api-prod: { log: [oops] } } }\n`,
      'heroku.apps.raxx-api-prod.log.0: must be',
    ],
    [
      'a step of its script that makes no world',
      `${HEAD}script:\n  - { after: 5, app: { answer: auto } }\n  - { after: 9, app: { answer: gone } }\n`,
      'one.yml: script.1: app.answer: ',
    ],
    [
      'an entry of a list that is not there',
      `${HEAD}github: { workflows: { 9: { state: active } } }\n`,
      'github.workflows: ',
    ],
    [
      'a step that scales what Heroku would refuse',
      `${HEAD}script: [{ after: 1, scale: { app: raxx-api-prod, type: web, quantity: 2, size: Basic, by: k } }]\n`,
      'script.0: Error: Heroku would refuse to scale it',
    ],
    ['a step without its time', `${HEAD}script: [{ app: { answer: auto } }]\n`, 'script.0.after'],
    ['a mode in other words', HEAD.replace('modes: []', 'modes: [crash]'), 'expect.modes.0: must be like'],
    ['a missing story', HEAD.replace('story: S\n', ''), 'story'],
    ['broken YAML', 'title: [', 'one.yml: '],
  ])('is refused for %s, with the file and the path', (_name, text, words) => {
    expect(() => load(text)).toThrow(words);
  });

  it('is refused together with every other broken one', () => {
    writeFileSync(join(folder, 'two.yml'), 'title: 1\n');
    expect(() => load(`${HEAD}nope: 1\n`)).toThrow(/one\.yml: [\s\S]*two\.yml: /);
  });
});

describe('a script', () => {
  const [up, crashed] = ['up', 'crashed'].map(
    (state) =>
      `heroku: { apps: { raxx-api-prod: { dynos: [{ name: web.1, type: web, state: ${state}, size: Basic, command: x, age: 0 }] } } }`,
  );
  function begin(script: string) {
    const [scenario] = load(`${HEAD}script:\n${script}`);
    if (!scenario) throw new Error('no scenario');
    const world = buildWorld(scenario, 1_000_000);
    const play = createScript(scenario.script);
    return { world, at: (seconds: number) => play(world, 1_000_000 + seconds * 1_000) };
  }
  const state = (world: World) => world.heroku.apps['raxx-api-prod']?.dynos[0]?.state;

  it('changes the world once, when it is due, and the world stays the same object', () => {
    const { world, at } = begin(`  - { after: 20, ${crashed} }\n  - { after: 30, ${up} }\n`);
    at(19.9);
    expect(state(world)).toBe('up');
    at(20);
    expect(state(world)).toBe('crashed');
    const [dyno] = world.heroku.apps['raxx-api-prod']?.dynos ?? [];
    if (dyno) dyno.state = 'idle';
    at(29);
    expect(state(world)).toBe('idle');
    at(30);
    expect(state(world)).toBe('up');
  });

  it('plays the steps that were missed, in order', () => {
    const { world, at } = begin(`  - { after: 30, ${up} }\n  - { after: 20, ${crashed} }\n`);
    at(60);
    expect(state(world)).toBe('up');
  });

  it('waits for an app to be stopped, and counts from there', () => {
    const { world, at } = begin(
      '  - { after: 10, when: stopped, scale: { app: raxx-api-prod, type: web, quantity: 4, size: Standard-2X, by: kris } }\n',
    );
    const app = world.heroku.apps['raxx-api-prod'];
    const web = app?.formation[0];
    at(60);
    expect(web?.quantity).toBe(1);
    if (web) web.quantity = 0;
    at(70);
    at(79.9);
    expect(world.heroku.apps['raxx-api-prod']?.formation[0]?.quantity).toBe(0);
    at(80);
    expect(world.heroku.apps['raxx-api-prod']?.formation[0]).toMatchObject({
      quantity: 4,
      size: 'Standard-2X',
    });
    expect(world.heroku.apps['raxx-api-prod']?.log.join('\n')).toContain(
      'Scaled to web@4:Standard-2X worker@0:Basic by user kris',
    );
  });

  it('skips a step whose condition someone has fixed in the meantime', () => {
    const quantity = (world: World) => world.heroku.apps['raxx-api-prod']?.dynos.length;
    const { world, at } = begin(
      `  - { after: 20, ${crashed} }\n  - { after: 30, only_if: crashed, ${up} }\n`,
    );
    at(20);
    const app = world.heroku.apps['raxx-api-prod'];
    if (app) app.dynos = [];
    at(30);
    expect(quantity(world)).toBe(0);
  });
});

describe('the scenarios of the sandbox', () => {
  it('can all be used, healthy first', () => {
    const scenarios = loadScenarios();
    expect(scenarios[0]?.id).toBe('healthy');
    expect(scenarios.map(({ id }) => id)).toContain('stopped');
  });
});

describe('Slack in a scenario', () => {
  it('behaves as the scenario says, and normally in the next one', () => {
    const { workspace } = createSlack();
    const scenarios = loadScenarios();
    const moodsOf = (id: string) => scenarios.find((one) => one.id === id)?.slack ?? {};
    setMoods(workspace, moodsOf('channel-archived'));
    expect(workspace.channels.filter(({ isArchived }) => isArchived).map(({ name }) => name)).toEqual([
      'moosequest',
    ]);
    setMoods(workspace, moodsOf('group-disabled'));
    expect(workspace.channels.some(({ isArchived }) => isArchived)).toBe(false);
    expect(workspace.groups.map(({ isDisabled }) => isDisabled)).toEqual([true]);
    setMoods(workspace, moodsOf('blocks-refused'));
    expect([...workspace.refusedBlocks]).toContain('rich_text');
    setMoods(workspace, moodsOf('healthy'));
    expect(workspace).toEqual(createSlack().workspace);
  });
});
