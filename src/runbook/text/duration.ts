/** Parses durations as people type them: `30m`, `2h`, `1h30m`, `90 min`, `1 day`. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Each unit in milliseconds, and the words for it. */
const UNITS: readonly (readonly [ms: number, words: ReadonlySet<string>])[] = [
  [SECOND, new Set(['s', 'sec', 'secs', 'second', 'seconds'])],
  [MINUTE, new Set(['m', 'min', 'mins', 'minute', 'minutes'])],
  [HOUR, new Set(['h', 'hr', 'hrs', 'hour', 'hours'])],
  [DAY, new Set(['d', 'day', 'days'])],
];

/**
 * Returns milliseconds, at least a second, or null if the text is not a duration. A bare number is not one, because it
 * could mean minutes or hours.
 */
export function parseDuration(typed: string): number | null {
  const text = typed.trim().toLowerCase();
  const part = /(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]+)\s*/y;
  let ms = 0;
  let end = 0;
  for (let match = part.exec(text); match; match = part.exec(text)) {
    const [, number, word = ''] = match;
    const unit = UNITS.find(([, words]) => words.has(word))?.[0];
    if (unit === undefined) return null;
    ms += Number(number) * unit;
    end = part.lastIndex;
  }
  return end === text.length && ms >= SECOND ? Math.round(ms) : null;
}

/** Formats `ms` in its two largest units, rounded down: `1 h 50 min`, `3 min 20 s`, `45 s`. */
export function formatSpan(ms: number): string {
  const whole = Math.max(0, ms);
  const named = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ] as const;
  const first = named.findIndex(([size]) => whole >= size);
  if (first === -1) return '0 s';
  let rest = whole;
  return named
    .slice(first, first + 2)
    .flatMap(([size, unit]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? [] : [`${count} ${unit}`];
    })
    .join(' ');
}
