/** Puts what changed around a failure into one line for a card, and into a longer text for the thread. */

import { actorPart } from '../model/actor.ts';
import type { Change, ChangeReport, Onset } from '../model/change.ts';
import type { Incident } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { cut } from '../text/cut.ts';
import {
  cutPhrase,
  joinPhrases,
  type Phrase,
  type PhrasePart,
  phraseOf,
  phraseText,
  withoutMentions,
} from '../text/phrase.ts';
import { formatAgo } from '../text/time.ts';
import { type TimedSentence, timedText } from '../text/timed-sentence.ts';
import { beforeWords } from './judge.ts';
import { seenBeforeSentence } from './seen-before.ts';

/** A card names at most this many changes. */
const SHOWN = 2;

/** The approximate length of `2 min before the failure (suspect: )`. */
const WHEN = 45;

const SHORTEST_TITLE = 24;

/** The room for the changes that a card names, in characters. They are above the buttons, so they must stay short. */
const ROOM = 320;

const LONGEST_REASON = 80;

const LONGEST_UNREAD = 200;

/** No change line is longer on a card, in characters, however long its parts are. */
export const LONGEST_ON_CARD = 600;

/** When the failure names its own cause, the reader should look there, so the advice is dropped. */
function noChangeWords({ list }: ChangeReport, namesCause = false): string {
  const none =
    list.length === 0 ? 'No change found in the last 24 h' : 'No change in the last 24 h explains it';
  return namesCause ? none : `${none}: check traffic, data and outside services`;
}

/**
 * Example: `Changed: v42 Deploy a1b2c3d by ops@raxx.app, 2 min before the failure (suspect: app/db.py is in the
 * traceback)`. The text cannot mention anyone. Returns null if there is nothing to explain.
 */
export function changeSentence(
  changes: ChangeReport | null,
  now: Instant,
  namesCause = false,
): string | null {
  const summary = changes === null ? null : changeSummary(changes, now, namesCause);
  if (summary === null) return null;
  const words = `${summary.isNamed ? 'Changed: ' : ''}${withoutMentions(cutPhrase(summary.words, LONGEST_ON_CARD))}`;
  return summary.unread === null ? words : `${words}. Couldn't read: ${summary.unread}`;
}

/** Leaves out what the incident shows as its cause: an incident at Heroku. */
export function changesBesideCause(incident: Incident): ChangeReport | null {
  return incident.changes && withoutIncident(incident.changes, causeAtHeroku(incident));
}

/** Returns the id of the incident at Heroku that is the cause of this one, or null. */
export function causeAtHeroku({ worst: { failure } }: Incident): string | null {
  return failure.kind === 'condition' && failure.condition === 3 ? failure.about : null;
}

export function withoutIncident(changes: ChangeReport, id: string | null): ChangeReport {
  const list = changes.list.filter(({ about }) => id === null || about !== id);
  return list.length === changes.list.length ? changes : { ...changes, list };
}

export interface ChangeSummary {
  /** True if the summary names changes; false if it says that none was found. */
  readonly isNamed: boolean;
  readonly words: Phrase;
  /** The sources that could not be read, for example `manual restarts and scaling (Heroku log)`; null if none. */
  readonly unread: string | null;
}

/**
 * Returns null if there is nothing to explain. `namesCause`: whether the failure's own error is shown beside the
 * summary.
 */
export function changeSummary(changes: ChangeReport, now: Instant, namesCause = false): ChangeSummary | null {
  const { state, list, onset } = changes;
  if (state === 'well' || state === 'unknown') return null;
  const suspects = list.filter(({ verdict }) => verdict === 'suspect');
  const open = suspects.length > 0 ? suspects : list.filter(({ verdict }) => verdict === 'possible');
  if (open.length === 0 && state === 'off') return null;
  const unread = unreadWords(changes);
  if (open.length === 0) return { isNamed: false, words: noChangeWords(changes, namesCause), unread };
  const shown = open.slice(0, SHOWN);
  const first = onset?.firstFailing ?? null;
  // A reason that all changes share is given once, after the last.
  const isShared = shown.length > 1 && new Set(shown.map(({ because }) => because)).size === 1;
  const room = (ROOM - (unread?.length ?? 0)) / shown.length;
  const short = shown.map((one) => shorten(one, room, isShared));
  const named = short.map((one, index) => {
    if (!isShared) return changeWords(one, first, now);
    const judged = index === shown.length - 1 ? [verdictWords(one, 'both ')] : [];
    return phraseOf([...madeWords(one, first, now), ...judged]);
  });
  const more = open.length > SHOWN ? [`and ${open.length - SHOWN} more`] : [];
  return { isNamed: true, words: phraseOf([...joinPhrases([...named, ...more], '; ')]), unread };
}

function unreadWords({ unread }: ChangeReport): string | null {
  return unread.length === 0 ? null : cut(unread.map(quoted).join('; '), LONGEST_UNREAD);
}

/** On a card the title is cut to the room that is left, and a long reason. Who, when and the verdict stay whole. */
function shorten(change: Change, room: number, isShared: boolean): Change {
  const { what, who, via } = change;
  const because = cut(change.because, LONGEST_REASON);
  const fixedLength = (who?.length ?? 0) + (via?.length ?? 0) + (isShared ? 0 : because.length) + WHEN;
  return { ...change, because, what: cut(what, Math.max(SHORTEST_TITLE, room - fixedLength)) };
}

/**
 * Describes one change: what, who, when, and its verdict. A Slack user is mentioned; anyone else appears under the name
 * that Heroku or GitHub gives them.
 */
export function changeWords(change: Change, firstFailing: Instant | null, now: Instant): Phrase {
  return phraseOf([...madeWords(change, firstFailing, now), verdictWords(change)]);
}

/** Example: ` (suspect: app/db.py is in the traceback)`. */
function verdictWords({ verdict, because }: Change, whose = ''): string {
  return ` (${whose}${VERDICTS[verdict]}: ${quoted(because)})`;
}

/** Describes a change without its verdict: what, who and when. */
function madeWords(
  { at, what, who, isOurs, via }: Change,
  firstFailing: Instant | null,
  now: Instant,
): readonly PhrasePart[] {
  const when = firstFailing === null ? formatAgo(at, now) : beforeWords(at, firstFailing);
  const by = who === null ? [] : [' by ', isOurs ? actorPart(who) : quoted(who)];
  return [quoted(what), ...by, `${via === null ? '' : ` (${quoted(via)})`}, ${when}`];
}

const VERDICTS: Readonly<Record<Change['verdict'], string>> = {
  suspect: 'suspect',
  possible: 'possible',
  ruled_out: 'ruled out',
};

/** Puts outside text on one line, without mentions. */
function quoted(words: string): string {
  return cut(words.replace(/<(?=[@!#])/g, '‹').replace(/\s+/g, ' '), LONGEST);
}

const LONGEST = 200;

interface ListedChanges {
  /** When the failure began; null when nothing fails. */
  readonly onset: TimedSentence | null;
  /** A sentence that no change explains the failure; null when one may, or when nothing fails. */
  readonly none: string | null;
  /** The changes, newest first. */
  readonly lines: readonly Phrase[];
  /** The number of changes that are not listed. */
  readonly more: number;
  /** Names the sources that could not be read; null when all were read. */
  readonly unread: string | null;
  /** The last failure like this one; null when none is known. */
  readonly before: TimedSentence | null;
}

const LISTED = 12;

export interface ListOptions {
  readonly namesCause?: boolean;
  /** The sources that could not be read, with the reason where it is known; their names by default. */
  readonly unread?: readonly string[];
}

/**
 * Returns the full report for a thread or a terminal: when the failure began, what changed, what is ruled out and why,
 * and whether it happened before.
 */
export function listChanges(
  changes: ChangeReport,
  now: Instant,
  { namesCause = false, unread = changes.unread }: ListOptions = {},
): ListedChanges {
  const { state, list, onset, before } = changes;
  const isOpen = list.some(({ verdict }) => verdict !== 'ruled_out');
  return {
    onset: onset && onsetSentence(onset),
    none: isOpen || state !== 'failing' ? null : `${noChangeWords(changes, namesCause)}.`,
    lines: list.slice(0, LISTED).map((one) => changeWords(one, onset?.firstFailing ?? null, now)),
    more: Math.max(0, list.length - LISTED),
    unread: unread.length === 0 ? null : unread.map(quoted).join('; '),
    before: before && seenBeforeSentence(before),
  };
}

/** Returns the list as text, one change per line. A Slack user appears as an id. */
export function changesText(changes: ChangeReport, now: Instant, options: ListOptions = {}): string {
  const { onset, none, lines, more, unread, before } = listChanges(changes, now, options);
  return [
    onset && timedText(onset),
    none,
    ...lines.map((words) => `• ${phraseText(words)}`),
    more === 0 ? null : `and ${more} more`,
    unread === null ? null : `Couldn't read: ${unread}`,
    before && quoted(timedText(before)),
  ]
    .filter((one) => one !== null)
    .join('\n');
}

const SEEN_BY: Readonly<Record<Onset['by'], string>> = {
  watch: 'seen by the watch',
  log: 'the first error in the log',
  look: 'first seen now; neither the watch nor the log shows when it began',
};

function onsetSentence({ firstFailing, lastWell, by }: Onset): TimedSentence {
  const well = lastWell === null ? [] : ['; last seen healthy ', lastWell];
  return { label: 'Failing since ', parts: [firstFailing, ` (${SEEN_BY[by]})`, ...well] };
}
