/** Not seeing is a fact of its own: told once when it begins and once when it ends. It says nothing about the app. */
import { formatDuration } from './age.ts';
import type { Context } from './diagnosis.ts';
import type { Evidence, Instant, SourceName } from './evidence.ts';

/** Looks in a row that could not see a side, and since when. */
export interface Blind {
  readonly since: Instant;
  readonly looks: number;
  readonly told: boolean;
}

export interface BlindStep {
  readonly blind: Blind | null;
  readonly notices: readonly string[];
}

/** One look without an answer is an accident. */
const LOOKS = 2;

export function blindToHeroku(
  before: Blind | null,
  { dynos, formation }: Evidence,
  { target: { app }, now }: Context,
): BlindStep {
  return blindStep(before, dynos.ok || formation.ok ? null : dynos.detail, now, {
    lost: (why) =>
      `I cannot see Heroku (${why}). I do not know whether ${app} is well; nothing about it is to be trusted until I say that I see again.`,
    found: (after) => `I see Heroku again, after ${after}: ${app} is watched.`,
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

/** Everything there is unseen: one permission that is missing is a finding, no blindness. All targets share one repository: the first tells. */
export function blindToGitHub(before: Blind | null, evidence: Evidence, context: Context): BlindStep {
  const { target, facts, now } = context;
  const { runs } = evidence;
  const isBlind = GITHUB.every((source) => !evidence[source].ok);
  const { blind, notices } = blindStep(before, isBlind && !runs.ok ? runs.detail : null, now, {
    lost: (why) =>
      `I cannot see GitHub (${why}). Runs, gates and workflows are not watched until I say that I see again; the apps on Heroku are.`,
    found: (after) => `I see GitHub again, after ${after}: runs, gates and workflows are watched.`,
  });
  return { blind, notices: target.name === facts.targets[0]?.name ? notices : [] };
}

interface BlindWords {
  lost(why: string): string;
  found(after: string): string;
}

/** `unseen`: why nothing of that side was seen; null: something was. */
function blindStep(
  before: Blind | null,
  unseen: string | null,
  now: Instant,
  { lost, found }: BlindWords,
): BlindStep {
  if (unseen === null)
    return { blind: null, notices: before?.told ? [found(formatDuration(now - before.since))] : [] };
  const { since = now, looks = 0, told = false } = before ?? {};
  const tell = looks + 1 >= LOOKS && !told;
  return { blind: { since, looks: looks + 1, told: told || tell }, notices: tell ? [lost(unseen)] : [] };
}
