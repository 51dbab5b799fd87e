/** People and times in a line of a card. Times are shown in the reader's time zone. */

import { actorName, isSlackUser } from '../../../runbook/model/actor.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { Phrase } from '../../../runbook/text/phrase.ts';
import { formatInstant, isClearWithoutDay, splitAtInstants } from '../../../runbook/text/time.ts';
import { type Part, phraseParts, plain } from './message.ts';

/** Mentions Slack users, and names everyone else. */
export function person(id: string): Part {
  return isSlackUser(id) ? { type: 'user', user_id: id } : plain(actorName(id));
}

/**
 * Shows the time in the reader's time zone, with `today`, `yesterday`, or the date unless `now` makes the day clear.
 */
export function momentOf(at: Instant, now: Instant): Part {
  return isClearWithoutDay(at, now) ? timeOf(at) : dayAndTimeOf(at);
}

/** Returns ` at 21:37` or ` yesterday at 21:37`. */
export function atParts(at: Instant, now: Instant): Part[] {
  return isClearWithoutDay(at, now) ? [plain(' at '), timeOf(at)] : [plain(' '), dateOf(at, AT)];
}

/** Returns ` today at 21:37`, for text that may be read on a later day than it was drawn. */
export function onDayParts(at: Instant): Part[] {
  return [plain(' '), dateOf(at, AT)];
}

/** For text that may be read on a later day than it was drawn. */
export function dayAndTimeOf(at: Instant): Part {
  return dateOf(at, '{date_short_pretty} {time}');
}

export const AGO = '{ago}';

/** The format of `today at 21:37`. */
export const AT = '{date_short_pretty} at {time}';

/** Shows `12 minutes ago`, which the reader's Slack keeps current. */
export function agoOf(at: Instant): Part {
  return dateOf(at, AGO);
}

/** Shows ` since 21:37 (12 minutes ago)`, for a card that is not redrawn as time passes. */
export function sinceParts(at: Instant, now: Instant): Part[] {
  return [plain(' since '), momentOf(at, now), plain(' ('), agoOf(at), plain(')')];
}

function timeOf(at: Instant): Part {
  return dateOf(at, '{time}');
}

function dateOf(at: Instant, format: string): Part {
  return { type: 'date', timestamp: Math.floor(at / 1000), format, fallback: formatInstant(at) };
}

/** Links only runs on GitHub and incidents at Heroku. Times are shown in the reader's time zone, with the day. */
export function withLinks(text: string): Part[] {
  return text
    .split(LINKED)
    .flatMap((part, index): readonly Part[] =>
      index % 2 === 1 ? [{ type: 'link', url: part }] : withMoments(part),
    );
}

const LINKED = /(https:\/\/github\.com\/[\w./-]*\w|https:\/\/status\.heroku\.com(?:\/[\w./-]*\w)?)/;

/** Returns the parts of a phrase. Its times are shown in the reader's time zone, with the day. */
export function timedParts(phrase: Phrase): Part[] {
  return phraseParts(phrase).flatMap((part) => (part.type === 'text' ? withMoments(part.text) : [part]));
}

function withMoments(text: string): readonly Part[] {
  return splitAtInstants(text).map((part, index, all): Part => {
    if (typeof part === 'number') return dayAndTimeOf(part);
    // `at today 21:37` is not English; `today 21:37` is.
    return plain(typeof all[index + 1] === 'number' ? part.replace(/ at $/, ' ') : part);
  });
}
