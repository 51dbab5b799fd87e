/** What the local GitHub says of two commits: files of those ahead, on the first page only, and never more than GitHub shows. */
import { expect, it } from 'vitest';
import { showComparison } from '../../../sandbox/github/show-commits.ts';
import { healthyWorld } from '../../../sandbox/healthy-world.ts';

const ALL = { size: null, number: 1 };

function placeOf() {
  const world = { ...healthyWorld(), start: Date.parse('2026-05-01T10:00:00Z') };
  const [main] = world.github.branches;
  const newest = main?.commits[0];
  const third = main?.commits[2];
  if (!main || !newest || !third) throw new Error('main has no commits');
  return { place: { api: 'http://x', state: world.github, start: world.start }, main, newest, third };
}

it('lists the files of the commits ahead, each once, and none in the other direction', () => {
  const { place, newest, third } = placeOf();
  const there = showComparison(place, third.sha, newest.sha, ALL);
  expect(there).toMatchObject({ ahead_by: 2, behind_by: 0, status: 'ahead' });
  expect(there?.files.map(({ filename }) => filename)).toEqual(['raptor/broker.py', 'raptor/calendars.py']);
  const back = showComparison(place, newest.sha, third.sha, ALL);
  expect(back).toMatchObject({ ahead_by: 0, behind_by: 2, status: 'behind', files: [] });
});

it('lists at most 300 files, all on the first page', () => {
  const { place, newest, third } = placeOf();
  newest.files = Array.from({ length: 400 }, (_, index) => `f${index}.py`);
  expect(showComparison(place, third.sha, newest.sha, { size: 1, number: 1 })?.files).toHaveLength(300);
  const second = showComparison(place, third.sha, newest.sha, { size: 1, number: 2 });
  expect(second?.files).toEqual([]);
  expect(second?.commits.map(({ sha }) => sha)).toEqual([newest.sha]);
});

it('does not know a commit that a forced push removed', () => {
  const { place, newest } = placeOf();
  expect(showComparison(place, 'deadbeefdeadbeef', newest.sha, ALL)).toBeNull();
});
