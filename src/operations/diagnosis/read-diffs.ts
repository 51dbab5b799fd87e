/**
 * Reads what the code of a release changed compared with the previous one. This happens after the verdict, which does
 * not wait for it.
 */

import type { Diffs } from '../../runbook/changes/judge.ts';
import { BoundedMap } from '../../runbook/model/bounded-map.ts';
import type { Use } from '../../runbook/model/budget.ts';
import type { CodeOf, WantedDiff } from '../../runbook/model/change.ts';
import type { Diff } from '../../runbook/model/github.ts';
import type { Instant } from '../../runbook/model/instant.ts';
import type { Observed } from '../../runbook/model/observed.ts';
import { unseen } from '../../runbook/model/observed.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { Outside, ReadOptions } from '../ports/upstreams.ts';

export interface ReadDiffsDeps {
  readonly outside: Pick<Outside, 'heroku' | 'github'>;
  readonly redactor: Redactor;
  now(): Instant;
  /** Returns a signal that aborts after so many milliseconds. */
  expire(ms: number): AbortSignal;
}

/** `app`: the app's name on Heroku. Never rejects: a diff that was not read within `withinMs` says why. */
export type ReadDiffs = (
  app: string,
  wanted: readonly WantedDiff[],
  use: Use,
  withinMs?: number,
) => Promise<Diffs>;

/** The card is edited when the diffs arrive. After this time nobody is looking at it any more. */
const WITHIN_MS = 5_000;
/** The newest releases are the most informative. */
const MOST_DIFFS = 3;
/** The diff of two commits never changes, so it is cached. */
const MOST_REMEMBERED = 50;

export function createReadDiffs({ outside, redactor, now, expire }: ReadDiffsDeps): ReadDiffs {
  const { heroku, github } = outside;
  const known = new BoundedMap<string, Observed<Diff>>(MOST_REMEMBERED);

  /** Returns the full commit from the release's slug or, failing that, the short one from its description. */
  async function commitOf(
    app: string,
    { slugId, commit }: CodeOf,
    options: ReadOptions,
  ): Promise<ObservedCommit> {
    if (commit !== null && commit.length === WHOLE) return { ok: true, value: commit, at: now() };
    if (slugId === null) return commit === null ? unnamed(now()) : { ok: true, value: commit, at: now() };
    const slug = await heroku.slug(app, slugId, options);
    const whole = slug.ok ? slug.value.commit : null;
    const value = whole !== null && COMMIT.test(whole) ? whole : commit;
    if (value !== null) return { ok: true, value, at: now() };
    return slug.ok ? unnamed(now()) : slug;
  }

  async function read(
    app: string,
    { base, head }: WantedDiff,
    options: ReadOptions,
  ): Promise<Observed<Diff>> {
    const [from, to] = await Promise.all([commitOf(app, base, options), commitOf(app, head, options)]);
    if (!from.ok) return from;
    if (!to.ok) return to;
    const key = `${from.value}...${to.value}`;
    const before = known.get(key);
    if (before) return before;
    const seen = redactor.deep(await github.diff(from.value, to.value, options));
    if (seen.ok) known.set(key, seen);
    return seen;
  }

  return async (app, wanted, use, withinMs = WITHIN_MS) => {
    const signal = expire(withinMs);
    const asked = wanted.slice(0, MOST_DIFFS);
    const late = new Promise<Observed<Diff>>((resolve) => {
      const tooLate = () => resolve(unread('timeout', `no response within ${withinMs / 1_000} s`, now()));
      if (signal.aborted) tooLate();
      signal.addEventListener('abort', tooLate, { once: true });
    });
    const read_ = asked.map(
      async (one): Promise<readonly [number, Observed<Diff>]> => [
        one.version,
        await Promise.race([read(app, one, { signal, use }), late]),
      ],
    );
    return new Map(await Promise.all(read_));
  };
}

type ObservedCommit = Observed<string>;

const COMMIT = /^[0-9a-f]{7,40}$/;
const WHOLE = 40;

function unread(why: 'timeout' | 'not_found', words: string, at: Instant): Observed<never> {
  return unseen(why, 'GitHub compare', words, at);
}

function unnamed(at: Instant): Observed<never> {
  return unread('not_found', "Heroku doesn't say which commit the release has", at);
}
