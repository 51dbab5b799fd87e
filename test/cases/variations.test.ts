/** Around each reported world: what does not matter must not change the diagnosis, and what heals it must. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/runbook/diagnosis/diagnose.ts';
import { parseLogLine } from '../../src/runbook/logs/lines.ts';
import type { Diagnosis } from '../../src/runbook/model/diagnosis.ts';
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import type { LogLine } from '../../src/runbook/model/heroku.ts';
import type { RunbookContext } from '../../src/runbook/model/terms.ts';
import { shifted } from '../support/case-times.ts';
import { evidenceOf, readCases } from '../support/case-world.ts';

interface World {
  readonly evidence: Evidence;
  readonly context: RunbookContext;
}

const CASES = readCases();
const worlds = new Map<string, World>();

beforeAll(async () => {
  for (const one of CASES) worlds.set(one.id, await evidenceOf(one));
});

function worldOf(id: string): World {
  const world = worlds.get(id);
  if (!world) throw new Error(`no world ${id}`);
  return world;
}

/** What a person would act on: everything but words and times. */
function essence({ evidence, context }: World) {
  const { verdict, findings, modes, escalations, actions }: Diagnosis = diagnose(evidence, context, {
    tookMs: 1,
    limits: [],
  });
  return {
    verdict,
    steps: findings.map(({ id, status }) => `${id} ${status}`),
    modes: modes.map(({ id, code, confidence, causedBy }) => ({ id, code, confidence, causedBy })),
    conditions: escalations.map(({ condition }) => condition),
    actions,
  };
}

function withLog(world: World, change: (lines: readonly LogLine[]) => readonly LogLine[]): World {
  const { logs } = world.evidence;
  if (!logs.ok) return world;
  const isFull = logs.value.lines.length >= logs.value.asked;
  const lines = change(logs.value.lines);
  const asked = isFull ? lines.length : 1_500_000;
  return { ...world, evidence: { ...world.evidence, logs: { ...logs, value: { lines, asked } } } };
}

/** Lines of one second in another order; each process's own output stays in its order, as the log router keeps it. */
function shuffled(lines: readonly LogLine[], keys: readonly number[]): readonly LogLine[] {
  const seconds = Map.groupBy(lines, ({ at }) => Math.floor((at ?? 0) / 1000));
  let drawn = 0;
  const draw = () => {
    drawn += 1;
    return keys[drawn % keys.length] ?? 0;
  };
  return [...seconds.values()].flatMap((second) => {
    const streams = [...Map.groupBy(second, streamOf).values()].map((stream) => [...stream]);
    const mixed: LogLine[] = [];
    for (let left = streams.filter(({ length }) => length > 0); left.length > 0; ) {
      const next = left[draw() % left.length]?.shift();
      if (next) mixed.push(next);
      left = left.filter(({ length }) => length > 0);
    }
    return mixed;
  });
}

let platformLines = 0;

/** Heroku's own lines keep no order among themselves. */
function streamOf({ source, process }: LogLine): string {
  if (source === 'app') return process ?? '';
  platformLines += 1;
  return `platform ${platformLines}`;
}

function renamed(world: World, to: (index: number) => string): World {
  const { dynos, logs } = world.evidence;
  const names = new Set([
    ...(dynos.ok ? dynos.value.map(({ name }) => name) : []),
    ...(logs.ok ? logs.value.lines.flatMap(({ process }) => process ?? []) : []),
  ]);
  const web = [...names].filter((name) => name.startsWith('web.'));
  const nameOf = new Map(web.map((name, index) => [name, to(index)]));
  const rename = (name: string) => nameOf.get(name) ?? name;
  const evidence: Evidence = {
    ...world.evidence,
    dynos: dynos.ok
      ? { ...dynos, value: dynos.value.map((dyno) => ({ ...dyno, name: rename(dyno.name) })) }
      : dynos,
  };
  return withLog({ ...world, evidence }, (lines) =>
    lines.map((line) => ({
      ...line,
      process: line.process === null ? null : rename(line.process),
      text: line.text.replace(/ dyno=(\S+)/, (_whole, name: string) => ` dyno=${rename(name)}`),
    })),
  );
}

const HOUR = 3_600_000;

/** An hour goes by in which everything went well, on the dynos that are there; releases and runs stay as they are. */
function afterAGoodHour({ evidence, context }: World): World {
  const { now, target } = context;
  const { dynos, logs } = evidence;
  if (!dynos.ok || !logs.ok) return { evidence, context };
  const own = dynos.value.filter(({ type }) => type === target.processType);
  const up = own.map((dyno) => ({ ...dyno, state: 'up', createdAt: now, updatedAt: now }));
  const others = dynos.value
    .filter(({ type }) => type !== target.processType)
    .map((dyno) => ({ ...dyno, state: 'up', createdAt: now, updatedAt: now }));
  const good = up.flatMap(({ name }) => [
    parseLogLine(`${new Date(now).toISOString()} heroku[${name}]: State changed from starting to up`),
    ...Array.from({ length: 60 }, (_, minute) =>
      parseLogLine(
        `${new Date(now + (minute + 1) * 59_000).toISOString()} heroku[router]: at=info method=GET path="/" host=h request_id=i fwd="x" dyno=${name} connect=0ms service=20ms status=200 bytes=8 protocol=http1.1`,
      ),
    ),
  ]);
  return {
    context: { ...context, now: now + HOUR },
    evidence: {
      ...evidence,
      dynos: { ...dynos, value: [...up, ...others] },
      health: { ok: true, at: now + HOUR, value: { kind: 'http', status: 200, ms: 20 } },
      logs: { ...logs, value: { ...logs.value, lines: [...logs.value.lines, ...good] } },
    },
  };
}

describe.each(CASES.map(({ id, title }) => ({ id, title })))('$title', ({ id }) => {
  it('comes out the same at another time of day', () => {
    const world = worldOf(id);
    const expected = essence(world);
    fc.assert(
      fc.property(fc.integer({ min: -400 * 24 * HOUR, max: 400 * 24 * HOUR }), (ms) => {
        const later = shifted(world.evidence, ms);
        const context = { ...world.context, now: world.context.now + ms };
        expect(essence({ evidence: later, context })).toEqual(expected);
      }),
      { numRuns: 4 },
    );
  });

  it('comes out the same whatever the order of the lines of one second', () => {
    const world = worldOf(id);
    const expected = essence(world);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 40, maxLength: 60 }), (keys) => {
        expect(essence(withLog(world, (lines) => shuffled(lines, keys)))).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('comes out the same with other dyno names, those of Fir among them', () => {
    const world = worldOf(id);
    const expected = essence(world);
    expect(essence(renamed(world, (index) => `web.${index + 11}`))).toEqual(expected);
    expect(essence(renamed(world, (index) => `web-7f9c4d5b6a-x${index}kq2`))).toEqual(expected);
  });

  it('comes out the same with twice the traffic', () => {
    const world = worldOf(id);
    const expected = essence(world);
    const doubled = withLog(world, (lines) =>
      lines.flatMap((line) => (line.process === 'router' ? [line, { ...line }] : [line])),
    );
    expect(essence(doubled)).toEqual(expected);
  });

  it('is well after an hour in which everything went well, but for what an hour does not mend', () => {
    const world = worldOf(id);
    const before = essence(world);
    const after = essence(afterAGoodHour(world));
    const steps = after.steps.filter((step) => /^(logs|health) /.test(step));
    const unmended = before.steps.filter((step) => /^(releases|slug) (fail|unknown)/.test(step));
    const noDynos = before.steps.includes('formation fail') && after.steps.includes('formation fail');
    if (noDynos) return;
    expect(steps).toEqual(['logs pass', 'health pass']);
    expect(after.verdict).toBe(unmended.length > 0 ? 'degraded' : 'healthy');
    expect(after.modes.filter((mode) => mode.id === 'B')).toEqual([]);
    expect(after.conditions.filter((condition) => condition === 2 || condition === 4)).toEqual([]);
  });
});
