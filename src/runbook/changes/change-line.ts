/** What changed around a failure, as the one line on a card and as a text for the thread. */

import { actorPart } from '../model/actor.ts';
import type { Change, ChangeReport, Onset, SeenBefore } from '../model/change.ts';
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
import { formatAgo, formatInstant } from '../text/time.ts';
import { beforeWords } from './judge.ts';
import { seenBeforeWords } from './seen-before.ts';

/** The changes that a card names. */
const SHOWN = 2;

/** For the changes that a card names, in characters: about four lines on a phone. */
const ROOM = 200;

/** About what `2 min before the failure began (suspect: )` takes. */
const WHEN = 45;

const SHORTEST_TITLE = 24;

/** Of the line on a card, which is above the buttons. */
export const LONGEST_ON_CARD = 320;

/** Where the failure names its own cause, that is where to look. */
export function noChangeWords({ list }: ChangeReport, namesCause = false): string {
  const none =
    list.length === 0 ? 'No change found in the last 24 h' : 'No change in the last 24 h explains it';
  return namesCause ? none : `${none}: check traffic, data and outside services`;
}

/**
 * `Changed: v42 Deploy a1b2c3d by ops@raxx.app, 2 min before the failure began (suspect: app/db.py is in the traceback)`, for
 * text that cannot mention anybody. Null if there is nothing to explain.
 */
export function changeSentence(
  changes: ChangeReport | null,
  now: Instant,
  namesCause = false,
): string | null {
  const summary = changes === null ? null : changeSummary(changes, now, namesCause);
  return summary === null
    ? null
    : `${summary.isNamed ? 'Changed: ' : ''}${withoutMentions(cutPhrase(summary.words, LONGEST_ON_CARD))}`;
}

export interface ChangeSummary {
  /** Whether it names changes; else it says that none was found. */
  readonly isNamed: boolean;
  readonly words: Phrase;
}

/** Returns null if there is nothing to explain. `namesCause`: the failure's own error is shown with it. */
export function changeSummary(changes: ChangeReport, now: Instant, namesCause = false): ChangeSummary | null {
  const { state, list, onset, unread } = changes;
  if (state === 'well' || state === 'unknown') return null;
  const suspects = list.filter(({ verdict }) => verdict === 'suspect');
  const open = suspects.length > 0 ? suspects : list.filter(({ verdict }) => verdict === 'possible');
  if (open.length === 0 && state === 'off') return null;
  const blind = unread.length === 0 ? '' : `. Not read: ${unread.map(quoted).join('; ')}`;
  if (open.length === 0) return { isNamed: false, words: `${noChangeWords(changes, namesCause)}${blind}` };
  const shown = open.slice(0, SHOWN);
  const first = onset?.firstFailing ?? null;
  const short = shown.map((one) => shorten(one, ROOM / shown.length));
  // A reason that all share is said once, after the last.
  const isShared = shown.length > 1 && new Set(shown.map(({ because }) => because)).size === 1;
  const named = short.map((one, index) => {
    if (!isShared) return changeWords(one, first, now);
    const judged = index === shown.length - 1 ? [verdictWords(one, 'both ')] : [];
    return phraseOf([...madeWords(one, first, now), ...judged]);
  });
  const more = open.length > SHOWN ? [`and ${open.length - SHOWN} more`] : [];
  return { isNamed: true, words: phraseOf([...joinPhrases([...named, ...more], '; '), blind]) };
}

/** Who, when and the verdict stay whole on a card: only the title, which may be long, is cut. */
function shorten(change: Change, room: number): Change {
  const { what, who, because } = change;
  const told = (who?.length ?? 0) + because.length + WHEN;
  return { ...change, what: cut(what, Math.max(SHORTEST_TITLE, room - told)) };
}

/** One change: what, who, when, and its verdict. Mentions a Slack user; anyone else has the name that Heroku or GitHub gives them. */
export function changeWords(change: Change, firstFailing: Instant | null, now: Instant): Phrase {
  return phraseOf([...madeWords(change, firstFailing, now), verdictWords(change)]);
}

/** ` (suspect: app/db.py is in the traceback)` */
function verdictWords({ verdict, because }: Change, whose = ''): string {
  return ` (${whose}${VERDICTS[verdict]}: ${quoted(because)})`;
}

/** What, who and when. */
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

/** Text from outside on one line, without mentions. */
function quoted(words: string): string {
  return cut(words.replace(/<(?=[@!#])/g, '‹').replace(/\s+/g, ' '), LONGEST);
}

const LONGEST = 200;

export interface ListedChanges {
  /** Since when it fails; null when it does not. */
  readonly onset: Onset | null;
  /** That no change explains the failure; null when one may, or nothing fails. */
  readonly none: string | null;
  /** Newest first. */
  readonly lines: readonly Phrase[];
  /** How many more there are. */
  readonly more: number;
  /** What could not be read; null for nothing. */
  readonly unread: string | null;
  readonly before: SeenBefore | null;
}

const LISTED = 12;

/** Everything, for a thread or a terminal: since when, what changed, what is ruled out and why, whether it was seen before. */
export function listChanges(changes: ChangeReport, now: Instant, namesCause = false): ListedChanges {
  const { state, list, onset, unread, before } = changes;
  const isOpen = list.some(({ verdict }) => verdict !== 'ruled_out');
  return {
    onset,
    none: isOpen || state !== 'failing' ? null : `${noChangeWords(changes, namesCause)}.`,
    lines: list.slice(0, LISTED).map((one) => changeWords(one, onset?.firstFailing ?? null, now)),
    more: Math.max(0, list.length - LISTED),
    unread: unread.length === 0 ? null : unread.map(quoted).join('; '),
    before,
  };
}

/** The list as text, one line each. A Slack user is named by their id. */
export function changesText(changes: ChangeReport, now: Instant): string {
  const { onset, none, lines, more, unread, before } = listChanges(changes, now);
  return [
    onset && onsetWords(onset),
    none,
    ...lines.map((words) => `• ${phraseText(words)}`),
    more === 0 ? null : `and ${more} more`,
    unread === null ? null : `Not read: ${unread}`,
    before && quoted(seenBeforeWords(before)),
  ]
    .filter((one) => one !== null)
    .join('\n');
}

export const SEEN_BY: Readonly<Record<Onset['by'], string>> = {
  watch: 'seen by the watch',
  log: 'the first failing line of the log',
  look: 'first seen now; neither the watch nor the log shows when it began',
};

function onsetWords({ firstFailing, lastWell, by }: Onset): string {
  const well = lastWell === null ? '' : `; last seen healthy ${formatInstant(lastWell)}`;
  return `Failing since ${formatInstant(firstFailing)} (${SEEN_BY[by]})${well}.`;
}
