/** After the run succeeded: is the approved commit released, is the app up, does it answer? */
import type { ActionEvidence, Look, Sent } from '../../action.ts';
import { formatDuration } from '../../age.ts';
import type { Context } from '../../diagnosis.ts';
import { releaseKind } from '../../release-kind.ts';
import { currentRelease, formationOf } from '../formation-of.ts';
import { isSameCommit, runningCommit } from '../running-commit.ts';
import { isUpAndAnswering } from '../up-and-answering.ts';
import type { DeployParams, RunMemory } from './follow-run.ts';
import { shortSha } from './shipment-words.ts';

/** A boot, and what Heroku takes to show it. */
const WITHIN_MS = 5 * 60_000;
const AGAIN_MS = 3_000;

export function lookForRelease(
  params: DeployParams,
  evidence: ActionEvidence,
  { now }: Context,
  { progress }: Sent,
): Look {
  const memory: RunMemory = progress;
  const look = judge(params, evidence);
  if (look.seen !== 'not_yet') return look;
  if (now - (memory.runEndedAt ?? now) > WITHIN_MS) {
    return {
      seen: 'lost',
      words: `The run succeeded, but within ${formatDuration(WITHIN_MS)} this was not seen: ${look.words}`,
      evidence: [look.words],
    };
  }
  return {
    seen: 'under_way',
    stage: 'run_succeeded',
    progress: { ...memory, words: `The run succeeded. Waiting for the app: ${look.words}.` },
    holds: true,
    againIn: AGAIN_MS,
  };
}

function judge({ processType, sha, fromVersion }: DeployParams, evidence: ActionEvidence): Look {
  const current = currentRelease(evidence);
  if (!current.ok) return { seen: 'not_yet', words: current.words };
  const { version, description } = current.value;
  if (evidence.releases.ok) {
    const [newest] = evidence.releases.value;
    if (newest && newest.version > fromVersion && newest.status === 'failed') {
      const words = `v${newest.version} (${newest.description}) failed in its release phase; v${version} still runs`;
      return { seen: 'failed', words, evidence: [words] };
    }
  }
  if (version <= fromVersion || releaseKind(current.value) !== 'deploy')
    return { seen: 'not_yet', words: `v${version} (${description}) is still current` };
  const commit = runningCommit(evidence) ?? /^Deploy ([0-9a-f]{7,40})\b/.exec(description)?.[1];
  if (!commit) return { seen: 'not_yet', words: `v${version} does not say which commit it runs` };
  if (!isSameCommit(commit, sha)) {
    const words = `v${version} runs ${shortSha(commit)}, and ${shortSha(sha)} was approved`;
    return { seen: 'failed', words, evidence: [`v${version} ${description}`] };
  }
  const entry = formationOf(evidence, processType);
  const up = isUpAndAnswering(evidence, processType, entry.ok ? (entry.value?.quantity ?? 1) : 1);
  if (up.seen !== 'done') return up;
  return {
    ...up,
    words: `v${version} runs ${shortSha(sha)}; ${up.words}`,
    evidence: [`v${version} ${description}`, ...up.evidence],
  };
}
