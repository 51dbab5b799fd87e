/** A webhook's event is a hint to look, never the truth itself. Hints come in bursts: many of them make one look. */
import type { IncidentStore } from '../operations/ports/incident-store.ts';
import type { Instant } from '../runbook/model/instant.ts';
import type { Reply } from './delivery.ts';

export interface HintDeps {
  readonly incidentStore: Pick<IncidentStore, 'noteCrash' | 'askForLook'>;
  now(): Instant;
  /** A signal that aborts after this many milliseconds. */
  expire(ms: number): AbortSignal;
  /** Does `work` after this many milliseconds. */
  later(ms: number, work: () => void): void;
  onError(error: unknown): void;
}

export interface Hint {
  /** What identifies it when it comes again: the id of its event, and the signature of its body. One of them is enough. */
  readonly ids: readonly string[];
  /** Names of the targets to look at; empty when it is about none of ours. */
  readonly targets: readonly string[];
  /** When a dyno of the target's process type crashed; null when none did. */
  readonly crashedAt: Instant | null;
}

/** Answers `status` once the hint is written down, or was before; 503 when it could not be, so that the sender may try again. */
export type TakeHint = (hint: Hint, status: number) => Promise<Reply>;

/** GitHub waits ten seconds for an answer. */
const WRITE_MS = 5_000;
const REMEMBERED = 2_000;

export function createHints(deps: HintDeps): TakeHint {
  const known = new Set<string>();
  const askForLook = createLookRequests(deps);
  const noteCrash = createCrashNotes(deps);

  async function take({ ids, targets, crashedAt }: Hint): Promise<void> {
    await Promise.all(
      targets.map(async (target) => {
        if (crashedAt !== null) await noteCrash(target, crashedAt);
        await askForLook(target);
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
      return { status: 503, words: 'the database does not work: try again' };
    }
  };
}

interface Written {
  readonly at: Instant;
  /** Shared by all that came meanwhile: they fail with it. */
  readonly done: Promise<void>;
}

/** A crash that is not newer than the last one is not news. */
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

/** A deploy, a boot and a crash make a dozen events within seconds: a look at each would see the same. */
const FLOOR_MS = 10_000;
/** Looks per target and hour that hints may ask for; beyond them the rounds of the watch have to do. */
const BUDGET = 30;
const BUDGET_WITHIN_MS = 3_600_000;

/** The first hint makes a look at once; all that come within the floor make one more when it has passed. */
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

function expired(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
  });
}
