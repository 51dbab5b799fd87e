/**
 * Answers the first question of every incident: what changed around the onset, and which change may have caused the
 * failure.
 */

import { DEGRADING } from '../diagnosis/verdict.ts';
import { TRAFFIC_MS } from '../logs/thresholds.ts';
import type { Action } from '../model/action.ts';
import {
  type Change,
  type ChangeEvent,
  type ChangeReport,
  CLOCKS_MS,
  LOOKED_BACK_MS,
  type Onset,
  type WatchedBracket,
} from '../model/change.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Evidence, SourceName } from '../model/evidence.ts';
import type { Diff } from '../model/github.ts';
import type { Instant } from '../model/instant.ts';
import type { Observed } from '../model/observed.ts';
import { RECOVERED_MS } from '../model/recovery.ts';
import type { Finding, MatchedMode, RunbookContext, Unread, Verdict } from '../model/terms.ts';
import { formatDuration } from '../text/time.ts';
import { type Clues, cluesOf } from './clues.ts';
import { eventsOf } from './events.ts';
import { failingTypes, isQuietInLog, type LogSigns, onsetOf, ranWellInLog, signsOf } from './onset.ts';
import { wantedDiff } from './releases.ts';
import { tieOf } from './ties.ts';

/** The diffs that were read, by release version. */
export type Diffs = ReadonlyMap<number, Observed<Diff>>;

export interface ChangesInput {
  readonly evidence: Evidence;
  readonly context: RunbookContext;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly modes: readonly MatchedMode[];
  readonly watched: WatchedBracket;
  /** The target's actions, newest first. */
  readonly actions: readonly Action[];
  readonly diffs: Diffs;
}

/** Nobody reads a longer list at 3 a.m. */
const MOST = 20;

export function changesAround(input: ChangesInput): ChangeReport {
  const { evidence, context, actions } = input;
  const state = stateOf(input);
  const events = eventsOf(evidence, context, actions);
  if (state !== 'failing') return notFailing(state, events, input);
  const types = failingTypes(input.modes, context);
  const signs = signsOf(evidence, types, context);
  const onset = onsetOf(signs, input.watched, context);
  const clues = cluesOf({ ...input, types, firstFailing: onset.firstFailing });
  const near = events.filter(({ at, isActive }) => isActive || at > onset.firstFailing - LOOKED_BACK_MS);
  const judged = near.map((event, index) => {
    const wellAfter = whyRuledOut(event, near.slice(index + 1), onset, signs);
    // What is still active may have reached the app late: that the app was healthy after it began proves nothing.
    const isLater = event.at > onset.firstFailing + CLOCKS_MS;
    const ruledOut = event.isActive && !isLater ? null : wellAfter;
    return { event, ruledOut, isInside: wellAfter === null && isInside(event, onset, signs) };
  });
  const open = judged.filter(({ ruledOut }) => ruledOut === null);
  const list = judged.map(({ event, ruledOut, isInside }): Change => {
    const shown = shownOf(event);
    if (ruledOut !== null) return { ...shown, verdict: 'ruled_out', because: ruledOut };
    const rivals = open
      .filter((one) => one.event !== event && (one.isInside || !one.event.isActive))
      .map((one) => one.event);
    return { ...shown, ...judge(event, isInside, rivals, onset, clues, input) };
  });
  return {
    state,
    onset,
    list: newestOf(list),
    unread: unreadOf(input),
    wanted: open
      .map(({ event }) => wantedDiff(event.version, evidence))
      .filter((one) => one !== null)
      .filter(({ version }) => !input.diffs.has(version)),
    before: null,
  };
}

/** Returns the newest changes first. A change that may be the cause is kept, no matter how many came after it. */
function newestOf(list: readonly Change[]): readonly Change[] {
  const newest = list.toReversed();
  const left = Math.max(0, MOST - newest.filter(({ verdict }) => verdict !== 'ruled_out').length);
  const ruledOut = new Set(newest.filter(({ verdict }) => verdict === 'ruled_out').slice(0, left));
  return newest.filter((one) => one.verdict !== 'ruled_out' || ruledOut.has(one));
}

function stateOf({ verdict, findings, modes }: ChangesInput): ChangeReport['state'] {
  // Without a slug there is no code that could fail, so the app counts as off.
  if (modes.some(({ id, confidence }) => id === 'A' && confidence === 'likely')) return 'off';
  const isMatched = modes.some(({ id, confidence }) => id === 'B' && confidence === 'likely');
  switch (verdict) {
    case 'down':
      return 'failing';
    case 'stopped':
      return 'off';
    case 'degraded': {
      // A failed release is not a failure of the app, which still runs the previous release.
      const fails = findings.filter(({ id, status }) => status === 'fail' && DEGRADING.has(id));
      return !isMatched && fails.length > 0 && fails.every(({ id }) => id === 'releases')
        ? 'well'
        : 'failing';
    }
    case 'healthy':
      return isMatched ? 'failing' : 'well';
    case 'unknown':
      return 'unknown';
  }
}

function shownOf({
  at,
  kind,
  what,
  who,
  isOurs,
  via,
  version,
  about,
}: ChangeEvent): Omit<Change, 'verdict' | 'because'> {
  return { at, kind, what, who, isOurs, via, version, about };
}

/** Handles an app that is not known to fail: the only suspect is the change that stopped it on purpose. */
function notFailing(
  state: Exclude<ChangeReport['state'], 'failing'>,
  events: readonly ChangeEvent[],
  input: ChangesInput,
): ChangeReport {
  const { now, target } = input.context;
  const near = events.filter(({ at }) => at > now - LOOKED_BACK_MS);
  const stopping =
    state === 'off' ? near.findLast(({ scaled }) => scaled.has(target.processType)) : undefined;
  const list = near.map((event): Change => {
    const shown = shownOf(event);
    if (event.neverRan !== null) return { ...shown, verdict: 'ruled_out', because: event.neverRan };
    if (state === 'unknown')
      return { ...shown, verdict: 'possible', because: "can't tell whether the app is failing" };
    if (event === stopping && event.scaled.get(target.processType) === 0)
      return { ...shown, verdict: 'suspect', because: `it set ${target.processType} to 0` };
    const because = state === 'off' ? 'the app is stopped' : 'the app has been healthy since';
    return { ...shown, verdict: 'ruled_out', because };
  });
  return {
    state,
    onset: null,
    list: newestOf(list),
    unread: unreadOf(input),
    wanted: [],
    before: null,
  };
}

/** Returns null if the change may be the cause. `later`: the changes after it, oldest first. */
function whyRuledOut(
  event: ChangeEvent,
  later: readonly ChangeEvent[],
  onset: Onset,
  signs: LogSigns,
): string | null {
  const { at, kind, neverRan } = event;
  if (neverRan !== null) return neverRan;
  const { lastWell, firstFailing } = onset;
  // Heroku posts an incident after noticing it, so the incident may have begun long before.
  if (at > firstFailing + CLOCKS_MS)
    return kind === 'platform' ? null : `came ${formatDuration(at - firstFailing)} after the failure began`;
  if (lastWell !== null && lastWell - at > RECOVERED_MS)
    return `the app was still healthy ${formatDuration(lastWell - at)} after it`;
  if (ranWellInLog(at + CLOCKS_MS, firstFailing, signs))
    return `the log shows it healthy for ${formatDuration(firstFailing - at)} after`;
  const last = later.findLast((one) => one.neverRan === null && one.at <= firstFailing + CLOCKS_MS);
  if (last && isQuietInLog(at, last.at, signs))
    return `no error in the log until ${nameOf(last)}, ${formatDuration(last.at - at)} later`;
  return null;
}

/**
 * Returns true if the change came after the last healthy look, within the accuracy of the clocks. Where the watch did
 * not look, a log without a failing line for 15 minutes after the change is nearly as strong: the change stays
 * possible, but is not a suspect.
 */
function isInside({ at }: ChangeEvent, { lastWell, firstFailing }: Onset, signs: LogSigns): boolean {
  if (lastWell !== null) return at > lastWell - CLOCKS_MS;
  return firstFailing - at <= TRAFFIC_MS || !isQuietInLog(at, firstFailing, signs);
}

function judge(
  event: ChangeEvent,
  inside: boolean,
  rivals: readonly ChangeEvent[],
  { lastWell, firstFailing }: Onset,
  clues: Clues,
  { diffs, evidence }: ChangesInput,
): Pick<Change, 'verdict' | 'because'> {
  const possible = (because: string) => ({ verdict: 'possible', because }) as const;
  const read = event.version === null ? undefined : diffs.get(event.version);
  const diff = read?.ok ? read.value : null;
  const tie = tieOf(event, diff, clues);
  const [rival] = rivals;
  if (tie !== null && inside && !rival) return { verdict: 'suspect', because: tie };
  if (tie !== null && rival) return possible(`${tie}, but ${nameOf(rival)} is just as recent`);
  if (tie !== null && lastWell !== null)
    return possible(`${tie}, but the app was still healthy ${formatDuration(lastWell - event.at)} after it`);
  if (tie !== null && !inside)
    return possible(
      `${tie}, but the log shows no error for ${formatDuration(firstFailing - event.at)} after it`,
    );
  if (event.isActive) return possible('it is active now');
  if (read && !read.ok) return possible(`couldn't read its diff (${read.detail})`);
  if (diff && !diff.isWhole)
    return possible(
      `no match in the ${diff.files.length === 1 ? 'one file that was' : `${diff.files.length} files that were`} read; the diff has more`,
    );
  if (diff) return possible('nothing in its diff ties it to the failure');
  if (wantedDiff(event.version, evidence)) return possible('diff not read yet');
  return possible('nothing ties it to the failure');
}

/** Returns `v41`, or the title of a change that created no release. */
function nameOf({ version, what }: ChangeEvent): string {
  return version === null ? what : `v${version}`;
}

/** The sources that show changes. */
const SOURCES: ReadonlySet<SourceName> = new Set(['releases', 'logs', 'runs', 'runDetails', 'platform']);

/** Returns the change sources that were not read, with the reason. The report itself only names them. */
export function unreadForChanges({ unread }: Diagnosis): readonly Unread[] {
  return unread.filter(({ source }) => SOURCES.has(source));
}

function unreadOf({ evidence }: ChangesInput): string[] {
  const { releases, logs, runs, runDetails, platform } = evidence;
  const unseen = (what: string, seen: Observed<unknown>) => (seen.ok ? [] : [what]);
  return [
    ...unseen('Heroku releases', releases),
    ...unseen('manual restarts and scaling (Heroku log)', logs),
    ...unseen('GitHub workflow runs', runs.ok ? runDetails : runs),
    ...unseen("Heroku's own incidents", platform),
  ];
}

/** Describes the time from `at` to the onset: `2 min before the failure`, `30 s after it began`. */
export function beforeWords(at: Instant, onset: Instant): string {
  const ms = onset - at;
  if (Math.abs(ms) < 1_000) return 'at the same moment';
  return ms > 0 ? `${formatDuration(ms)} before the failure` : `${formatDuration(-ms)} after it began`;
}
