/** Documents the states of a dyno. */
import { formatLimit } from '../../src/runbook/text/time.ts';
import { dynoIn } from './healthy-world.ts';
import { type Ask, statusOf, table } from './table.ts';

const STATES: readonly (readonly [state: string, seconds: number])[] = [
  ['up', 10_800],
  ['starting', 30],
  ['starting', 120],
  ['idle', 3_600],
  ['crashed', 30],
  ['down', 30],
  ['quarantined', 30],
];

export function dynoStates(ask: Ask): string {
  const rows = STATES.map(([state, seconds]) => {
    const found = ask({ dynos: dynoIn(state, seconds) });
    return [`${state}, for ${formatLimit(seconds * 1000)}`, statusOf(found, 'formation'), found.verdict];
  });
  return table(['state', '`formation`', 'verdict'], rows);
}
