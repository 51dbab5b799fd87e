/**
 * Checks the releases after the run has ended: whether the approved commit is live and the app is up, or what a failed
 * run released.
 */

import { releaseKind } from '../../../heroku/release-kind.ts';
import type { Progress } from '../../../model/action.ts';
import type { DeployParams } from '../../../model/action-params.ts';
import type { ActionEvidence, Look, Sent } from '../../../model/action-spec.ts';
import type { Release } from '../../../model/heroku.ts';
import type { Instant } from '../../../model/instant.ts';
import type { ActionKind, RunbookContext } from '../../../model/terms.ts';
import { commitIn } from '../../../runs/release-of-run.ts';
import { formatDuration } from '../../../text/time.ts';
import { currentRelease, formationOf } from '../formation-of.ts';
import { isSameCommit, runningCommit } from '../running-commit.ts';
import { isUpAndAnswering } from '../up-and-answering.ts';
import { shortSha } from './shipment-words.ts';

/** This leaves time for a boot, and for Heroku to show it. */
const WITHIN_MS = 5 * 60_000;
/** A push returns once its release exists, so a release that is not listed after this time was not created. */
const SETTLED_MS = 30_000;
const AGAIN_MS = 3_000;

export function lookForRelease(
  params: DeployParams,
  evidence: ActionEvidence,
  { now }: RunbookContext,
  { progress }: Sent,
): Look {
  const memory: Progress = progress;
  const sinceRun = now - (memory.runEndedAt ?? now);
  if (memory.failure) return afterFailure(params, evidence, memory, memory.failure, sinceRun);
  const look = judge(params, evidence, memory.dynoChange ?? 0, sinceRun > SETTLED_MS);
  if (look.seen !== 'not_yet') return look;
  if (sinceRun > WITHIN_MS) {
    return {
      seen: 'lost',
      words: `The run succeeded, but I couldn't confirm within ${formatDuration(WITHIN_MS)} that its release is up: ${look.words}`,
      evidence: [look.words],
      next: isReleased(params, evidence) ? ['rollback'] : [],
    };
  }
  return {
    seen: 'under_way',
    stage: 'run_succeeded',
    progress: { ...memory, words: `The run succeeded. Waiting for the app: ${look.words}.` },
    // The run has ended, so a rollback of its release does not have to wait for the boot.
    holds: false,
    againIn: AGAIN_MS,
  };
}

/** Returns whether there is anything to roll back. Before a release, a rollback would take back the running code. */
function isReleased({ fromVersion }: DeployParams, evidence: ActionEvidence): boolean {
  const current = currentRelease(evidence);
  return current.ok && current.value.version > fromVersion;
}

/** A failed run may have released something anyway. A rollback is offered only if it did. */
function afterFailure(
  params: DeployParams,
  evidence: ActionEvidence,
  memory: Progress,
  failure: NonNullable<Progress['failure']>,
  sinceRun: number,
): Look {
  const left = whatItLeft(params, evidence, sinceRun > SETTLED_MS);
  if (left === null && sinceRun <= WITHIN_MS) {
    const words = `${failure.words}. Checking whether anything was released.`;
    return {
      seen: 'under_way',
      stage: 'run_failed',
      progress: { ...memory, words },
      holds: false,
      againIn: AGAIN_MS,
    };
  }
  const { words, next } = left ?? {
    words: "Can't tell whether anything was released: check the releases",
    next: [],
  };
  return { seen: 'failed', words: `${failure.words}. ${words}`, evidence: failure.evidence, next };
}

/** Describes what a failed run released. Returns null while that is still unknown. */
function whatItLeft(
  { app, processType, fromVersion, sha }: DeployParams,
  evidence: ActionEvidence,
  isSettled: boolean,
): { readonly words: string; readonly next: readonly ActionKind[] } | null {
  const current = currentRelease(evidence);
  if (!current.ok || !evidence.releases.ok) return null;
  const { version, description } = current.value;
  const made = evidence.releases.value.filter((one) => one.version > fromVersion);
  if (made.some(({ status }) => status === 'pending')) return null;
  const isNew = version > fromVersion && (isDeploy(current.value) || isReleaseOf(current.value, sha));
  if (isNew) {
    const how = health(evidence, processType);
    return { words: `v${version} (${description}) was released and is current: ${how}`, next: ['rollback'] };
  }
  if (!isSettled) return null;
  const failed = made.find(({ status }) => status === 'failed');
  const commit = runningCommit(evidence);
  const runs = `${app} is still running v${version}${commit === null ? '' : ` (${shortSha(commit)})`}, ${health(evidence, processType)}`;
  const what = failed
    ? `v${failed.version} (${failed.description}) failed in its release phase`
    : 'Nothing was released';
  return { words: `${what}: ${runs}`, next: [] };
}

function health(evidence: ActionEvidence, processType: string): string {
  const entry = formationOf(evidence, processType);
  if (entry.ok && entry.value?.quantity === 0) return `${processType} is scaled to 0`;
  const up = isUpAndAnswering(evidence, processType, entry.ok ? (entry.value?.quantity ?? 1) : 1);
  if (up.seen === 'done') return 'healthy';
  return up.seen === 'under_way' ? up.stage : up.words;
}

/**
 * `dynoChange`: the newest dyno change before the request, by Heroku's clock. `isSettled`: whether Heroku would list
 * the run's releases by now.
 */
function judge(
  params: DeployParams,
  evidence: ActionEvidence,
  dynoChange: Instant,
  isSettled: boolean,
): Look {
  const { sha, fromVersion } = params;
  const current = currentRelease(evidence);
  if (!current.ok || !evidence.releases.ok)
    return { seen: 'not_yet', words: current.ok ? "couldn't read the releases" : current.words };
  const { version, description } = current.value;
  const made = evidence.releases.value.filter((one) => one.version > fromVersion);
  const open = made.find(({ status, version: its }) => status === 'pending' && its > version);
  if (open)
    return { seen: 'not_yet', words: `v${open.version} (${open.description}) is in its release phase` };
  const commit = runningCommit(evidence) ?? commitIn(current.value);
  const runsOurs = commit !== null && isSameCommit(commit, sha);
  const ours = made.find((one) => isReleaseOf(one, sha) || (runsOurs && one.current && isDeploy(one)));
  if (ours?.status === 'failed') {
    const words = `v${ours.version} (${ours.description}) failed in its release phase; v${version} (${description}) is still running`;
    return { seen: 'failed', words, evidence: [words] };
  }
  if (ours && runsOurs) return isUp(params, evidence, current.value, ours.version, dynoChange);
  if (!isSettled) return { seen: 'not_yet', words: `v${version} (${description}) is current` };
  if (!ours && runsOurs) return hasRunBefore(params, evidence, current.value);
  if (ours && commit !== null) {
    const words = `v${ours.version} released ${shortSha(sha)}, but v${version} (${description}) is running now: it was replaced before I saw it up`;
    return { seen: 'lost', words, evidence: [words] };
  }
  if (commit !== null && version > fromVersion) {
    const words = `v${version} (${description}) is running ${shortSha(commit)}, but ${shortSha(sha)} was approved`;
    return { seen: 'failed', words, evidence: [words], next: ['rollback'] };
  }
  const which = commit === null ? "doesn't say which commit it is running" : 'is still current';
  return { seen: 'not_yet', words: `v${version} (${description}) ${which}` };
}

/**
 * Only dynos of our release, or of a later release of the same commit, count. Older dynos may still run for a moment.
 */
function isUp(
  { processType, sha }: DeployParams,
  evidence: ActionEvidence,
  { version, description }: Release,
  ours: number,
  dynoChange: Instant,
): Look {
  const entry = formationOf(evidence, processType);
  if (!entry.ok) return { seen: 'not_yet', words: entry.words };
  const runs = `v${version} is running ${shortSha(sha)}`;
  if (entry.value?.quantity === 0) {
    const words = `v${version} released ${shortSha(sha)}; ${processType} is scaled to 0, so it won't run until the app is restored`;
    return { seen: 'done', words, evidence: [`v${version} ${description}`], isIdle: true };
  }
  const since = { dynoChange, elapsed: Number.POSITIVE_INFINITY, release: ours };
  const up = isUpAndAnswering(evidence, processType, entry.value?.quantity ?? 1, since);
  if (up.seen === 'failed') return { ...up, words: `${runs}, but ${up.words}`, next: ['rollback'] };
  if (up.seen !== 'done') return up;
  return {
    ...up,
    words: `${runs}; ${up.words}`,
    evidence: [`v${version} ${description}`, ...up.evidence],
    undo: wayBack(evidence, ours),
  };
}

/**
 * Finds the release before ours. It may be newer than the plan, because another release may have been created while the
 * run waited.
 */
function wayBack({ releases }: ActionEvidence, ours: number): string | undefined {
  const before = (releases.ok ? releases.value : [])
    .filter(({ version, status }) => version < ours && status === 'succeeded')
    .map(({ version }) => version);
  return before.length === 0 ? undefined : `Roll back to v${Math.max(...before)}`;
}

/** Handles a commit that was already released: Heroku creates no release for a push that changes nothing. */
function hasRunBefore({ processType, sha }: DeployParams, evidence: ActionEvidence, current: Release): Look {
  const entry = formationOf(evidence, processType);
  if (!entry.ok) return { seen: 'not_yet', words: entry.words };
  const up = isUpAndAnswering(evidence, processType, entry.value?.quantity ?? 1);
  if (up.seen !== 'done') return up;
  const words = `The run created no release: v${current.version} is already running ${shortSha(sha)}; ${up.words}`;
  return { ...up, words, evidence: [`v${current.version} ${current.description}`, ...up.evidence] };
}

function isDeploy(release: Release): boolean {
  return releaseKind(release) === 'deploy';
}

function isReleaseOf(release: Release, sha: string): boolean {
  const commit = commitIn(release);
  return commit !== null && isSameCommit(commit, sha);
}
