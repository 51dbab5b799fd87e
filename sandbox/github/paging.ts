/** Pages lists the way GitHub does. */
import type { Answer, Exchange } from '../server.ts';

const DEFAULT_SIZE = 30;
const LARGEST_SIZE = 100;

function pageOf(url: URL) {
  const size = Math.min(LARGEST_SIZE, Number(url.searchParams.get('per_page') ?? DEFAULT_SIZE));
  const page = Number(url.searchParams.get('page') ?? 1);
  return { page, size };
}

export function paged<T>(url: URL, items: readonly T[]): T[] {
  const { page, size } = pageOf(url);
  return items.slice((page - 1) * size, page * size);
}

/** Returns `{ total_count, <key>: […] }`, with a `Link` header if another page follows. */
export function list({ url, headers }: Exchange, key: string, items: readonly object[]): Answer {
  const { page, size } = pageOf(url);
  const next = new URL(url);
  next.searchParams.set('page', String(page + 1));
  const origin = `http://${headers.host}`;
  const link =
    page * size < items.length ? { link: `<${origin}${next.pathname}${next.search}>; rel="next"` } : {};
  return { status: 200, headers: link, body: { total_count: items.length, [key]: paged(url, items) } };
}
