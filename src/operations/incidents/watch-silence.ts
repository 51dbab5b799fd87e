/** Looks that do not come to their end, whatever keeps them from it, are told in the channel once, and once when they do again. */
import type { Instant } from '../../runbook/model/evidence.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { cut } from '../../runbook/text/cut.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface WatchSilenceDeps {
  readonly facts: Pick<Facts, 'targets' | 'watch'>;
  readonly incidentStore: Pick<IncidentStore, 'watchOf' | 'beginSilence' | 'endSilence' | 'askForLook'>;
  /** The workers that look are begun anew: what hangs in them is left behind. */
  restart(): Promise<void>;
  /** Posts in the channel, without the queue: it may be the queue that stands still. Rejects when Slack did not take it. */
  tell(words: string): Promise<void>;
  now(): Instant;
  /** Milliseconds of a clock that never goes back: a silence is a span. */
  elapsed(): number;
  onError(error: unknown): void;
}

export interface WatchSilence {
  /** To be called once a round. Never rejects: what cannot be read is the database's trouble, which is told elsewhere. */
  check(): Promise<void>;
  /** A look threw. */
  failed(target: string, error: unknown): void;
}

/** Looks that may fail in a row. */
const MISSED_LOOKS = 3;
const MOST_WORDS = 200;

/** Where a target's looks stood when they last moved on. */
interface Moved {
  readonly revision: number;
  readonly at: number;
}

type NamedTarget = Facts['targets'][number];

export function createWatchSilence(deps: WatchSilenceDeps): WatchSilence {
  const { facts, incidentStore, now, elapsed, onError } = deps;
  const longestMs = MISSED_LOOKS * facts.watch.everySeconds * 1_000;
  const moved = new Map<string, Moved>();
  const failures = new Map<string, string>();

  async function checkOne(target: NamedTarget): Promise<void> {
    const { revision } = await incidentStore.watchOf(target.name).catch((error: unknown) => {
      // While the rows cannot be read nothing is known of the looks: the silence begins anew.
      moved.delete(target.name);
      throw error;
    });
    const before = moved.get(target.name);
    if (!before || before.revision !== revision) {
      moved.set(target.name, { revision, at: elapsed() });
      // The first look at the row says nothing: it may stand still since before this process began.
      if (before) await isBack(target);
      return;
    }
    const silentMs = elapsed() - before.at;
    if (silentMs >= longestMs) await isSilent(target, silentMs);
  }

  async function isSilent(target: NamedTarget, silentMs: number): Promise<void> {
    await deps.restart().catch(onError);
    await incidentStore.askForLook(target.name);
    await tellOnce(target, silentMs);
  }

  /** Of all processes one tells. */
  async function tellOnce({ name, app }: NamedTarget, silentMs: number): Promise<void> {
    if (!(await incidentStore.beginSilence(name, now() - silentMs))) return;
    const why = failures.get(name);
    const lost =
      why === undefined
        ? `No check of ${app} has run for ${formatDuration(silentMs)}; I started them again.`
        : `The last ${MISSED_LOOKS} checks of ${app} failed on my side (${why}).`;
    try {
      await deps.tell(
        `${lost} I don't know whether it is up; check by hand until I say that I'm back: /raxx status and diagnose work.`,
      );
    } catch (error) {
      // Nobody heard it: the next round tells.
      await incidentStore.endSilence(name);
      throw error;
    }
  }

  async function isBack({ name, app }: NamedTarget): Promise<void> {
    failures.delete(name);
    const since = await incidentStore.endSilence(name);
    if (since === null) return;
    try {
      await deps.tell(`Checks of ${app} work again after ${formatDuration(Math.max(0, now() - since))}.`);
    } catch (error) {
      // Nobody heard it: a later round tells.
      await incidentStore.beginSilence(name, since);
      throw error;
    }
  }

  return {
    async check() {
      await Promise.all(
        facts.targets.map(async (target) => {
          try {
            await checkOne(target);
          } catch (error) {
            onError(error);
          }
        }),
      );
    },
    failed(target, error) {
      const words = error instanceof Error ? error.message : String(error);
      failures.set(target, cut(words.replaceAll(/\s+/g, ' '), MOST_WORDS));
    },
  };
}
