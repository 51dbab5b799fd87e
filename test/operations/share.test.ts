import { describe, expect, it } from 'vitest';
import { shareByKey } from '../../src/operations/diagnosis/single-flight.ts';

function counting() {
  const clock = { now: 0 };
  const finish: ((value: number) => void)[] = [];
  const share = shareByKey<number>(() => clock.now);
  const start = () => new Promise<number>((resolve) => finish.push(resolve));
  return { clock, finish, share, ask: (key: string) => share(key, start) };
}

describe('a shared collection', () => {
  it('serves everyone who asks while it is in progress, however long it takes', async () => {
    const { clock, finish, ask } = counting();
    const first = ask('prod');
    clock.now = 7_000;
    const second = ask('prod');
    finish[0]?.(1);
    expect(await Promise.all([first, second])).toEqual([1, 1]);
    expect(finish).toHaveLength(1);
  });

  it('serves those who ask within 5 s of its start, and starts again after that', async () => {
    const { clock, finish, ask } = counting();
    const first = ask('prod');
    finish[0]?.(1);
    await first;
    clock.now = 4_999;
    expect(await ask('prod')).toBe(1);
    clock.now = 5_000;
    const fresh = ask('prod');
    finish[1]?.(2);
    expect(await fresh).toBe(2);
  });

  it('serves nobody who asks after it was forgotten, even if it fails then', async () => {
    const broken: ((error: Error) => void)[] = [];
    const { share, finish, ask } = counting();
    const first = share('prod', () => new Promise<number>((_, reject) => broken.push(reject)));
    share.forget('prod');
    const second = ask('prod');
    broken[0]?.(new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    expect(share.isShared('prod')).toBe(true);
    finish[0]?.(2);
    expect(await second).toBe(2);
  });

  it('never mixes up targets', () => {
    const { finish, ask } = counting();
    void ask('prod');
    void ask('staging');
    expect(finish).toHaveLength(2);
  });

  it('does not pass on a failure', async () => {
    const share = shareByKey<number>(() => 0);
    await expect(share('prod', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await share('prod', async () => 3)).toBe(3);
  });
});
