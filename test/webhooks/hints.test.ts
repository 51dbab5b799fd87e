import { beforeEach, describe, expect, it } from 'vitest';
import { createHints, type Hint, type TakeHint } from '../../src/webhooks/hints.ts';

let now: number;
let written: string[];
let broken: Error | null;
let timers: { readonly at: number; readonly work: () => void }[];
let lost: unknown[];
let takeHint: TakeHint;

beforeEach(() => {
  now = 1_000_000;
  written = [];
  broken = null;
  timers = [];
  lost = [];
  const write = async (words: string) => {
    if (broken) throw broken;
    written.push(words);
  };
  takeHint = createHints({
    incidentStore: {
      noteCrash: (target, at) => write(`crash ${target} ${at}`),
      askForLook: (target, why) => write(`${why === 'hint' ? '' : 'no hint: '}look ${target}`),
    },
    verifySooner: (target) => write(`verify ${target}`),
    now: () => now,
    expire: () => new AbortController().signal,
    later: (ms, work) => void timers.push({ at: now + ms, work }),
    onError: (error) => void lost.push(error),
  });
});

async function pass(ms: number): Promise<void> {
  now += ms;
  const due = timers.filter(({ at }) => at <= now);
  timers = timers.filter(({ at }) => at > now);
  for (const { work } of due) work();
  await Promise.resolve();
}

let ids = 0;
function give(more: Partial<Hint> = {}) {
  ids += 1;
  return takeHint({ ids: [String(ids)], targets: ['prod'], crashedAt: null, isOfRun: false, ...more }, 204);
}

describe('hints', () => {
  it('make one look at once, and one more after ten seconds', async () => {
    for (let index = 0; index < 100; index += 1) expect((await give()).status).toBe(204);
    expect(written).toEqual(['look prod']);
    await pass(10_000);
    expect(written).toEqual(['look prod', 'look prod']);
    await pass(60_000);
    expect(written).toHaveLength(2);
  });

  it('do not make a second look when the end of a burst is late', async () => {
    await give();
    await give();
    now += 15_000;
    await give();
    expect(written).toEqual(['look prod']);
    await pass(0);
    expect(written).toEqual(['look prod', 'look prod']);
  });

  it('have a budget of thirty looks an hour, beyond which the rounds look', async () => {
    for (let count = 0; count < 100; count += 1) {
      await give();
      await pass(20_000);
    }
    expect(written).toHaveLength(30);
    await pass(3_600_000);
    await give();
    expect(written).toHaveLength(31);
  });

  it('of different targets do not wait for each other', async () => {
    await give({ targets: ['prod', 'staging'] });
    expect(written).toEqual(['look prod', 'look staging']);
  });

  it('make no look when they are delivered again', async () => {
    await give({ ids: ['once'] });
    await pass(10_000);
    expect(await give({ ids: ['once'] })).toEqual({ status: 204, words: 'known already' });
    expect(written).toEqual(['look prod']);
  });

  it('note a crash before they ask for the look, and ignore an older crash after it', async () => {
    await give({ crashedAt: 500 });
    await give({ crashedAt: 400 });
    await give({ crashedAt: 500 });
    await give({ crashedAt: 600 });
    expect(written).toEqual(['crash prod 500', 'look prod', 'crash prod 600']);
  });

  it('get a 503 when they cannot be written down, and count when they are sent again', async () => {
    broken = new Error('the database is away');
    expect((await give({ ids: ['late'], crashedAt: 500 })).status).toBe(503);
    expect((await give({ crashedAt: 500 })).status).toBe(503);
    broken = null;
    await pass(10_000);
    expect((await give({ ids: ['late'], crashedAt: 500 })).status).toBe(204);
    expect(written.filter((words) => words.startsWith('crash'))).toEqual(['crash prod 500']);
    expect(lost).toEqual([]);
  });

  it('report the failure of the look at the end of a burst', async () => {
    await give();
    await give();
    broken = new Error('the database is away');
    await pass(10_000);
    expect(lost).toEqual([broken]);
  });

  it('of a run verify an executing deploy at once, and again when GitHub has listed the event', async () => {
    for (let count = 0; count < 100; count += 1) await give({ isOfRun: true });
    expect(written).toEqual(['look prod', 'verify prod']);
    await pass(2_000);
    expect(written.filter((words) => words.startsWith('verify'))).toHaveLength(2);
    await pass(60_000);
    expect(written.filter((words) => words.startsWith('verify'))).toHaveLength(2);
    await give({ isOfRun: true });
    expect(written.filter((words) => words.startsWith('verify'))).toHaveLength(3);
  });

  it('get a reply in time when the database does not answer', async () => {
    const silent = createHints({
      incidentStore: { noteCrash: () => new Promise(() => {}), askForLook: () => new Promise(() => {}) },
      verifySooner: async () => {},
      now: () => now,
      expire: () => AbortSignal.timeout(1),
      later: () => {},
      onError: () => {},
    });
    const hint = { ids: ['x'], targets: ['prod'], crashedAt: null, isOfRun: false };
    expect((await silent(hint, 204)).status).toBe(503);
  });
});
