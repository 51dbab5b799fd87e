/**
 * Lists what happened in the last hours, for someone who just joined. It reads only the database, and lists each event
 * once, oldest first.
 */

import { decisionOf } from '../actions/decided-by.ts';
import { STATE_WORDS } from '../actions/state-words.ts';
import { changeSummary, changesBesideCause, LONGEST_ON_CARD } from '../changes/change-line.ts';
import type { Action } from '../model/action.ts';
import { actorPart, BOT } from '../model/actor.ts';
import { type Incident, pictureTitle } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import type { IncidentEvent } from '../model/timeline.ts';
import { cut } from '../text/cut.ts';
import { cutPhrase, type Phrase, type PhrasePart, phraseOf } from '../text/phrase.ts';
import { formatInstant } from '../text/time.ts';

export interface CaughtUp {
  readonly at: Instant;
  /** Null when its audit line names none. */
  readonly target: string | null;
  readonly words: Phrase;
}

export interface CatchUp {
  /** Events, oldest first. */
  readonly shown: readonly CaughtUp[];
  /** The number of events that are not shown. */
  readonly more: number;
}

/** A snooze, which may begin and end without an incident. */
export type Quiet = { readonly target: string | null; readonly who: string; readonly at: Instant } & (
  | { readonly kind: 'snoozed'; readonly until: Instant | null }
  /** `words`: why the snooze ended. */
  | { readonly kind: 'snooze_ended'; readonly words: string | null }
);

/** Something that the watch saw, and that is not part of an incident: a release by someone else, a lost view. */
export interface Noticed {
  /** Null when its audit line names none. */
  readonly target: string | null;
  readonly at: Instant;
  readonly words: string;
}

export interface Past {
  readonly incidents: readonly Incident[];
  readonly actions: readonly Action[];
  readonly quiet: readonly Quiet[];
  readonly noticed: readonly Noticed[];
}

interface Event extends CaughtUp {
  /** True for an event that has not ended: someone who joins has to know about it, however old it is. */
  readonly isOpen: boolean;
}

/** The whole answer has at most this many lines: its title, the events, and the count of those that are not shown. */
export const MOST_LINES = 12;
const MOST_EVENTS = MOST_LINES - 1;

/** When there are too many events, keeps the open ones, then the newest. `from`: start of the window. */
export function catchUp({ incidents, actions, quiet, noticed }: Past, from: Instant, now: Instant): CatchUp {
  const within = (at: Instant) => at >= from && at <= now;
  const events: readonly Event[] = [
    ...incidents.flatMap((incident) => incidentEvents(incident, within, now)),
    ...actions.flatMap((action) => actionEvent(action, within)),
    ...quiet.filter(({ at }) => within(at)).map(quietEvent),
    ...noticed.filter(({ at }) => within(at)).map(noticeEvent),
  ];
  const ranked = events.toSorted(
    (one, other) => Number(other.isOpen) - Number(one.isOpen) || other.at - one.at,
  );
  const room = events.length <= MOST_EVENTS ? MOST_EVENTS : MOST_EVENTS - 1;
  const shown = ranked.slice(0, room).toSorted((one, other) => one.at - other.at);
  return {
    shown: shown.map(({ at, target, words }) => ({ at, target, words })),
    more: events.length - shown.length,
  };
}

type IsWithin = (at: Instant) => boolean;

function incidentEvents(incident: Incident, within: IsWithin, now: Instant): readonly Event[] {
  const { trail, state, target, openedAt } = incident;
  const isOpen = state === 'open';
  const isShown = isOpen || within(openedAt);
  const changed = changeParts(incident, now);
  const first = trail.find(({ event }) => event === 'opened');
  const lines = trail.filter((line) => line !== first && within(line.at));
  const event = (at: Instant, parts: readonly PhrasePart[]): Event => ({
    at,
    target,
    words: phraseOf(parts),
    isOpen: false,
  });
  // Several pages are one event. A later report of the changes replaces an earlier one.
  const pings = lines.filter((line) => line.event === 'pinged');
  const times = pings.length === 1 ? '' : ` ${pings.length} times`;
  const reports = lines.filter((line) => line.event === 'changes');
  const opening = [...openedWords(incident, first), ...(changed === null ? [] : ['. ', ...changed])];
  return [
    ...(isShown ? [{ ...event(openedAt, opening), isOpen }] : []),
    ...pings.slice(0, 1).map(({ at }) => event(at, [`operator paged${times}`])),
    ...(isShown || changed === null ? [] : reports.slice(0, 1).map(({ at }) => event(at, changed))),
    ...lines.flatMap((line) => {
      const parts = lineWords(line);
      return parts === null ? [] : [event(line.at, parts)];
    }),
  ];
}

/** Returns what the incident's card says about the changes before the failure, or null if it says nothing. */
function changeParts(incident: Incident, now: Instant): readonly PhrasePart[] | null {
  const beside = changesBesideCause(incident);
  const summary = beside && changeSummary(beside, now, true);
  if (!summary || (!summary.isNamed && beside !== incident.changes)) return null;
  const { isNamed, words, unread } = summary;
  return [
    isNamed ? 'Changed: ' : '',
    ...cutPhrase(words, LONGEST_ON_CARD),
    unread === null ? '' : `. Couldn't read: ${unread}`,
  ];
}

function openedWords(
  { worst, state, acknowledged }: Incident,
  first: IncidentEvent | undefined,
): readonly PhrasePart[] {
  const isByHand = first?.byHand === true;
  const title = isByHand ? quoted(first.words ?? '') : clip(pictureTitle(worst));
  const by: readonly PhrasePart[] = isByHand ? [' by ', actorPart(first.who)] : [];
  const what = isByHand ? 'escalated' : 'incident opened';
  const now: readonly PhrasePart[] =
    state === 'resolved'
      ? []
      : acknowledged
        ? ['; still open, owner: ', actorPart(acknowledged.by)]
        : ['; still open, no owner'];
  return [what, ...by, `: ${title}`, ...now];
}

/** Returns null for a line that is shown in another way, or that is bookkeeping. */
function lineWords({ event, words, who }: IncidentEvent): readonly PhrasePart[] | null {
  const more = words === null ? '' : `: ${clip(words)}`;
  switch (event) {
    case 'opened':
    case 'escalated':
      return who === BOT
        ? [`escalated${more}`]
        : ['escalated by ', actorPart(who), ...(words === null ? [] : [`: ${quoted(words)}`])];
    case 'acknowledged':
      return ['acknowledged by ', actorPart(who)];
    case 'noted':
      return [actorPart(who), ` noted ${quoted(words ?? '')}`];
    case 'reopened':
      return [`incident reopened${more}`];
    case 'resolved':
      return [`resolved${more}`];
    case 'closed':
      return ['incident closed by ', actorPart(who)];
    case 'changed':
      return [words === null ? 'the failure changed' : lower(clip(words))];
    // Shown above: the pages as one event, and the changes with the opening.
    case 'pinged':
    case 'changes':
      return null;
    // Each is a second line about an event that has its own: the stop is an action, and the snooze a notice.
    case 'stopped':
    case 'snoozed':
      return null;
    // Bookkeeping of the pager. A timer that runs out becomes a page, and one that does not leads to nothing.
    case 'counting':
    case 'over':
      return null;
    // A later version's line, whose meaning this version does not know.
    default:
      return null;
  }
}

/** Puts the whole action on one line, at the time of its first event within the window. */
function actionEvent(action: Action, within: IsWithin): readonly Event[] {
  const { trail, state, plan, target, askedBy, askedAt, reason, outcome, aftermath, endedAt } = action;
  const seen = [askedAt, ...trail.map(({ at }) => at), ...(endedAt === null ? [] : [endedAt])].filter(within);
  const isOpen = state === 'proposed' || state === 'approved' || state === 'executing';
  if (seen.length === 0 && !isOpen) return [];
  const decision = decisionOf(action);
  const names = (decision?.by ?? []).flatMap((who, index): readonly PhrasePart[] => [
    ...(index === 0 ? [] : [' and ']),
    actorPart(who),
  ]);
  const turnedBad = aftermath?.kind === 'turned_bad' ? `. ${clip(aftermath.words)}` : '';
  const isQuiet = isOpen || state === 'succeeded' || state === 'rejected' || state === 'expired';
  const why = outcome === null || isQuiet ? '' : ` (${clip(outcome.words)})`;
  return [
    {
      at: seen.length === 0 ? askedAt : Math.min(...seen),
      target,
      words: phraseOf([
        `${plan.title}: ${STATE_WORDS[state]}${why}${turnedBad} · proposed by `,
        actorPart(askedBy),
        ...(reason === null ? [] : [` ${quoted(reason)}`]),
        ...(decision ? [`, ${decision.what} by `, ...names] : []),
      ]),
      isOpen,
    },
  ];
}

function quietEvent(quiet: Quiet): Event {
  return { at: quiet.at, target: quiet.target, words: phraseOf(quietParts(quiet)), isOpen: false };
}

function noticeEvent({ at, target, words }: Noticed): Event {
  return { at, target, words: clip(words), isOpen: false };
}

function quietParts(quiet: Quiet): readonly PhrasePart[] {
  const { who } = quiet;
  if (quiet.kind === 'snoozed') {
    const until = quiet.until === null ? '' : ` until ${formatInstant(quiet.until)}`;
    return ['snoozed by ', actorPart(who), until];
  }
  if (who !== BOT) return ['snooze ended by ', actorPart(who)];
  return [quiet.words === null ? 'snooze ended' : lower(quiet.words)];
}

const LONGEST = 140;
const clip = (words: string) => cut(words, LONGEST);
const quoted = (words: string) => `“${clip(words)}”`;
const lower = (words: string) => words.slice(0, 1).toLowerCase() + words.slice(1);
