/** Parses the memory figures that Heroku prints beside R14 and R15. */
import type { LogLine } from '../model/heroku.ts';
import type { CodeCount } from './codes.ts';
import { TOGETHER_MS } from './thresholds.ts';

export interface MemoryFigure {
  readonly dyno: string;
  readonly type: string;
  readonly mb: number;
  /** Exactly as Heroku writes it: `108.6`. */
  readonly percent: string;
}

/** Heroku's older documentation has `1028MB`, so the B is optional. */
const FIGURE = /^Process running mem=(\d+)MB?\(([\d.]+)%\)/;

/** Returns the figures of the dynos that are over their quota now, from the time they went over it. */
export function memoryFigures(lines: readonly LogLine[], codes: readonly CodeCount[]): MemoryFigure[] {
  const over = codes.filter(({ code, now }) => now > 0 && (code === 'R14' || code === 'R15'));
  if (over.length === 0) return [];
  return lines.flatMap(({ at, source, process, text }) => {
    if (at === null || source !== 'heroku' || process === null || !text.startsWith('Process running'))
      return [];
    const code = over.find(({ dynos }) => dynos.includes(process));
    const [, mb, percent = ''] = FIGURE.exec(text) ?? [];
    if (mb === undefined || !code?.type || at < (code.since ?? at) - TOGETHER_MS) return [];
    return [{ dyno: process, type: code.type, mb: Number(mb), percent }];
  });
}

/** Returns the lowest and the highest figure of each dyno: `web.1: 556 MB (108.6%) to 688 MB (134.4%)`. */
export function memoryWords(figures: readonly MemoryFigure[]): string[] {
  return [...Map.groupBy(figures, ({ dyno }) => dyno)].map(([dyno, own]) => {
    const sorted = own.toSorted((one, other) => one.mb - other.mb);
    const words = [sorted.at(0), sorted.at(-1)].map((figure) => `${figure?.mb} MB (${figure?.percent}%)`);
    return `${dyno}: ${[...new Set(words)].join(' to ')}`;
  });
}
