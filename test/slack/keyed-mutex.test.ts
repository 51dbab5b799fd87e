import { expect, it } from 'vitest';
import { createKeyedMutex } from '../../src/slack/client/keyed-mutex.ts';

it('runs work for one key in order, work for other keys at the same time, and continues after a failure', async () => {
  const exclusively = createKeyedMutex();
  const done: string[] = [];
  const work = (name: string, turns: number) => async () => {
    done.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    done.push(`${name} ends`);
    if (name === 'first') throw new Error('Slack is away');
  };
  const first = exclusively('a', work('first', 50));
  const second = exclusively('a', work('second', 1));
  const other = exclusively('b', work('other', 1));
  await expect(first).rejects.toThrow('Slack is away');
  await Promise.all([second, other]);
  expect(done.indexOf('first ends')).toBeLessThan(done.indexOf('second begins'));
  expect(done.indexOf('other ends')).toBeLessThan(done.indexOf('first ends'));
});
