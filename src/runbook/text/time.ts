/** Formats durations and instants for people, the same way on cards, at the terminal and in findings. */
import type { Instant } from '../model/instant.ts';

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** Formats `ms` in its largest unit, rounded down: `45 s`, `12 min`, `3 h`, `2 d`; below a second `84 ms`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of UNITS) {
    if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  }
  return `${Math.max(0, Math.round(ms))} ms`;
}

/**
 * Formats `ms` in the largest unit without a remainder: `90 s`, `5 min`. This is for limits, where rounding down would
 * be wrong.
 */
export function formatLimit(ms: number): string {
  const [unit, size] = UNITS.find((one) => ms >= one[1] && ms % one[1] === 0) ?? ['ms', 1];
  return `${Math.round(ms / size)} ${unit}`;
}

/**
 * Says how long before `now` it was: `3 h ago`. Within a second, and for clocks that run ahead of ours, it was `just
 * now`.
 */
export function formatAgo(at: Instant, now: Instant): string {
  const ms = now - at;
  return ms < 1_000 ? 'just now' : `${formatDuration(ms)} ago`;
}

/** Formats a share of 1 as a percentage: `67%`, or `1.4%` below ten, and never `0%` for a share above zero. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '<0.1%';
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)}%`;
}

/** Example: `2026-05-01 10:00:00 UTC`. */
export function formatInstant(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const INSTANT = /\b(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC\b/;

/**
 * Splits stored text (the audit, an outcome) at its instants. Text and instants alternate in the result, so that the
 * instants can be shown in the reader's zone. It parses exactly what `formatInstant` writes.
 */
export function splitAtInstants(text: string): readonly (string | Instant)[] {
  // A split by two groups gives text, day, time, text, …
  return text.split(INSTANT).flatMap((part, index, all): readonly (string | Instant)[] => {
    if (index % 3 === 0) return [part];
    if (index % 3 === 2) return [];
    const at = Date.parse(`${part}T${all[index + 1]}Z`);
    // Text that others wrote may look like an instant without being one.
    return [Number.isNaN(at) ? `${part} ${all[index + 1]} UTC` : at];
  });
}

const HOUR_MS = 3_600_000;

/** Returns true if both are on the same day in UTC. */
function isSameDay(at: Instant, now: Instant): boolean {
  return dayAndTime(at)[0] === dayAndTime(now)[0];
}

/**
 * Returns true if a time needs no day for a reader in any zone: it is less than an hour away, and the day is the same
 * in UTC. A time further away may be yesterday where the reader is.
 */
export function isClearWithoutDay(at: Instant, now: Instant): boolean {
  return Math.abs(now - at) < HOUR_MS && isSameDay(at, now);
}

/**
 * Formats `10:00 UTC`, with its day when that is not today: `2026-05-01 10:00 UTC`. This is for text that no reader's
 * clock converts.
 */
export function formatClock(at: Instant, now: Instant): string {
  const [day, time] = dayAndTime(at);
  return isSameDay(at, now) ? `${time} UTC` : `${day} ${time} UTC`;
}

function dayAndTime(at: Instant): readonly [day: string, time: string] {
  const iso = new Date(at).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 16)];
}

/**
 * Formats how long something has lasted: `12 min`. Within the first second, and for clocks that run ahead of ours, it
 * is `just now`.
 */
export function formatAge(at: Instant, now: Instant): string {
  return now - at < 1_000 ? 'just now' : formatDuration(now - at);
}
