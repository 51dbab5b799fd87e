/** How the readers of this folder ask GitHub: one path, or all pages of a list. */
import type { z } from 'zod';
import type { Use } from '../runbook/model/budget.ts';
import type { Observed } from '../runbook/model/evidence.ts';

export interface GitHubReadOptions {
  readonly signal: AbortSignal;
  /** What the answer is for: it says who is refused first when the hour's allowance runs low. */
  readonly use: Use;
}

/** Asks for a path under the repository, or of the whole API; throws what octokit throws, or `Malformed`. */
export type Get = <T>(path: string, schema: z.ZodType<T>, accept?: string) => Promise<T>;

export type ObserveGet = <T>(
  name: string,
  options: GitHubReadOptions,
  look: (get: Get) => Promise<T>,
) => Promise<Observed<T>>;

/** The most that GitHub gives on one page. */
export const PAGE = 100;

/**
 * Every entry of a list: what is not on its first page is not missing. `path` has its query without `per_page`.
 * All pages after the first are asked for at once.
 */
export async function allPages<P extends { readonly total_count?: number | undefined }, T>(
  get: Get,
  path: string,
  schema: z.ZodType<P>,
  entriesOf: (page: P) => readonly T[],
): Promise<readonly T[]> {
  const address = `${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE}`;
  const first = await get(address, schema);
  const entries = entriesOf(first);
  const total = first.total_count ?? entries.length;
  if (entries.length === 0 && total > 0) throw new Error(`${total} entries, and none on the first page`);
  const pages = Math.ceil(total / PAGE);
  const others = await Promise.all(
    Array.from({ length: Math.max(0, pages - 1) }, (_, index) => get(`${address}&page=${index + 2}`, schema)),
  );
  return [...entries, ...others.flatMap(entriesOf)];
}
