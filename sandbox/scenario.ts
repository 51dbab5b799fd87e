/**
 * Scenarios are data: each file in `sandbox/scenarios` is a patch over the healthy world,
 * with what the bot should find in it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { healthyWorld } from './healthy-world.ts';
import { applyPatch, type Plain } from './patch.ts';
import { playStep, type ScriptStep } from './script.ts';
import { type Moods, moodsSchema } from './slack/moods.ts';
import type { World } from './world.ts';
import { worldSchema } from './world-schema.ts';

const patch = z.record(z.string(), z.unknown()).exactOptional();

/** The parts of the world that a patch may change. */
const layers = {
  heroku: patch,
  github: patch,
  status: patch,
  app: patch,
  console: patch,
  faults: z.array(z.unknown()).exactOptional(),
};

const byHand = z.strictObject({
  app: z.string(),
  type: z.string(),
  quantity: z.number().int().min(0),
  size: z.string(),
  by: z.string(),
});

const scriptStep = z
  .strictObject({
    after: z.number().positive(),
    when: z.literal('stopped').exactOptional(),
    only_if: z.literal('crashed').exactOptional(),
    scale: byHand.exactOptional(),
    ...layers,
  })
  .transform(
    ({ after, when, only_if, scale, ...rest }): ScriptStep => ({ after, when, only_if, scale, patch: rest }),
  );

/** Groups of scenarios, in the order of the page. */
export const GROUPS = {
  failing: 'The app fails',
  story: 'It changes on its own',
  deploys: 'Deploys and the gate',
  outside: 'Heroku, GitHub or the network fail',
  acting: 'Rehearsals: actions',
  slack: 'Rehearsals: Slack',
  well: 'All is well',
} as const;
export type Group = keyof typeof GROUPS;

const scenarioFile = z.strictObject({
  title: z.string().min(1),
  group: z.enum(Object.keys(GROUPS) as [Group, ...Group[]]).default('failing'),
  story: z.string().min(1),
  target: z.string().min(1),
  expect: z.strictObject({
    verdict: z.enum(['healthy', 'degraded', 'down', 'stopped', 'unknown']),
    /** Exit status of `raxx diagnose`. */
    exit: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    modes: z.array(
      z.string().regex(/^[A-Z](\/[A-Z]\d+)? (likely|possible)$/, { error: 'must be like `B/R10 likely`' }),
    ),
    /** The checks that matter here, by their ids. The others may have any status. */
    steps: z.record(z.string(), z.enum(['pass', 'warn', 'fail', 'unknown'])),
  }),
  /** A patch over the team's runbook file. */
  runbook: patch,
  /** Slack's behavior in this scenario. */
  slack: moodsSchema.exactOptional(),
  /** Events that happen later, by themselves. */
  script: z.array(scriptStep).default([]),
  ...layers,
});

type ScenarioFile = z.infer<typeof scenarioFile>;

type CopiedField = 'title' | 'group' | 'story' | 'target' | 'expect' | 'script';

export interface Scenario extends Pick<ScenarioFile, CopiedField> {
  /** The file's name without its extension, for example `boot-timeout`. */
  readonly id: string;
  readonly patch: Omit<ScenarioFile, CopiedField | 'runbook' | 'slack'>;
  readonly runbook: Plain;
  readonly slack: Moods;
}

const FOLDER = fileURLToPath(new URL('./scenarios', import.meta.url));

/**
 * Loads all scenarios of the folder, `healthy` first. Throws one error that lists every fault with its file and path.
 */
export function loadScenarios(folder: string = FOLDER): Scenario[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  const faults: string[] = [];
  const scenarios = files.sort(healthyFirst).flatMap((name) => {
    const read = readScenario(name.replace(/\.yml$/, ''), readFileSync(`${folder}/${name}`, 'utf8'));
    if (read.ok) return [read.scenario];
    faults.push(...read.faults.map((fault) => `${name}: ${fault}`));
    return [];
  });
  if (faults.length > 0) throw new Error(`scenarios that cannot be used:\n${faults.join('\n')}`);
  return scenarios;
}

/** Loads one scenario by its id. Throws if there is none, or if it is faulty. */
export function loadScenario(id: string): Scenario {
  const read = readScenario(id, readFileSync(`${FOLDER}/${id}.yml`, 'utf8'));
  if (!read.ok) throw new Error(`scenario ${id} cannot be used:\n${read.faults.join('\n')}`);
  return read.scenario;
}

/** Builds a fresh world for the scenario, which begins at `start` (milliseconds since 1970). */
export function buildWorld(scenario: Scenario, start: number): World {
  return worldSchema.parse(patchedWorld(scenario, start));
}

function readScenario(
  id: string,
  source: string,
): { ok: true; scenario: Scenario } | { ok: false; faults: string[] } {
  const document = parseDocument(source);
  if (document.errors.length > 0) return { ok: false, faults: document.errors.map((error) => error.message) };
  const file = scenarioFile.safeParse(document.toJS());
  if (!file.success) return { ok: false, faults: faultsOf(file.error) };
  const { title, group, story, target, expect, script, runbook = {}, slack = {}, ...rest } = file.data;
  const scenario: Scenario = { id, title, group, story, target, expect, script, patch: rest, runbook, slack };
  const world = worldSchema.safeParse(patchedWorld(scenario, 0));
  if (!world.success) return { ok: false, faults: faultsOf(world.error) };
  const faults = scriptFaults(world.data, script);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, scenario };
}

/** Plays all steps in order, so that a mistake is reported now and not in the middle of the story. */
function scriptFaults(world: World, script: readonly ScriptStep[]): string[] {
  for (const [index, step] of script.entries()) {
    try {
      playStep(world, step, world.start);
    } catch (error) {
      if (!(error instanceof z.ZodError)) return [`script.${index}: ${String(error)}`];
      return faultsOf(error).map((fault) => `script.${index}: ${fault}`);
    }
  }
  return [];
}

function patchedWorld(scenario: Scenario, start: number): unknown {
  return applyPatch({ ...healthyWorld(), start }, scenario.patch);
}

function faultsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

function healthyFirst(one: string, other: string): number {
  if (one === 'healthy.yml' || other === 'healthy.yml') return one === 'healthy.yml' ? -1 : 1;
  return one.localeCompare(other);
}
