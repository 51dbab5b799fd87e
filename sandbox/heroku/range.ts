/** Heroku's paging: `Range: version ..; max=15, order=desc` in the request, 206 and `Next-Range` in the response. */
import type { Answer } from '../server.ts';

interface RequestedRange {
  readonly property: string;
  /** Exclusive if it begins with `]`. */
  readonly from: string;
  readonly max: number;
  readonly descending: boolean;
}

const PAGE = 200;

/** Returns one page of `items`. `by` lists the properties by which it may be sorted. */
export function page<T extends object>(
  items: readonly T[],
  range: string | undefined,
  by: readonly (keyof T & string)[],
): Answer {
  const asked = readRange(range);
  const property = by.find((name) => name === asked.property);
  if (property === undefined) {
    return { status: 416, body: { id: 'requested_range_not_satisfiable', message: 'Invalid range.' } };
  }
  const sorted = items.toSorted((one, other) => compare(one[property], other[property]));
  if (asked.descending) sorted.reverse();
  const begin =
    asked.from === ''
      ? 0
      : sorted.findIndex((one) => String(one[property]) === asked.from.replace(/^\]/, ''));
  const rest = sorted.slice(Math.max(0, begin) + (asked.from.startsWith(']') ? 1 : 0));
  const shown = rest.slice(0, asked.max);
  const last = shown.at(-1);
  const headers = {
    'accept-ranges': by.join(', '),
    'content-range': `${property} ${shown[0]?.[property] ?? ''}..${last?.[property] ?? ''}`,
  };
  if (rest.length <= asked.max || !last) return { status: 200, headers, body: shown };
  const order = asked.descending ? ',order=desc' : '';
  const next = `${property} ]${last[property]}..; max=${asked.max}${order}`;
  return { status: 206, headers: { ...headers, 'next-range': next }, body: shown };
}

function readRange(range = ''): RequestedRange {
  const [, property = 'id', from = ''] = /^\s*(\w+)\s+([^.]*)\.\./.exec(range) ?? [];
  const max = Number(/max=(\d+)/.exec(range)?.[1] ?? PAGE);
  return {
    property,
    from: from.trim(),
    max: Math.min(1000, Math.max(1, max)),
    descending: /order=desc/.test(range),
  };
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other));
}
