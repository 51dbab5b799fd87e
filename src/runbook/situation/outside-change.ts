/** Detects changes made outside the bot. Each is reported once, and never as an incident. */

import { releaseKind } from '../heroku/release-kind.ts';
import { type Action, isKind } from '../model/action.ts';
import { CLOCKS_MS } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Release } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import type { RunbookContext } from '../model/terms.ts';
import { type RunReading, readRuns, runsSeen } from '../runs/reading.ts';
import { runName, whereItStands } from '../runs/words.ts';

/** The newest change seen so far; null when there was none yet, so that no old change is reported as new. */
export interface Known {
  readonly release: number | null;
  /** The start of the newest attempt of a run for this target, because a manual re-run is a change too. */
  readonly attemptAt: Instant | null;
  readonly maintenance: boolean | null;
}

export interface Looked {
  readonly evidence: Evidence;
  readonly context: RunbookContext;
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
}

export function outsideChanges(known: Known, looked: Looked): { known: Known; notices: string[] } {
  const { evidence } = looked;
  const { releases, app } = evidence;
  const maintenance = app.ok ? app.value.maintenance : known.maintenance;
  const attempts = ownRuns(looked).map(({ run }) => run.startedAt);
  return {
    known: {
      release: releases.ok
        ? Math.max(known.release ?? 0, ...releases.value.map(({ version }) => version))
        : known.release,
      attemptAt: Math.max(known.attemptAt ?? 0, ...attempts) || null,
      maintenance,
    },
    notices: [
      ...newReleases(known, looked),
      ...newRuns(known, looked),
      ...maintenanceChange(known, maintenance, looked),
    ],
  };
}

/** Reports only gated targets: without a gate, each push creates a release by design. */
function newReleases({ release: last }: Known, { evidence, context, isOurs }: Looked): string[] {
  const { releases } = evidence;
  const { target } = context;
  if (!target.gated || last === null || !releases.ok) return [];
  return releases.value
    .filter(({ version }) => version > last && !isOurs.release(version))
    .toReversed()
    .map(
      ({ version, description, actor, status }) =>
        `Not through the bot: ${actor} released v${version} of ${target.app} (${description})${status === 'succeeded' ? '' : `; it ${status === 'failed' ? 'failed' : `is ${status}`}`}.`,
    );
}

function newRuns({ attemptAt: last }: Known, looked: Looked): string[] {
  const { context, isOurs } = looked;
  const { target } = context;
  if (!target.gated || typeof last !== 'number') return [];
  return ownRuns(looked)
    .filter(({ run }) => run.startedAt > last && !(run.attempt === 1 && isOurs.run(run.id)))
    .toSorted((one, other) => one.run.startedAt - other.run.startedAt)
    .map((one) => {
      const did = one.run.attempt > 1 ? 'reran a deploy' : 'dispatched a deploy';
      return `Not through the bot: ${one.run.actor ?? 'someone'} ${did} to ${target.environment} (${runName(one.run)} ${whereItStands(one, context)}): ${one.run.url}`;
    });
}

function maintenanceChange(
  { maintenance: before }: Known,
  now: boolean | null,
  { context }: Looked,
): string[] {
  if (before === null || now === null || before === now) return [];
  return [`Not through the bot: maintenance mode of ${context.target.app} was turned ${now ? 'on' : 'off'}.`];
}

function ownRuns({ evidence, context }: Looked): RunReading[] {
  const seen = runsSeen(evidence);
  return seen ? readRuns(seen, context).filter((one) => one.target === 'this') : [];
}

/** Returns true if the action created this release: its kind and its time have to fit. */
export function madeBy(action: Action, release: Pick<Release, 'createdAt' | 'description'>): boolean {
  const { sentAt, endedAt } = action;
  if (sentAt === null || release.createdAt < sentAt - CLOCKS_MS) return false;
  if (endedAt !== null && release.createdAt > endedAt + CLOCKS_MS) return false;
  if (isKind(action, 'deploy')) {
    const commit = /^Deploy ([0-9a-f]{7,40})\b/.exec(release.description)?.[1];
    return (
      releaseKind(release) === 'deploy' && (commit === undefined || action.params.sha.startsWith(commit))
    );
  }
  if (isKind(action, 'rollback')) return release.description === `Rollback to v${action.params.toVersion}`;
  return action.kind === 'boot_timeout' && release.description === 'Set GUNICORN_TIMEOUT config vars';
}
