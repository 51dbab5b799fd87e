/** The heading of an open incident: failing, up again and being watched, or stopped. */

import { beganAt, type Incident, isUnheard } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { RECOVERED_MS } from '../../../runbook/model/recovery.ts';
import { formatLimit } from '../../../runbook/text/time.ts';
import { asBold, bold, clip, emoji, type Part, plain } from '../parts/message.ts';
import { agoOf, atParts, momentOf, person, sinceParts, withLinks } from '../parts/moments.ts';
import { headWords, pastWords, wasHarmed } from './failure-words.ts';

interface OpenHead {
  readonly heading: readonly Part[];
  /** The cause, and what ends the incident. Null when the heading says it all. */
  readonly second: string | null;
}

/** Describes the current state: failing, up again and being watched, or stopped. */
export function openHead(incident: Incident, app: string, now: Instant): OpenHead {
  const { stopped, wellSince } = incident;
  if (stopped) return stoppedHead(incident, stopped, app, now);
  if (wellSince !== null)
    return wasHarmed(incident)
      ? upAgainHead(incident, wellSince, app, now)
      : calmHead(incident, wellSince, app, now);
  const { first, second, lasting } = headWords(incident, app);
  // A failed run, a stop, or a call for help is a moment; an outage lasts.
  const lasts = wasHarmed(incident) && incident.worst.verdict !== 'stopped';
  const since = beganAt(incident);
  return {
    heading: [
      emoji('rotating_light'),
      plain(' '),
      ...withLinks(lasts ? (lasting ?? first) : first).map(asBold),
      ...(lasts && lasting !== null
        ? sinceParts(since, now)
        : [
            plain(lasts ? ' (failing since ' : ' ('),
            momentOf(since, now),
            plain(', '),
            agoOf(since),
            plain(')'),
          ]),
      plain(timesDown(incident)),
    ],
    second,
  };
}

function stoppedHead(
  incident: Incident,
  { by, at, reason }: NonNullable<Incident['stopped']>,
  app: string,
  now: Instant,
): OpenHead {
  const { first, second } = pastWords(incident, app);
  const why = reason === null ? '' : `: ${clip(reason, 300)}`;
  return {
    heading: [
      emoji('octagonal_sign'),
      bold(` ${app} was stopped`),
      plain(' by '),
      person(by),
      ...atParts(at, now),
      plain(why),
    ],
    second: sentences(first, second),
  };
}

function upAgainHead(incident: Incident, wellSince: Instant, app: string, now: Instant): OpenHead {
  const { first, second } = pastWords(incident, app);
  return {
    heading: [
      emoji('large_yellow_circle'),
      bold(` ${app} is back up`),
      plain(' as of '),
      momentOf(wellSince, now),
      plain(' ('),
      agoOf(wellSince),
      plain(')'),
      plain(timesDown(incident)),
    ],
    second: sentences(`Resolves after ${formatLimit(RECOVERED_MS)} without a restart`, first, second),
  };
}

/** Joins the sentences, each with its period. Returns null if there are none. */
function sentences(...said: readonly (string | null)[]): string | null {
  const told = said.filter((one) => one !== null).map((one) => `${one}.`);
  return told.length === 0 ? null : told.join(' ');
}

function calmHead(incident: Incident, wellSince: Instant, app: string, now: Instant): OpenHead {
  const { first } = pastWords(incident, app);
  const ends = isUnheard(incident) ? 'Resolves once somebody acknowledges' : 'Resolves after one more check';
  return {
    heading: [
      emoji('large_yellow_circle'),
      bold(` ${first}`),
      plain('; no failure seen since '),
      momentOf(wellSince, now),
    ],
    second: `${app} itself is healthy. ${ends}.`,
  };
}

function timesDown({ failures }: Incident): string {
  return failures < 2 ? '' : `; went down ${failures} times`;
}
