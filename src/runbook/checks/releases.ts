/** Step 2: the release history, told apart by what each release is; the last deploy. */
import { formatAgo } from '../age.ts';
import { defineCheck, type Judgement } from '../diagnosis.ts';
import type { Instant, Release } from '../evidence.ts';
import { countKinds, releaseKind } from '../release-kind.ts';

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
  judge({ releases }, { now }) {
    const details = releases.slice(0, SHOWN).map((release) => releaseLine(release, now));
    return { ...judgeHistory(releases, now), details };
  },
});

function judgeHistory(releases: readonly Release[], now: Instant): Judgement {
  const [newest] = releases;
  if (!newest) return { status: 'fail', summary: 'The app has no release at all' };
  const current = releases.find((release) => release.current);
  const lastDeploy = releases.find((one) => releaseKind(one) === 'deploy' && one.status === 'succeeded');
  if (!lastDeploy && releases.every(({ slugId }) => slugId === null)) {
    return { status: 'fail', summary: `No code has ever been deployed: ${countKinds(releases)}, no Deploy` };
  }
  const runs = current ? `the app runs v${current.version}` : 'which release runs was not seen';
  if (newest.status === 'failed') {
    return { status: 'fail', summary: `v${newest.version} failed (${newest.description}); ${runs}` };
  }
  if (newest.status === 'pending') {
    return {
      status: 'warn',
      summary: `v${newest.version} is being released (${newest.description}); until then ${runs}`,
    };
  }
  if (!current)
    return { status: 'warn', summary: `None of the newest ${releases.length} releases is current` };
  if (current.slugId === null) {
    return {
      status: 'fail',
      summary: `No code runs: v${current.version} (${current.description}) has no slug`,
    };
  }
  const shown = releaseKind(current) === 'deploy' ? '' : `; current: ${releaseWords(current, now)}`;
  if (!lastDeploy) {
    const words = `No deploy among the newest ${releases.length} releases, but v${current.version} has a slug`;
    return { status: 'pass', summary: words };
  }
  const words = `Last deploy: ${releaseWords(lastDeploy, now)} by ${lastDeploy.actor}${shown}`;
  // A change of config vars after it makes a new release, and would hide it.
  const failed = releases.find((one) => releaseKind(one) === 'deploy' && one.status === 'failed');
  if (failed && failed.version > lastDeploy.version) {
    return { status: 'warn', summary: `v${failed.version} failed (${failed.description}). ${words}` };
  }
  return { status: 'pass', summary: words };
}

function releaseWords({ version, description, createdAt }: Release, now: Instant): string {
  return `v${version} ${description}, ${formatAgo(createdAt, now)}`;
}

function releaseLine(release: Release, now: Instant): string {
  const marks = [release.current ? 'current' : '', release.status === 'succeeded' ? '' : release.status];
  const marked = marks.filter((mark) => mark !== '').join(', ');
  return `${releaseWords(release, now)} by ${release.actor}${marked === '' ? '' : ` (${marked})`}`;
}
