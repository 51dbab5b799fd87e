/** The heading of an open incident: failing, up again and being watched, or stopped. */

import type { Instant } from '../../../runbook/model/evidence.ts';
import { beganAt, type Incident, isUnheard } from '../../../runbook/model/incident.ts';
import { RECOVERED_MS } from '../../../runbook/model/recovery.ts';
import { formatAgo, formatClock, formatLimit, formatSince } from '../../../runbook/text/time.ts';
import { asBold, bold, clip, emoji, type Part, plain } from '../parts/message.ts';
import { atParts, momentOf, person, withLinks } from '../parts/moments.ts';
import { headWords, pastWords } from './failure-words.ts';

interface OpenHead {
  readonly heading: readonly Part[];
  readonly second: string;
  /** The same for notifications and screen readers. */
  readonly text: string;
}

/** The current state: failing, up again and being watched, or stopped. */
export function openHead(incident: Incident, app: string, now: Instant): OpenHead {
  const { stopped, wellSince } = incident;
  const since = beganAt(incident);
  const often = timesDown(incident);
  const sentences = (...said: readonly string[]) =>
    said
      .filter((one) => one !== '')
      .map((one) => `${one}.`)
      .join(' ');
  if (stopped) {
    const { first, second } = pastWords(incident, app);
    const why = stopped.reason === null ? '' : `: ${clip(stopped.reason, 300)}`;
    return {
      heading: [
        emoji('octagonal_sign'),
        bold(` ${app} is stopped`),
        plain(', by '),
        person(stopped.by),
        ...atParts(stopped.at, now),
        plain(why),
      ],
      second: sentences(first, second),
      text: sentences(`${app} is stopped, ${formatSince(stopped.at, now)}${why}`, first, second),
    };
  }
  if (wellSince !== null) {
    if (!wasHarmed(incident)) return calmHead(incident, wellSince, app, now);
    const { first, second } = pastWords(incident, app);
    const holds = `Resolves after ${formatLimit(RECOVERED_MS)} without a restart`;
    return {
      heading: [
        emoji('large_yellow_circle'),
        bold(` ${app} is up again`),
        plain(', since '),
        momentOf(wellSince, now),
        plain(often),
      ],
      second: sentences(holds, first, second),
      text: sentences(`${app} is up again, ${formatSince(wellSince, now)}`, holds, first, second),
    };
  }
  const { first, second } = headWords(incident, app);
  // A failed run, a stop or a call for help is a moment; an outage lasts.
  const lasts = wasHarmed(incident) && incident.worst.verdict !== 'stopped';
  const when = lasts
    ? `, ${formatSince(since, now)}`
    : ` (${formatClock(since, now)}, ${formatAgo(since, now)})`;
  return {
    heading: [
      emoji('rotating_light'),
      plain(' '),
      ...withLinks(first).map(asBold),
      ...(lasts
        ? [plain(', since '), momentOf(since, now)]
        : [plain(' ('), momentOf(since, now), plain(')')]),
      plain(often),
    ],
    second,
    text: sentences(`${first}${when}${often}`, second),
  };
}

/** False when the app kept running: someone called for help, or a run or a gate was at fault. */
function wasHarmed({ worst: { verdict } }: Incident): boolean {
  return verdict === 'down' || verdict === 'degraded' || verdict === 'stopped';
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
    text: `${first}. ${app} itself is healthy. ${ends}.`,
  };
}

function timesDown({ failures }: Incident): string {
  return failures < 2 ? '' : ` (down ${failures} times)`;
}
