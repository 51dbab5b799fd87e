/**
 * Tracks whether the watch can see Heroku and GitHub. Losing one of them is reported once when it begins and once when
 * it ends, and says nothing about the app.
 */

import type { Evidence, SourceName } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import type { Unseen } from '../model/observed.ts';
import type { RunbookContext } from '../model/terms.ts';
import { formatDuration } from '../text/time.ts';
import { SIGHTINGS_APART_MS } from './sightings.ts';

/** Marks the first of the consecutive looks that could not see one side. */
export interface Blind {
  readonly since: Instant;
  readonly told: boolean;
  readonly scope: BlindNotice['scope'];
}

export interface BlindNotice {
  readonly side: 'heroku' | 'github';
  /** `all`: the loss is the same for all targets, so it is reported once for them. */
  readonly scope: 'all' | 'target';
  readonly change: 'lost' | 'found';
  readonly words: string;
}

export interface BlindStep {
  readonly blind: Blind | null;
  readonly notices: readonly BlindNotice[];
}

export function blindToHeroku(
  before: Blind | null,
  { dynos, formation }: Evidence,
  { target: { app }, facts, now }: RunbookContext,
): BlindStep {
  const unseen = dynos.ok || formation.ok ? null : dynos;
  const all = inWords(facts.targets.map((one) => one.app));
  return blindStep('heroku', before, unseen, now, (scope) => {
    const apps = scope === 'all' ? all : app;
    return {
      lost: (why) =>
        `Can't see Heroku (${why}). I don't know whether ${apps} ${scope === 'all' && facts.targets.length > 1 ? 'are' : 'is'} up; check by hand until I say that I'm back.`,
      found: (after) => `I can see Heroku again after ${after}; watching ${apps}.`,
    };
  });
}

const GITHUB: readonly SourceName[] = [
  'repository',
  'runs',
  'deployments',
  'environments',
  'workflows',
  'freezeSecret',
];

/**
 * The watch is blind when it can read nothing at all; a single missing permission is only a finding. All targets share
 * one repository.
 */
export function blindToGitHub(before: Blind | null, evidence: Evidence, { now }: RunbookContext): BlindStep {
  const { runs } = evidence;
  const isBlind = GITHUB.every((source) => !evidence[source].ok);
  return blindStep('github', before, isBlind && !runs.ok ? runs : null, now, () => ({
    lost: (why) =>
      `Can't see GitHub (${why}). Runs, gates and workflows aren't watched until I say that I'm back; the apps on Heroku still are.`,
    found: (after) => `I can see GitHub again after ${after}; watching runs, gates and workflows.`,
  }));
}

interface BlindWords {
  lost(why: string): string;
  found(after: string): string;
}

/** A rejected token, a rate limit or the network affects every app; a missing app affects only that app. */
function scopeOf(side: BlindNotice['side'], { why }: Unseen): BlindNotice['scope'] {
  return side === 'heroku' && (why === 'not_found' || why === 'forbidden') ? 'target' : 'all';
}

/** `unseen`: why nothing on that side could be read; null when something could. */
function blindStep(
  side: BlindNotice['side'],
  before: Blind | null,
  unseen: Unseen | null,
  now: Instant,
  wordsFor: (scope: BlindNotice['scope']) => BlindWords,
): BlindStep {
  if (unseen === null) {
    if (!before?.told) return { blind: null, notices: [] };
    const { since, scope } = before;
    const words = wordsFor(scope).found(formatDuration(now - since));
    return { blind: null, notices: [{ side, scope, change: 'found', words }] };
  }
  const scope = before?.scope ?? scopeOf(side, unseen);
  const { since = now, told = false } = before ?? {};
  // A single look without a response is not reported.
  const tell = now - since >= SIGHTINGS_APART_MS && !told;
  const words = wordsFor(scope).lost(unseen.detail);
  return {
    blind: { since, told: told || tell, scope },
    notices: tell ? [{ side, scope, change: 'lost', words }] : [],
  };
}

/**
 * A side that no target can see gets one notice: the first target that loses it posts the notice, and so does the last
 * one that regains it. `others`: what the watch remembers about the other targets.
 */
export function isPostedForAll(
  { side, scope }: Pick<BlindNotice, 'side' | 'scope'>,
  others: readonly Sight[],
): boolean {
  if (scope !== 'all') return false;
  return others.some(({ blind, blindGitHub }) => {
    const known = side === 'heroku' ? blind : blindGitHub;
    return known?.told === true && known.scope === 'all';
  });
}

/** The part of the watch's memory that is about the two sides. */
interface Sight {
  readonly blind: Blind | null;
  readonly blindGitHub: Blind | null;
}

/** Examples: `a`, `a and b`, `a, b and c`. */
function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}
