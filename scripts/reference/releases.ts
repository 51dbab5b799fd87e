/** Documents what a diagnosis concludes from the newest release. */
import type { Evidence } from '../../src/runbook/model/evidence.ts';
import { NOW, release, seen } from './healthy-world.ts';
import { type Ask, offersOf, statusOf, table } from './table.ts';

const current = release(42, { current: true });
const HOUR = 3_600_000;

const RELEASES: readonly (readonly [name: string, more: Partial<Evidence>])[] = [
  ['a deploy that succeeded', { releases: seen([current]) }],
  [
    'one that failed an hour ago',
    { releases: seen([release(43, { status: 'failed', createdAt: NOW - HOUR }), current]) },
  ],
  [
    'one that failed 25 hours ago',
    { releases: seen([release(43, { status: 'failed', createdAt: NOW - 25 * HOUR }), current]) },
  ],
  ['one that is pending', { releases: seen([release(43, { status: 'pending' }), current]) }],
  [
    'an image instead of a slug',
    { releases: seen([release(42, { current: true, slugId: null, imageId: 'i1' })]), slug: seen(null) },
  ],
  [
    'config vars only, and no dyno',
    {
      releases: seen([release(2, { current: true, slugId: null, description: 'Set A config vars' })]),
      slug: seen(null),
      dynos: seen([]),
    },
  ],
];

export function newestReleases(ask: Ask): string {
  const rows = RELEASES.map(([name, more]) => {
    const found = ask(more);
    return [name, statusOf(found, 'releases'), found.verdict, offersOf(found)];
  });
  return table(['newest release', '`releases`', 'verdict', 'offers'], rows);
}
