/** Random histories: whatever else happened, nothing is suspect that was not planted, and what was planted alone is found. */
import { describe, expect, it } from 'vitest';
import type { Release } from '../../../src/runbook/model/heroku.ts';
import {
  ago,
  BROKE,
  type ChangedWorld,
  changesIn,
  cutDiff,
  deployed,
  IN_DB,
  KEY_ERROR,
  MODULE_MISSING,
  unreadDiff,
} from '../../support/changes.ts';
import { goodRequest, incident, seen } from '../../support/evidence.ts';
import { LONG } from '../../support/long.ts';

const HISTORIES = LONG === null ? 5_000 : 200;

/** mulberry32: the same histories each time. */
function chance(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    is: (probability: number) => next() < probability,
    between: (least: number, most: number) => Math.round(least + next() * (most - least)),
    of<T>(...all: readonly [T, ...T[]]): T {
      return all[Math.floor(next() * all.length)] ?? all[0];
    },
  };
}

type Chance = ReturnType<typeof chance>;

interface Failure {
  readonly traceback: readonly string[];
  /** Of its diff; null: it ships no code. */
  readonly files: readonly string[] | null;
  readonly description: string;
}

/** What the app dies of, and the change that does it. */
const FAILURES: readonly [Failure, ...Failure[]] = [
  { traceback: IN_DB, files: ['app/db.py'], description: 'Deploy' },
  { traceback: IN_DB, files: ['services/api/app/db.py', 'README.md'], description: 'Rollback to v3' },
  { traceback: KEY_ERROR, files: null, description: 'Remove LOG_LEVEL, BROKER_API_KEY config vars' },
  { traceback: MODULE_MISSING, files: ['poetry.lock'], description: 'Deploy' },
];

const HARMLESS = ['app/views.py', 'docs/db.py.md', 'db.py', 'app/db.pyc', 'requirements', 'tests/test_db.py'];

interface History {
  readonly world: ChangedWorld;
  /** The version that did it and lies alone in its bracket; null: nothing may be suspect. */
  readonly planted: number | null;
}

/** What happened long before the failure: seen well after it, or quiet until the next change. */
function past(by: Chance, from: number): Release[] {
  return Array.from({ length: by.between(1, 5) }, (_, index) => {
    const description = by.of(
      'Deploy',
      'Set A config vars',
      'Remove BROKER_API_KEY config vars',
      'Attach REDIS (@ref:x)',
    );
    return harmless(from - index, by.between(3_600, 7_200) * (index + 1), description);
  });
}

function harmless(version: number, seconds: number, description: string): Release {
  const isDeploy = description === 'Deploy';
  return deployed(version, seconds, {
    description: isDeploy ? `Deploy 4f0707${version}` : description,
    ...(isDeploy ? {} : { slugId: 's1' }),
  });
}

function historyOf(seed: number): History {
  const by = chance(seed);
  const failure = by.of(...FAILURES);
  const lastWell = by.between(180, 240);
  const isPlanted = by.is(0.5);
  // Of the crowd some lie in the bracket as well; each alone keeps anybody from being sure.
  const crowd = by.is(0.4) ? by.between(1, 2) : 0;
  const version = 50;
  const own = deployed(version, by.between(130, lastWell), {
    description: failure.description === 'Deploy' ? `Deploy 4f0707${version}` : failure.description,
    ...(failure.files === null ? { slugId: 's1' } : {}),
  });
  const near = Array.from({ length: crowd }, (_, index) =>
    harmless(
      version + 1 + index,
      by.between(125, 178),
      by.of('Deploy', 'Set B config vars', 'Update DATABASE by x'),
    ),
  );
  // What cannot have done it, though everything else about it fits.
  const after = by.is(0.3) ? [deployed(60, by.between(5, 50))] : [];
  const failed = by.is(0.3)
    ? [deployed(59, by.between(130, 170), { status: by.of('failed', 'pending') })]
    : [];
  const hasIncident = by.is(0.15);
  // Still active, but the app was healthy for long after it began: it keeps nobody from being sure.
  const hasOldIncident = by.is(0.3);
  const watched = by.is(0.5) ? { lastWell: ago(lastWell), firstFailing: BROKE } : undefined;
  const isSure = crowd === 0 && !hasIncident && isPlanted;
  const releases = [...after, ...failed, ...near.toReversed(), ...(isPlanted ? [own] : []), ...past(by, 40)];
  const other = [by.of('app/views.py', ...HARMLESS), by.of('app/views.py', ...HARMLESS)];
  return {
    planted: isSure ? version : null,
    world: {
      releases: releases.toSorted((one, two) => two.createdAt - one.createdAt),
      traceback: failure.traceback,
      log: by.is(0.5) ? Array.from({ length: 40 }, (_, index) => goodRequest(1_500 - index * 30)) : [],
      ...(watched ? { watched } : {}),
      more: {
        platform: seen({
          systems: [],
          incidents: [
            ...(hasIncident ? [incident({ createdAt: ago(by.between(10, 170)) })] : []),
            ...(hasOldIncident ? [incident({ createdAt: ago(by.between(1_500, 5_000)) })] : []),
          ],
        }),
      },
      diffs: {
        ...(failure.files === null ? {} : { [version]: failure.files }),
        51: by.of<readonly string[] | ReturnType<typeof cutDiff>>(
          other,
          cutDiff(...other),
          unreadDiff('HTTP 404'),
        ),
        52: other,
        59: ['app/db.py', 'poetry.lock'],
        60: ['app/db.py', 'poetry.lock'],
        40: ['app/db.py', 'poetry.lock'],
      },
    },
  };
}

describe('over random histories', () => {
  it('suspects a planted change that stands alone, and nothing that was not planted', {
    timeout: 60_000,
  }, () => {
    const wrong: unknown[] = [];
    let found = 0;
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const { world, planted } = historyOf(seed);
      const { list } = changesIn(world);
      const suspects = list
        .filter(({ verdict }) => verdict === 'suspect')
        .map(({ what }) => what.split(' ', 1)[0]);
      const wanted = planted === null ? [] : [`v${planted}`];
      if (JSON.stringify(suspects) !== JSON.stringify(wanted)) wrong.push({ seed, planted, list });
      found += suspects.length;
    }
    expect(wrong.slice(0, 2)).toEqual([]);
    // The proof would be idle without both kinds.
    expect(found).toBeGreaterThan(HISTORIES / 8);
  });
});
