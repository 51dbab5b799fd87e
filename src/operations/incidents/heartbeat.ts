/** The dead man's switch: the bot calls it while the watch works, so silence means that the bot is blind or gone. */
import type { Instant } from '../../runbook/model/instant.ts';
import type { Facts } from '../../runbook/model/runbook-config.ts';
import type { IncidentStore } from '../ports/incident-store.ts';

export interface HeartbeatDeps {
  readonly facts: Pick<Facts, 'targets' | 'watch'>;
  readonly incidentStore: Pick<IncidentStore, 'watchOf'>;
  /** Returns why Slack cannot be used, or null when it can. */
  slackProblem(): string | null;
  /** Calls the switch. Rejects when the switch did not accept the call. */
  call(): Promise<void>;
  now(): Instant;
  onError(error: unknown): void;
}

/** A late look or one lost round is not silence; two lost rounds are. */
const ROUNDS = 2.5;
/** Two rounds may be slightly closer together than the configured interval. */
const NEARLY_A_ROUND = 0.9;

/**
 * Returns true if each target was seen recently. The state of the apps does not matter, because the switch is about the
 * watch.
 */
export function isGoodRound(sawAt: readonly (Instant | null)[], everySeconds: number, now: Instant): boolean {
  return sawAt.every((at) => at !== null && now - at <= ROUNDS * everySeconds * 1_000);
}

/**
 * The returned function is called after each look that saw its target, and calls the switch at most once per round. It
 * never rejects: `onError` gets a failed call.
 */
export function createHeartbeat(deps: HeartbeatDeps): () => Promise<void> {
  const { facts, incidentStore, now, onError } = deps;
  const { everySeconds } = facts.watch;
  let calledAt = Number.NEGATIVE_INFINITY;

  return async () => {
    if (now() - calledAt < NEARLY_A_ROUND * everySeconds * 1_000 || deps.slackProblem() !== null) return;
    try {
      // Each of two processes sees only some of the looks, but the rows have all of them.
      const rows = await Promise.all(facts.targets.map(({ name }) => incidentStore.watchOf(name)));
      const isGood = isGoodRound(
        rows.map(({ sawAt }) => sawAt),
        everySeconds,
        now(),
      );
      if (!isGood || now() - calledAt < NEARLY_A_ROUND * everySeconds * 1_000) return;
      calledAt = now();
      await deps.call();
    } catch (error) {
      onError(error);
    }
  };
}
