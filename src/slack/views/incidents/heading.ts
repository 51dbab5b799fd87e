/** The heading of an open incident: failing, up again and being watched, or stopped. */

import { beganAt, type Incident, isUnheard } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { RECOVERED_MS } from '../../../runbook/model/recovery.ts';
import { formatLimit } from '../../../runbook/text/time.ts';
import { type Clause, type ClauseLine, clause, namedClause } from '../parts/clauses.ts';
import { asBold, bold, clip, emoji, type Part, plain } from '../parts/message.ts';
import { agoOf, atParts, momentOf, person, sinceParts, withLinks } from '../parts/moments.ts';
import { headWords, pastWords, wasHarmed } from './failure-words.ts';

interface OpenHead {
  readonly heading: readonly Part[];
  /** The cause, and what ends the incident. Empty when the heading says it all. */
  readonly second: ClauseLine;
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
    second: second === null ? [] : [second],
  };
}

function stoppedHead(
  incident: Incident,
  { by, at, reason }: NonNullable<Incident['stopped']>,
  app: string,
  now: Instant,
): OpenHead {
  const past = pastWords(incident, app);
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
    second: [pastClause(past.first), ...(past.second === null ? [] : [past.second])],
  };
}

function upAgainHead(incident: Incident, wellSince: Instant, app: string, now: Instant): OpenHead {
  const past = pastWords(incident, app);
  const ends = `Resolves after ${formatLimit(RECOVERED_MS)} without a restart`;
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
    second: [clause(plain(ends)), pastClause(past.first), ...(past.second === null ? [] : [past.second])],
  };
}

/** The first words of an incident that is over name the app, or quote a title. */
function pastClause(first: string): Clause {
  return namedClause(...withLinks(first));
}

function calmHead(incident: Incident, wellSince: Instant, app: string, now: Instant): OpenHead {
  const { first } = pastWords(incident, app);
  const ends = isUnheard(incident) ? 'Resolves once someone acknowledges' : 'Resolves after one more check';
  return {
    heading: [
      emoji('large_yellow_circle'),
      bold(` ${first}`),
      plain('; no failure seen since '),
      momentOf(wellSince, now),
    ],
    second: [namedClause(plain(`${app} itself is healthy`)), clause(plain(ends))],
  };
}

function timesDown({ failures }: Incident): string {
  return failures < 2 ? '' : `; went down ${failures} times`;
}
