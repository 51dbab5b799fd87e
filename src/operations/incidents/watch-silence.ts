/** Reports in the channel, once, that looks do not finish, whatever the cause, and once that they do again. */
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import { cut } from '../../runbook/text/cut.ts';
import { formatDuration } from '../../runbook/text/time.ts';
import type { IncidentStore } from '../ports/incident-store.ts';
import { MISSED_LOOKS } from './watch-report.ts';

export interface WatchSilenceDeps {
  readonly facts: Pick<Facts, 'targets' | 'watch'>;
  readonly incidentStore: Pick<IncidentStore, 'watchOf' | 'beginSilence' | 'endSilence' | 'askForLook'>;
  /** Starts new workers for looks, and abandons whatever hangs in the old ones. */
  restart(): Promise<void>;
  /**
   * Posts in the channel, bypassing the queue, which may be what hangs. Rejects when Slack did not accept the message.
   */
  tell(words: string): Promise<void>;
  now(): Instant;
  /** Milliseconds of a monotonic clock, because a silence is a duration. */
  elapsed(): number;
  onError(error: unknown): void;
}

export interface WatchSilence {
  /** Called once per round. Never rejects: when rows cannot be read, the database watch reports it. */
  check(): Promise<void>;
  /** Called when a look throws. */
  failed(target: string, error: unknown): void;
}

const MOST_WORDS = 200;

/** The state that one process keeps about the looks. */
interface SilenceContext extends WatchSilenceDeps {
  /** The time of the last change of each target's row. */
  readonly moved: Map<string, { readonly revision: number; readonly at: number }>;
  /** The error of the last look at each target, if it threw. */
  readonly failures: Map<string, string>;
}

type NamedTarget = Facts['targets'][number];

export function createWatchSilence(deps: WatchSilenceDeps): WatchSilence {
  const context: SilenceContext = { ...deps, moved: new Map(), failures: new Map() };
  return {
    async check() {
      await Promise.all(deps.facts.targets.map((target) => checkTarget(context, target).catch(deps.onError)));
    },
    failed(target, error) {
      const words = error instanceof Error ? error.message : String(error);
      context.failures.set(target, cut(words.replaceAll(/\s+/g, ' '), MOST_WORDS));
    },
  };
}

async function checkTarget(context: SilenceContext, target: NamedTarget): Promise<void> {
  const { incidentStore, moved, elapsed, facts } = context;
  const { revision } = await incidentStore.watchOf(target.name).catch((error: unknown) => {
    // While the rows cannot be read, nothing is known about the looks, so the silence is measured from the next
    // reading.
    moved.delete(target.name);
    throw error;
  });
  const before = moved.get(target.name);
  if (!before || before.revision !== revision) {
    moved.set(target.name, { revision, at: elapsed() });
    // The first reading proves nothing, because the row may not have changed since before this process started.
    if (before) await reportEnd(context, target);
    return;
  }
  const silentMs = elapsed() - before.at;
  if (silentMs < MISSED_LOOKS * facts.watch.everySeconds * 1_000) return;
  await context.restart().catch(context.onError);
  await incidentStore.askForLook(target.name);
  await reportSilence(context, target, silentMs);
}

/** Only one of all processes reports the silence. */
async function reportSilence(
  { incidentStore, failures, now, tell }: SilenceContext,
  { name, app }: NamedTarget,
  silentMs: number,
): Promise<void> {
  if (!(await incidentStore.beginSilence(name, now() - silentMs))) return;
  const why = failures.get(name);
  const lost =
    why === undefined
      ? `No checks of ${app} have run for ${formatDuration(silentMs)}; I restarted them.`
      : `The last ${MISSED_LOOKS} checks of ${app} failed on my side (${why}).`;
  try {
    await tell(
      `${lost} I don't know whether it is up; check by hand until I say that I'm back; /raxx status and diagnose still work.`,
    );
  } catch (error) {
    // The report was not posted, so the next round posts it.
    await incidentStore.endSilence(name);
    throw error;
  }
}

async function reportEnd(
  { incidentStore, failures, now, tell }: SilenceContext,
  { name, app }: NamedTarget,
): Promise<void> {
  failures.delete(name);
  const since = await incidentStore.endSilence(name);
  if (since === null) return;
  try {
    await tell(`Checks of ${app} are working again after ${formatDuration(Math.max(0, now() - since))}.`);
  } catch (error) {
    // The report was not posted, so a later round posts it.
    await incidentStore.beginSilence(name, since);
    throw error;
  }
}
