/** Sends GET requests to GitHub for the readers in this folder: for one path, or for every page of a list. */
import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import type { ReadOptions } from '../operations/ports/upstreams.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Observed } from '../runbook/model/observed.ts';
import { createObserve } from '../upstream/observe.ts';
import { checkShape } from '../upstream/parse-response.ts';
import { whyUnseen } from './why-unseen.ts';

/** Reads a path under the repository. Throws what octokit throws, or `Malformed`. */
export type Get = <T>(path: string, schema: z.ZodType<T>, accept?: string) => Promise<T>;

/** Runs `look` under one timeout. If it fails, the reason begins with `name`. Never rejects. */
export type ObserveGet = <T>(
  name: string,
  options: ReadOptions,
  look: (get: Get) => Promise<T>,
) => Promise<Observed<T>>;

/** GitHub itself gives up on a request after 10 s. */
const TIMEOUT_MS = 6_000;

/** The largest page that GitHub serves. */
export const PAGE = 100;

/** `base` is the repository's path, `/repos/owner/name`. */
export function createObserveGet(octokit: Octokit, base: string, now: () => Instant): ObserveGet {
  const observe = createObserve({ timeoutMs: TIMEOUT_MS, now, whyUnseen });
  return (name, options, look) =>
    observe(name, options, (signal) => look(createGet(octokit, base, { ...options, signal })));
}

function createGet(octokit: Octokit, base: string, { signal, use }: ReadOptions): Get {
  return async (path, schema, accept = 'application/vnd.github+json') => {
    const answer = await octokit.request({
      method: 'GET',
      url: base + path,
      headers: { accept },
      request: { signal, use },
    });
    const data: unknown = answer.data;
    return checkShape(schema, data);
  };
}

/** Reads a path of the whole API, outside the repository. */
export async function getGlobal(
  octokit: Octokit,
  url: string,
  { signal, use }: ReadOptions,
): Promise<unknown> {
  return (await octokit.request({ method: 'GET', url, request: { signal, use } })).data;
}

/** Returns null for a 404, because "it does not exist" is also a valid result. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (whyUnseen(error).why === 'not_found') return null;
    throw error;
  }
}

/**
 * Returns every entry of a list, so that an entry beyond the first page does not count as missing. `path` includes
 * its query without `per_page`. All pages after the first are requested at the same time.
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
