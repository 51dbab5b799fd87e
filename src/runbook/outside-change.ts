/** Changes that nobody approved here: told as such, once, and no incident. */
import type { Action } from './action.ts';
import { deployRuns } from './deploy-runs.ts';
import type { Context } from './diagnosis.ts';
import type { Evidence, Release } from './evidence.ts';
import { releaseKind } from './release-kind.ts';
import { stageWords } from './run-stage.ts';

/** The newest that was seen; null: nothing was seen yet, so that nothing is called new. */
export interface Known {
  readonly release: number | null;
  /** Newest run for this target. */
  readonly run: number | null;
  readonly maintenance: boolean | null;
}

export interface Looked {
  readonly evidence: Evidence;
  readonly context: Context;
  readonly isOurs: { release(version: number): boolean; run(id: number): boolean };
}

export function outsideChanges(known: Known, looked: Looked): { known: Known; notices: string[] } {
  const { evidence } = looked;
  const { releases, app } = evidence;
  const maintenance = app.ok ? app.value.maintenance : known.maintenance;
  return {
    known: {
      release: releases.ok
        ? Math.max(known.release ?? 0, ...releases.value.map(({ version }) => version))
        : known.release,
      run: Math.max(known.run ?? 0, ...ownRuns(looked).map(({ run }) => run.id)) || known.run,
      maintenance,
    },
    notices: [
      ...newReleases(known, looked),
      ...newRuns(known, looked),
      ...maintenanceChange(known, maintenance, looked),
    ],
  };
}

/** Of a target without a gate each push makes a release: that is how it is meant. */
function newReleases({ release: last }: Known, { evidence, context, isOurs }: Looked): string[] {
  const { releases } = evidence;
  const { target } = context;
  if (!target.gated || last === null || !releases.ok) return [];
  return releases.value
    .filter(({ version }) => version > last && !isOurs.release(version))
    .toReversed()
    .map(
      ({ version, description, actor, status }) =>
        `Outside the bot: v${version} of ${target.app} (${description}) by ${actor}${status === 'succeeded' ? '' : `, ${status}`}.`,
    );
}

function newRuns({ run: last }: Known, looked: Looked): string[] {
  const { context, isOurs } = looked;
  if (!context.target.gated || last === null) return [];
  return ownRuns(looked)
    .filter(({ run }) => run.id > last && !isOurs.run(run.id))
    .toReversed()
    .map(
      ({ run, stage }) =>
        `Outside the bot: ${run.actor ?? 'somebody'} dispatched a deploy to ${context.target.environment} (run ${run.id} ${stageWords(stage)}): ${run.url}`,
    );
}

function maintenanceChange(
  { maintenance: before }: Known,
  now: boolean | null,
  { context }: Looked,
): string[] {
  if (before === null || now === null || before === now) return [];
  return [`Outside the bot: maintenance mode of ${context.target.app} was turned ${now ? 'on' : 'off'}.`];
}

function ownRuns({ evidence: { runs, runDetails, deployments }, context: { target, facts } }: Looked) {
  if (!runs.ok || !runDetails.ok) return [];
  return deployRuns(runs.value, runDetails.value, deployments, target, facts).filter(
    (one) => one.target === 'this',
  );
}

/** Our clock and Heroku's differ, and its times are whole seconds. */
const CLOCKS_MS = 60_000;

/** Whether a release came of an action of ours: of its kind, and in its time. */
export function madeBy(action: Action, release: Release): boolean {
  const { kind, sentAt, endedAt, params } = action;
  if (sentAt === null || release.createdAt < sentAt - CLOCKS_MS) return false;
  if (endedAt !== null && release.createdAt > endedAt + CLOCKS_MS) return false;
  switch (kind) {
    case 'deploy': {
      const commit = /^Deploy ([0-9a-f]{7,40})\b/.exec(release.description)?.[1];
      return (
        releaseKind(release) === 'deploy' && (commit === undefined || String(params.sha).startsWith(commit))
      );
    }
    case 'rollback':
      return release.description === `Rollback to v${params.toVersion}`;
    case 'boot_timeout':
      return release.description === 'Set GUNICORN_TIMEOUT config vars';
    default:
      return false;
  }
}
