/** `npm run bench`: reports how long a diagnosis and its parts take, as ratios measured side by side in one run. */
import { join } from 'node:path';
import { readFacts } from '../src/config.ts';
import { diagnosisBench } from './diagnosis.ts';
import type { Figure } from './figure.ts';
import { logBench } from './log.ts';

const facts = readFacts(join(import.meta.dirname, '../runbook.yml'));
if (!facts.ok) throw new Error('the runbook file is not valid');
const figures: Figure[] = [...(await diagnosisBench()), ...logBench(facts.value)];

for (const { name, value, unit, target, holds } of figures) {
  const mark = holds === undefined ? ' ' : holds ? '✓' : '✗';
  const goal = target === undefined ? '' : `   target ${target}`;
  process.stdout.write(`${mark} ${name.padEnd(62)} ${value.toFixed(2).padStart(9)} ${unit}${goal}\n`);
}
if (figures.some(({ holds }) => holds === false)) process.exitCode = 1;
