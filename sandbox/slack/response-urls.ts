/** The `response_url`s that were issued: valid for 30 minutes and five uses each, and what they may replace. */
import { randomBytes } from 'node:crypto';

/**
 * The place where a URL was issued. `source` is the message that was clicked;
 * it is omitted if the URL came with a slash command.
 */
export interface Origin {
  readonly channel: string;
  readonly user: string;
  readonly source?: { readonly ts: string };
}

export interface ResponseUrls {
  /** Issues a new URL and returns its path. */
  issue(kind: 'commands' | 'actions', origin: Origin): string;
  /** Counts one use. */
  use(path: string): { ok: true; origin: Origin } | { ok: false; error: 'used_url' | 'expired_url' };
}

const USES = 5;
const LIFETIME_MS = 30 * 60_000;

export function createResponseUrls(teamId: string, now: () => number): ResponseUrls {
  const issued = new Map<string, { origin: Origin; issuedAt: number; uses: number }>();
  return {
    issue(kind, origin) {
      const path = `/${kind}/${teamId}/${issued.size + 1}/${randomBytes(12).toString('hex')}`;
      issued.set(path, { origin, issuedAt: now(), uses: 0 });
      return path;
    },
    use(path) {
      const known = issued.get(path);
      if (!known || now() - known.issuedAt > LIFETIME_MS) return { ok: false, error: 'expired_url' };
      if (known.uses >= USES) return { ok: false, error: 'used_url' };
      known.uses += 1;
      return { ok: true, origin: known.origin };
    },
  };
}
