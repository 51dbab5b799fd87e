/** What Heroku says of a dyno's memory beside R14 and R15: `Process running mem=556M(108.6%)`. */
import type { LogLine } from './evidence.ts';
import type { Boundary } from './log-boundary.ts';

const FIGURE = /^Process running mem=(\d+)M\(([\d.]+)%\)/;

/** One line a dyno of the process type, lowest to highest: `web.1: 556 MB (108.6 %) to 688 MB (134.4 %)`. Only of now. */
export function memoryFigures(lines: readonly LogLine[], processType: string, boundary: Boundary): string[] {
  const ofDyno = new Map<string, { mb: number; percent: string }[]>();
  for (const line of lines) {
    const [, mb, percent = ''] = FIGURE.exec(line.text) ?? [];
    if (mb === undefined || line.source !== 'heroku' || !line.process.startsWith(`${processType}.`)) continue;
    if (boundary.isHistory(line, line.process)) continue;
    ofDyno.set(line.process, [...(ofDyno.get(line.process) ?? []), { mb: Number(mb), percent }]);
  }
  return [...ofDyno].map(([dyno, figures]) => {
    const sorted = figures.toSorted((one, other) => one.mb - other.mb);
    const words = [sorted.at(0), sorted.at(-1)].map((one) => `${one?.mb} MB (${one?.percent} %)`);
    return `${dyno}: ${[...new Set(words)].join(' to ')}`;
  });
}
