/**
 * Collects the evidence for a reading command once for everyone who asks within a few seconds, and reuses a wider
 * collection for a narrower command.
 */
import type { Use } from '../../runbook/model/budget.ts';
import type { Evidence, SourceName } from '../../runbook/model/evidence.ts';
import type { Facts, Target } from '../../runbook/model/runbook-config.ts';
import { NOTHING_REMEMBERED, type Remembered } from '../../runbook/model/situation.ts';
import type { RunbookContext } from '../../runbook/model/terms.ts';
import type { Redactor } from '../../runbook/redaction/redact.ts';
import type { CollectDeps } from './collect.ts';
import { collectRedacted } from './redact-evidence.ts';
import type { Remember } from './remember.ts';
import { shareByKey } from './single-flight.ts';

/** The commands that only read. */
export type Reading = 'diagnose' | 'status' | 'logs';

export interface Collected {
  readonly evidence: Evidence;
  readonly context: RunbookContext;
  readonly remembered: Remembered;
  /** The use of the request that started the collection. */
  readonly use: Use;
  readonly tookMs: number;
}

export interface SharedCollection {
  collect(target: Target, what: Reading, use: Use): Promise<Collected>;
  /** Returns true if `collect` would return what another request has started. */
  isShared(target: Target, what: Reading): boolean;
  /** Returns the sources that have not responded yet while a diagnosis of the target is in progress: `Heroku log`. */
  waitingFor(target: Target): readonly string[];
  /** What was collected of this target before is no longer true, because an action has changed it. */
  forget(target: Pick<Target, 'name'>): void;
}

export interface SharedCollectionDeps extends CollectDeps {
  readonly facts: Facts;
  readonly redactor: Redactor;
  /** Reads what the ledger knows about a target; left out without a ledger. */
  readonly remember?: Remember;
}

/** The verdict needs these sources: Heroku and the app itself. */
export const VERDICT_SOURCES: ReadonlySet<SourceName> = new Set([
  'app',
  'dynos',
  'formation',
  'releases',
  'slug',
  'logs',
  'health',
]);

const LOG_SOURCES: ReadonlySet<SourceName> = new Set(['app', 'dynos', 'formation', 'releases', 'logs']);

/** The sources that each command reads, widest first; undefined for all of them. */
const SOURCES: readonly (readonly [Reading, ReadonlySet<SourceName> | undefined])[] = [
  ['diagnose', undefined],
  ['status', VERDICT_SOURCES],
  ['logs', LOG_SOURCES],
];

/** `elapsed`: milliseconds of a monotonic clock. */
export function createSharedCollection(deps: SharedCollectionDeps, elapsed: () => number): SharedCollection {
  const share = shareByKey<Collected>(elapsed);
  /** The sources that have not responded yet, for each collection in progress. */
  const waiting = new Map<string, readonly string[]>();

  async function collectNow(target: Target, what: Reading, use: Use): Promise<Collected> {
    const startedAt = elapsed();
    const key = keyOf(what, target);
    let noted: readonly string[] | undefined;
    const noting: SharedCollectionDeps = {
      ...deps,
      progress(answered, of, names) {
        noted = names;
        waiting.set(key, names);
        deps.progress?.(answered, of, names);
      },
    };
    const only = SOURCES.find(([reading]) => reading === what)?.[1];
    try {
      const [evidence, remembered] = await Promise.all([
        collectRedacted(target, deps.facts, noting, { use, ...(only ? { only } : {}) }),
        deps.remember?.(target) ?? NOTHING_REMEMBERED,
      ]);
      const context = { now: deps.now(), target, facts: deps.facts };
      return { evidence, context, remembered, use, tookMs: Math.round(elapsed() - startedAt) };
    } finally {
      // After `forget`, a newer collection may have noted its own.
      if (waiting.get(key) === noted) waiting.delete(key);
    }
  }

  /** Finds a finished collection of more sources that is still recent. */
  function widerOf(what: Reading, target: Target): Promise<Collected> | undefined {
    const place = SOURCES.findIndex(([reading]) => reading === what);
    return SOURCES.slice(0, place)
      .map(([reading]) => share.finished(keyOf(reading, target)))
      .find((done) => done !== undefined);
  }

  return {
    async collect(target, what, use) {
      const begin = () => collectNow(target, what, use);
      const shared = await (widerOf(what, target) ?? share(keyOf(what, target), begin));
      // A more urgent request must not miss a source because a less urgent one was refused it.
      const isShort = use === 'incident' && shared.use === 'read' && wasRefused(shared.evidence);
      return isShort ? share(keyOf(what, target, use), begin) : shared;
    },
    isShared: (target, what) => widerOf(what, target) !== undefined || share.isShared(keyOf(what, target)),
    waitingFor: (target) => waiting.get(keyOf('diagnose', target)) ?? [],
    forget(target) {
      for (const [what] of SOURCES) {
        share.forget(keyOf(what, target));
        share.forget(keyOf(what, target, 'incident'));
      }
    },
  };
}

function keyOf(what: Reading, { name }: Pick<Target, 'name'>, use?: Use): string {
  return `${what} ${name} ${use ?? ''}`;
}

function wasRefused(evidence: Evidence): boolean {
  return Object.values(evidence).some((seen) => !seen.ok && seen.why === 'rate_limited');
}
