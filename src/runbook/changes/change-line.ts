/** What changed around a failure, as the one line on a card and as a text for the thread. */

import { actorPart } from '../model/actor.ts';
import type { Change, ChangeReport, Onset } from '../model/change.ts';
import type { Instant } from '../model/evidence.ts';
import { cut } from '../text/cut.ts';
import { joinPhrases, type Phrase, phraseOf, phraseText } from '../text/phrase.ts';
import { formatAgo, formatInstant } from '../text/time.ts';
import { beforeWords } from './judge.ts';
import { seenBeforeWords } from './seen-before.ts';

const SHOWN = 2;

/** Where the failure names its own cause, that is where to look. */
export function noChangeWords({ list }: ChangeReport, namesCause = false): string {
  const none =
    list.length === 0 ? 'No change found in the last 24 h' : 'No change in the last 24 h explains it';
  return namesCause ? none : `${none}: check traffic, data and outside services`;
}

/**
 * `Changed: v42 Deploy a1b2c3d by ops@raxx.app, 2 min before (suspect: app/db.py is in the traceback)`. Returns '' if there
 * is nothing to explain. A Slack user is named by their id.
 */
export function changeLine(changes: ChangeReport, now: Instant): string {
  const summary = changeSummary(changes, now);
  return summary === null ? '' : `${summary.isNamed ? 'Changed: ' : ''}${phraseText(summary.words)}`;
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
  const named = open.slice(0, SHOWN).map((one) => changeWords(one, onset?.firstFailing ?? null, now));
  const more = open.length > SHOWN ? [`and ${open.length - SHOWN} more`] : [];
  return { isNamed: true, words: phraseOf([...joinPhrases([...named, ...more], '; '), blind]) };
}

/** One change: what, who, when, and its verdict. Mentions a Slack user; anyone else has the name that Heroku or GitHub gives them. */
export function changeWords(change: Change, firstFailing: Instant | null, now: Instant): Phrase {
  const { at, what, who, isOurs, via, verdict, because } = change;
  const when = firstFailing === null ? formatAgo(at, now) : beforeWords(at, firstFailing);
  const by = who === null ? [] : [' by ', isOurs ? actorPart(who) : quoted(who)];
  const through = via === null ? '' : ` (${quoted(via)})`;
  return phraseOf([quoted(what), ...by, `${through}, ${when} (${VERDICTS[verdict]}: ${quoted(because)})`]);
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

const IN_TEXT = 12;

/** Everything, one line each, for a thread: since when, what changed, what is ruled out and why, whether it was seen before. */
export function changesText(changes: ChangeReport, now: Instant): string {
  const { list, onset, unread, before } = changes;
  const shown = list.slice(0, IN_TEXT);
  const first = onset?.firstFailing ?? null;
  const open = shown.some(({ verdict }) => verdict !== 'ruled_out');
  return [
    ...(onset ? [onsetWords(onset)] : []),
    ...(open || changes.state !== 'failing' ? [] : [`${noChangeWords(changes)}.`]),
    ...shown.map((one) => `• ${phraseText(changeWords(one, first, now))}`),
    ...(list.length > IN_TEXT ? [`and ${list.length - IN_TEXT} more`] : []),
    ...(unread.length === 0 ? [] : [`Not read: ${unread.map(quoted).join('; ')}`]),
    ...(before === null ? [] : [quoted(seenBeforeWords(before))]),
  ].join('\n');
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
