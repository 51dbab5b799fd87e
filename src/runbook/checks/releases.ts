/** Step 2: judges the release history by kind of release, and the last deploy. */

import { failedRelease } from '../heroku/failed-release.ts';
import { codeIn, countKinds, releaseKind } from '../heroku/release-kind.ts';
import type { Boot } from '../logs/boot.ts';
import { causeOfEnd } from '../logs/crash-cause.ts';
import { historyOf, type LogHistory } from '../logs/history.ts';
import { defineCheck } from '../model/check.ts';
import type { Release } from '../model/heroku.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';
import type { Judgement } from '../model/terms.ts';
import { formatAgo } from '../text/time.ts';

const SHOWN = 5;

export const releasesCheck = defineCheck({
  id: 'releases',
  step: 2,
  title: 'Release history',
  byHand: {
    command: 'heroku releases --app <app>',
    expect:
      'look for Deploy … entries. If all entries say Set … config vars with no Deploy entry, no code has ever been deployed.',
  },
  needs: ['releases'],
  wants: ['logs', 'dynos', 'formation'],
  judge({ releases, logs, dynos, formation }, context) {
    const { now } = context;
    const seen: Observed<readonly Release[]> = { ok: true, value: releases, at: now };
    const history = historyOf({ logs, dynos, formation, releases: seen }, context);
    const failed = failedRelease(releases, now);
    const boot = failed ? releasePhase(failed.release, history) : undefined;
    const cause = boot ? causeOfEnd({ ...boot, upAt: null }, null) : null;
    const wrote = boot ? [...(cause?.evidence ?? []), ...exitWords(boot)] : [];
    const details = [...wrote, ...releases.slice(0, SHOWN).map((release) => releaseLine(release, now))];
    return { ...judgeHistory(releases, wholeSentence(wrote), now), details, error: cause?.error ?? null };
  },
});

/** `wrote`: why the release failed, if its dyno wrote a reason. */
function judgeHistory(releases: readonly Release[], wrote: string | undefined, now: Instant): Judgement {
  const [newest] = releases;
  if (!newest) return { status: 'fail', summary: 'The app has no releases', fault: 'no_releases' };
  const current = releases.find((release) => release.current);
  const lastDeploy = releases.find((one) => releaseKind(one) === 'deploy' && one.status === 'succeeded');
  if (!lastDeploy && releases.every((one) => codeIn(one) === null)) {
    const summary = `No code has ever been deployed. Releases: ${countKinds(releases)}; no Deploy`;
    return { status: 'fail', summary, fault: 'never_deployed' };
  }
  const runs = current
    ? `the app is still running v${current.version}`
    : "can't tell which release is running";
  const failed = failedRelease(releases, now);
  if (failed) {
    const { release, isFresh } = failed;
    const why = wrote === undefined ? '' : `: ${wrote}`;
    const words = `v${release.version} (${release.description}) failed ${formatAgo(release.createdAt, now)}${why}; ${runs}`;
    return { status: isFresh ? 'fail' : 'warn', summary: words, fault: 'release_failed' };
  }
  if (newest.status === 'pending') {
    return {
      status: 'warn',
      summary: `v${newest.version} is being released (${newest.description}); ${runs}`,
    };
  }
  if (!current) {
    const none =
      releases.length === 1
        ? 'The only release is not current'
        : `None of the newest ${releases.length} releases is current`;
    return { status: 'warn', summary: none };
  }
  if (codeIn(current) === null) {
    return {
      status: 'fail',
      summary: `Nothing to run: v${current.version} (${current.description}) has no slug`,
      fault: 'no_slug',
    };
  }
  const shown = releaseKind(current) === 'deploy' ? '' : `; current: ${releaseWords(current, now)}`;
  if (!lastDeploy) {
    const count = releases.length === 1 ? 'release' : `${releases.length} releases`;
    return { status: 'pass', summary: `No deploy in the last ${count}; v${current.version} has code` };
  }
  return {
    status: 'pass',
    summary: `Last deploy: ${releaseWords(lastDeploy, now)} by ${lastDeploy.actor}${shown}`,
  };
}

/** A line that ends with a colon introduces the next one, so both are kept. */
function wholeSentence(wrote: readonly string[]): string | undefined {
  const end = wrote.findIndex((line) => !line.trimEnd().endsWith(':'));
  return wrote.length === 0 ? undefined : wrote.slice(0, end === -1 ? wrote.length : end + 1).join(' ');
}

/** A release phase ends within an hour. Heroku's times are whole seconds. */
const RELEASE_PHASE_MS = 3_600_000;
const CLOCKS_MS = 5_000;

/** Returns the one-off dyno of a failed release phase, or undefined if the log does not show it. */
function releasePhase({ createdAt }: Release, history: Observed<LogHistory>): Boot | undefined {
  if (!history.ok) return undefined;
  return history.value.boots.findLast(({ type, end }) => {
    const since = (end?.at ?? 0) - createdAt;
    return type === 'release' && end?.exitStatus !== 0 && since >= -CLOCKS_MS && since <= RELEASE_PHASE_MS;
  });
}

function exitWords({ dyno, end }: Boot): string[] {
  const status = end?.exitStatus ?? null;
  return status === null ? [] : [`${dyno} exited with status ${status}`];
}

function releaseWords({ version, description, createdAt }: Release, now: Instant): string {
  return `v${version} ${description}, ${formatAgo(createdAt, now)}`;
}

function releaseLine(release: Release, now: Instant): string {
  const marks = [
    ...(release.current ? ['current'] : []),
    ...(release.status === 'succeeded' ? [] : [release.status]),
  ];
  const marked = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
  return `${releaseWords(release, now)} by ${release.actor}${marked}`;
}
