/** What a release is, told by Heroku's description of it (Platform API, release.description). */
import type { Release } from './evidence.ts';

export type ReleaseKind = 'deploy' | 'config' | 'rollback' | 'addon' | 'initial' | 'other';

const KINDS: readonly (readonly [ReleaseKind, RegExp])[] = [
  ['deploy', /^(Retry of v\d+: )?Deploy /],
  ['deploy', /^Promote /],
  ['rollback', /^Rollback to v\d+/],
  ['config', /^(Set|Remove) .+ config vars?$/],
  ['addon', /^(Attach|Detach|Update) |^@ref:/],
  ['initial', /^(Initial release|Enable Logplex)$/],
];

export function releaseKind({ description }: Pick<Release, 'description'>): ReleaseKind {
  return KINDS.find(([, form]) => form.test(description))?.[0] ?? 'other';
}

const WORDS: Record<ReleaseKind, readonly [one: string, many: string]> = {
  deploy: ['deploy', 'deploys'],
  config: ['change of config vars', 'changes of config vars'],
  rollback: ['rollback', 'rollbacks'],
  addon: ['add-on change', 'add-on changes'],
  initial: ['initial release', 'initial releases'],
  other: ['other change', 'other changes'],
};

/** `2 deploys, 5 changes of config vars` */
export function countKinds(releases: readonly Release[]): string {
  const counts = new Map<ReleaseKind, number>();
  for (const release of releases) {
    const kind = releaseKind(release);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${WORDS[kind][count === 1 ? 0 : 1]}`).join(', ');
}
