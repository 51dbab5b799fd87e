/** Derives the kind of a release from Heroku's description of it (Platform API, release.description). */
import type { Evidence } from '../model/evidence.ts';
import type { Release } from '../model/heroku.ts';

export type ReleaseKind = 'deploy' | 'config' | 'rollback' | 'addon' | 'initial' | 'other';

const KINDS: readonly (readonly [ReleaseKind, RegExp])[] = [
  ['deploy', /^(Retry of v\d+: )?Deploy /],
  // Container apps write `Deployed web (7c8dca2f4a5d)`.
  ['deploy', /^Deployed /],
  ['deploy', /^Promote /],
  ['rollback', /^Rollback to v\d+/],
  ['config', /^(Set|Remove) .+ config vars?$/],
  ['addon', /^(Attach|Detach|Update) |^@ref:/],
  ['initial', /^(Initial release|Enable Logplex)$/],
];

export function releaseKind({ description }: Pick<Release, 'description'>): ReleaseKind {
  return KINDS.find(([, form]) => form.test(description))?.[0] ?? 'other';
}

/** Returns the id of the release's slug or image, or null if the release has no code. */
export function codeIn({ slugId, imageId }: Pick<Release, 'slugId' | 'imageId'>): string | null {
  return slugId ?? imageId;
}

/** Says whether the current release has a slug or an image, and so something to run. */
export function carriesCode({
  slug,
  releases,
}: Pick<Evidence, 'slug' | 'releases'>): 'yes' | 'no' | 'unseen' {
  const current = releases.ok ? releases.value.find((release) => release.current) : undefined;
  if (slug.ok) return slug.value !== null || current?.imageId ? 'yes' : 'no';
  if (!current) return 'unseen';
  return codeIn(current) === null ? 'no' : 'yes';
}

const WORDS: Record<ReleaseKind, readonly [one: string, many: string]> = {
  deploy: ['deploy', 'deploys'],
  config: ['config var change', 'config var changes'],
  rollback: ['rollback', 'rollbacks'],
  addon: ['add-on change', 'add-on changes'],
  initial: ['initial release', 'initial releases'],
  other: ['other change', 'other changes'],
};

/** Example: `2 deploys, 5 config var changes`. */
export function countKinds(releases: readonly Release[]): string {
  const counts = new Map<ReleaseKind, number>();
  for (const release of releases) {
    const kind = releaseKind(release);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${WORDS[kind][count === 1 ? 0 : 1]}`).join(', ');
}
