/**
 * A webhook's event is a hint to look, never trusted by itself. Hints come in bursts, so many of them make one look.
 */
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Reply } from './delivery.ts';

export interface HintDeps {
  readonly incidentStore: Pick<IncidentStore, 'noteCrash' | 'askForLook'>;
  /** Makes the next verification of the target's executing actions due now. */
  verifySooner(target: string): Promise<void>;
  now(): Instant;
  /** Returns a signal that aborts after this many milliseconds. */
  expire(ms: number): AbortSignal;
  /** Runs `work` after this many milliseconds. */
  later(ms: number, work: () => void): void;
  onError(error: unknown): void;
}

export interface Hint {
  /** The id of its event and the signature of its body. One match is enough to recognize a repeated hint. */
  readonly ids: readonly string[];
  /** Names of the targets to look at. Empty when the event concerns none of them. */
  readonly targets: readonly string[];
  /** When a dyno of the target's process type crashed. Null when none did. */
  readonly crashedAt: Instant | null;
  /** True if a workflow run of these targets has changed, which an executing deploy may be waiting for. */
  readonly isOfRun: boolean;
}

/**
 * Replies with `status` once the hint is recorded, or was recorded earlier. Replies with 503 if it could not be
 * recorded, so that the sender may retry.
 */
export type TakeHint = (hint: Hint, status: number) => Promise<Reply>;

/** GitHub waits ten seconds for a response. */
const WRITE_MS = 5_000;
const REMEMBERED = 2_000;

export function createHints(deps: HintDeps): TakeHint {
  const known = new Set<string>();
  const askForLook = createLookRequests(deps);
  const noteCrash = createCrashNotes(deps);
  const verifySooner = createVerifications(deps);

  async function take({ ids, targets, crashedAt, isOfRun }: Hint): Promise<void> {
    await Promise.all(
      targets.map(async (target) => {
        if (crashedAt !== null) await noteCrash(target, crashedAt);
        await askForLook(target);
        if (isOfRun) await verifySooner(target);
      }),
    );
    for (const id of ids) known.add(id);
    for (const oldest of [...known].slice(0, Math.max(0, known.size - REMEMBERED))) known.delete(oldest);
  }

  return async (hint, status) => {
    if (hint.ids.some((id) => known.has(id))) return { status, words: 'known already' };
    if (hint.targets.length === 0) return { status, words: 'about none of my targets' };
    try {
      await Promise.race([take(hint), expired(deps.expire(WRITE_MS))]);
      return { status, words: `looking at ${hint.targets.join(', ')}` };
    } catch {
      return { status: 503, words: 'the database is unavailable: try again' };
    }
  };
}

interface Written {
  readonly at: Instant;
  /** Shared by all hints that arrive meanwhile. If it fails, they fail too. */
  readonly done: Promise<void>;
}

/** Records a crash only if it is newer than the last one. */
function createCrashNotes({ incidentStore }: HintDeps): (target: string, at: Instant) => Promise<void> {
  const crashes = new Map<string, Written>();
  return async (target, at) => {
    const last = crashes.get(target);
    if (last && at <= last.at) return last.done;
    const written = { at, done: incidentStore.noteCrash(target, at) };
    crashes.set(target, written);
    await written.done.catch((error: unknown) => {
      if (crashes.get(target) === written) crashes.delete(target);
      throw error;
    });
  };
}

/** A deploy, a boot, and a crash cause a dozen events within seconds. Separate looks would all see the same state. */
const FLOOR_MS = 10_000;
/** Looks per target and hour that hints may request. Beyond that, the watch's regular looks have to suffice. */
const BUDGET = 30;
const BUDGET_WITHIN_MS = 3_600_000;

/**
 * The first hint requests a look immediately.
 * All hints that arrive within the floor together request one more when it has passed.
 */
function createLookRequests({
  incidentStore,
  now,
  later,
  onError,
}: HintDeps): (target: string) => Promise<void> {
  const asked = new Map<string, Written>();
  const waiting = new Set<string>();
  const spent = new Map<string, readonly Instant[]>();

  function ask(target: string): Promise<void> {
    const at = now();
    const recent = (spent.get(target) ?? []).filter((one) => at - one < BUDGET_WITHIN_MS);
    const last = asked.get(target);
    if (last && recent.length >= BUDGET) return last.done;
    spent.set(target, [...recent, at]);
    const done = incidentStore.askForLook(target, 'hint');
    asked.set(target, { at, done });
    return done;
  }

  return async (target) => {
    const last = asked.get(target);
    if (last && waiting.has(target)) return last.done;
    const since = last ? now() - last.at : FLOOR_MS;
    if (!last || since >= FLOOR_MS) return ask(target);
    waiting.add(target);
    later(FLOOR_MS - since, () => {
      waiting.delete(target);
      ask(target).catch(onError);
    });
    return last.done;
  };
}

/** Run, jobs and approvals are separate lists at GitHub, and each may show an event this much later than its webhook. */
const LISTED_MS = 2_000;

/** Hints that arrive before the second request share it. */
function createVerifications({ verifySooner, later, onError }: HintDeps): (target: string) => Promise<void> {
  const waiting = new Set<string>();
  return async (target) => {
    if (waiting.has(target)) return;
    waiting.add(target);
    later(LISTED_MS, () => {
      waiting.delete(target);
      verifySooner(target).catch(onError);
    });
    await verifySooner(target);
  };
}

function expired(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no response in time')), { once: true });
  });
}
