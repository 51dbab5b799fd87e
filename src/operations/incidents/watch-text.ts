/** Describes what the watch knows about a target, in the same words at the terminal and in Slack. */

import { lastedMs } from '../../runbook/incidents/times.ts';
import { actorPart } from '../../runbook/model/actor.ts';
import { beganAt, pictureTitle } from '../../runbook/model/incident.ts';
import { formatSpan } from '../../runbook/text/duration.ts';
import type { Phrase } from '../../runbook/text/phrase.ts';
import { formatAgo, formatInstant } from '../../runbook/text/time.ts';
import type { RequestCount } from '../ports/incident-store.ts';
import type { WatchReport } from './watch-report.ts';

export interface WatchLine {
  readonly name: 'Incident' | 'Owner' | 'Snoozed' | 'Watch' | 'API calls';
  readonly words: Phrase;
}

export function watchLines(report: WatchReport): readonly WatchLine[] {
  return [...incidentLines(report), ...snoozeLines(report), watchLine(report), ...requestLines(report)];
}

function incidentLines({ incident, at }: WatchReport): WatchLine[] {
  if (!incident) return [];
  const { worst, acknowledged, pings, failures, wellSince, stopped } = incident;
  const lasts = `since ${formatInstant(beganAt(incident))} (${formatSpan(lastedMs(incident, at))})`;
  const often = failures > 1 ? ` · went down ${failures} times` : '';
  const now = stopped
    ? ` · stopped at ${formatInstant(stopped.at)}`
    : wellSince === null
      ? ''
      : ` · back up since ${formatInstant(wellSince)}`;
  const paged = pings === 0 ? 'nobody was paged' : `${pings} ${pings === 1 ? 'page' : 'pages'}`;
  return [
    { name: 'Incident', words: `${pictureTitle(worst)} · ${lasts}${often}${now}` },
    {
      name: 'Owner',
      words: acknowledged
        ? [actorPart(acknowledged.by), `, acknowledged at ${formatInstant(acknowledged.at)} (${paged})`]
        : `none (${paged})`,
    },
  ];
}

function snoozeLines({ snooze, at }: WatchReport): WatchLine[] {
  if (!snooze) return [];
  const { until, by } = snooze;
  const words = `no pages until ${formatInstant(until)} (${formatSpan(until - at)} left) unless it gets worse; snoozed by `;
  return [{ name: 'Snoozed', words: [words, actorPart(by)] }];
}

/** A source that cannot be seen is reported before anything reassuring. */
function watchLine({ blind, blindGitHub, isLate, sawAt, lookedAt, at }: WatchReport): WatchLine {
  const line = (words: string): WatchLine => ({ name: 'Watch', words });
  if (lookedAt === null) return line('no check yet');
  const unseen = [
    ...(blind ? [`Heroku since ${formatInstant(blind.since)} (${formatSpan(at - blind.since)})`] : []),
    ...(blindGitHub
      ? [`GitHub since ${formatInstant(blindGitHub.since)} (${formatSpan(at - blindGitHub.since)})`]
      : []),
  ];
  if (unseen.length > 0) return line(`blind: hasn't been able to see ${unseen.join(' and ')}`);
  if (isLate)
    return line(
      sawAt === null
        ? `nothing seen yet, last tried ${formatAgo(lookedAt, at)}`
        : `no good check since ${formatInstant(sawAt)} (${formatSpan(at - sawAt)})`,
    );
  return line(`checked ${formatAgo(lookedAt, at)}`);
}

function requestLines({ asked }: WatchReport): WatchLine[] {
  const said = [countWords('this hour', asked.now), countWords('the hour before', asked.before)];
  const known = said.filter((one) => one !== null);
  return known.length === 0 ? [] : [{ name: 'API calls', words: known.join('; ') }];
}

function countWords(when: string, asked: RequestCount | null): string | null {
  return asked ? `${when} ${asked.heroku} to Heroku, ${asked.github} to GitHub` : null;
}
