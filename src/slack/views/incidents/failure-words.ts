/** The first words on an incident's cards and pages: the app's state and the cause. */

import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import { doFirst } from '../../../runbook/incidents/incident-offers.ts';
import { errorName } from '../../../runbook/logs/app-error.ts';
import { beganAt, type Incident, type Picture, pictureTitle } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { Verdict } from '../../../runbook/model/terms.ts';
import { formatDuration } from '../../../runbook/text/time.ts';
import { type Clause, clause, namedClause, stepClause } from '../parts/clauses.ts';
import { clip, type Part, plain } from '../parts/message.ts';
import { withLinks } from '../parts/moments.ts';
import { tryWords } from '../parts/propose-buttons.ts';

export interface Headline {
  readonly first: string;
  /** The cause. Null when the first line says it all. */
  readonly second: Clause | null;
}

export interface CurrentHeadline extends Headline {
  /** Instead of the first line before `since …`: `raxx-api-prod has been down`; null where that does not fit. */
  readonly lasting: string | null;
}

/**
 * Returns the app's current state, followed by the cause from the worst sighting.
 * `app` is the subject of the sentence.
 */
export function headWords(
  { picture, worst }: Pick<Incident, 'picture' | 'worst'>,
  app: string,
): CurrentHeadline {
  if (picture.verdict === worst.verdict) {
    const state = namedState(worst);
    return { ...said(app, worst, 'is'), lasting: state === null ? null : `${app} has been ${state}` };
  }
  const why = worst.failure.kind === 'verdict' ? (worst.error ?? worst.cause) : pictureTitle(worst);
  return {
    first: said(app, picture, 'is').first,
    second: clause(...shortened(`Was ${worst.verdict}${why === null ? '' : `: ${why}`}`)),
    // It began in the worse state.
    lasting: null,
  };
}

/** Uses the past tense, for an incident that has ended or an app that was stopped since. */
export function pastWords({ worst }: Pick<Incident, 'worst'>, app: string): Headline {
  return said(app, worst, 'was');
}

function said(app: string, picture: Picture, tense: 'is' | 'was'): Headline {
  const { failure, verdict, title } = picture;
  const state = namedState(picture);
  if (state !== null) {
    return { first: `${app} ${tense} ${state}`, second: causeOf(picture) };
  }
  const isWell = (failure.kind === 'mode' || failure.kind === 'condition') && verdict === 'healthy';
  const itself = namedClause(plain(`${app} itself is healthy`));
  return { first: title, second: isWell && tense === 'is' ? itself : null };
}

function causeOf(picture: Picture): Clause | null {
  const { failure, error, cause } = picture;
  if (failure.kind === 'mode') return clause(...shortened(pictureTitle(picture)));
  const words = failure.kind === 'verdict' ? (error ?? cause) : pictureTitle(picture);
  return words === null ? null : namedClause(...shortened(words));
}

function shortened(words: string): Part[] {
  return withLinks(clip(words, 300));
}

/** The state of the app that the first line names; null where the title says what is wrong. */
function namedState({ failure, verdict }: Picture): Verdict | null {
  switch (failure.kind) {
    case 'hand':
      return null;
    case 'verdict':
      return failure.verdict === 'stopped' ? null : failure.verdict;
    case 'mode':
    case 'condition':
      // A failed run, a missing gate, or an incident at Heroku does no harm to an app that runs.
      return verdict === 'healthy' || verdict === 'unknown' ? null : verdict;
  }
}

export interface Alarm {
  /** The state and the cause, without a period. */
  readonly words: string;
  /** What to press or do first. Null if there is nothing. */
  readonly fix: Clause | null;
  /** True when the words already give the reason for the page, which is then not repeated. */
  readonly givesReason: boolean;
}

/**
 * Returns what a lock screen shows: `prod down 2 min: ConnectionRefusedError at boot (H10). Try Roll back or
 * Restart.` The state is the current one, the cause the most specific one seen. If no visitor is harmed, the reason
 * for the page is enough. `offers` are the buttons, or null once nobody has to be paged any more.
 */
export function alarmWords(incident: Incident, offers: Offers | null, now: Instant, why: string): Alarm {
  const { target, picture, worst, state } = incident;
  const since = beganAt(incident);
  const lasts = now - since < 1_000 ? 'now' : formatDuration(now - since);
  const fix = offers === null ? null : fixOf(incident, offers);
  const cause = causeWords(worst);
  const { verdict } = picture;
  const isHarmed = verdict === 'down' || verdict === 'degraded';
  if (!isHarmed && (worst.failure.kind === 'hand' || worst.failure.kind === 'condition'))
    return { words: `${target}: ${why}`, fix, givesReason: true };
  const past = state === 'resolved' ? null : pastState(incident);
  const harm = past ?? (isHarmed ? `${verdict} ${lasts}: ` : null);
  return { words: `${target}${harm === null ? ': ' : ` ${harm}`}${cause}`, fix, givesReason: false };
}

/** Returns what has become of the app since; null while the failure goes on. A missing gate never took the app down. */
function pastState(incident: Incident): string | null {
  const { stopped, wellSince, worst } = incident;
  if (stopped === null && wellSince === null) return null;
  if (wasHarmed(incident)) return `${stopped ? 'stopped' : 'back up'}, was ${worst.verdict}: `;
  return stopped ? 'stopped; before that: ' : 'has no failure now; it was: ';
}

/** Returns false if the app kept running: someone called for help, or a run or a gate was at fault. */
export function wasHarmed({ worst: { verdict } }: Incident): boolean {
  return verdict === 'down' || verdict === 'degraded' || verdict === 'stopped';
}

function fixOf(incident: Incident, offers: Offers): Clause | null {
  const step = doFirst(incident);
  if (step !== null) return stepClause('Do first', plain(clip(step, 900)));
  const words = tryWords(offers);
  return words === null ? null : clause(plain(words));
}

function causeWords({ failure, title, error, cause, atBoot }: Picture): string {
  if (failure.kind !== 'mode') return error ?? cause ?? title;
  const code = failure.code === null ? '' : ` (${failure.code})`;
  return `${error === null ? (cause ?? title) : `${errorName(error)}${atBoot ? ' at boot' : ''}`}${code}`;
}
