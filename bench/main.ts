/** `npm run bench`: how long a diagnosis takes, as ratios measured side by side in one run. */
import { diagnosisBench } from './diagnosis.ts';
import type { Figure } from './figure.ts';

const figures: Figure[] = [...(await diagnosisBench())];

for (const { name, value, unit, target, holds } of figures) {
  const mark = holds === undefined ? ' ' : holds ? '✓' : '✗';
  const goal = target === undefined ? '' : `   target ${target}`;
  process.stdout.write(`${mark} ${name.padEnd(62)} ${value.toFixed(2).padStart(9)} ${unit}${goal}\n`);
}
if (figures.some(({ holds }) => holds === false)) process.exitCode = 1;
