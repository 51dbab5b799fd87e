/** Describes what the watch knows about a target, in the same words at the terminal and in Slack. */

import { lastedMs } from '../../runbook/incidents/times.ts';
import { beganAt, pictureTitle } from '../../runbook/model/incident.ts';
import { formatSpan } from '../../runbook/text/duration.ts';
import { formatAgo, formatInstant } from '../../runbook/text/time.ts';
import type { RequestCount } from '../ports/incident-store.ts';
import type { WatchReport } from './watch-report.ts';

export interface WatchLine {
  readonly name: 'Incident' | 'Owner' | 'Snoozed' | 'Watch' | 'Requests';
  readonly words: string;
  /** A person to name after the words, as the audit stores them; null for nobody. */
  readonly who: string | null;
}

export function watchLines(report: WatchReport): readonly WatchLine[] {
  return [...incidentLines(report), ...snoozeLines(report), watchLine(report), ...requestLines(report)];
}

function incidentLines({ incident, at }: WatchReport): WatchLine[] {
  if (!incident) return [];
  const { worst, acknowledged, pings, failures, wellSince, stopped } = incident;
  const lasts = `since ${formatInstant(beganAt(incident))} (${formatSpan(lastedMs(incident, at))})`;
  const often = failures > 1 ? `, down ${failures} times` : '';
  const now = stopped
    ? `, stopped ${formatInstant(stopped.at)}`
    : wellSince === null
      ? ''
      : `, up again since ${formatInstant(wellSince)}`;
  const paged = pings === 0 ? 'nobody was paged' : `${pings} ${pings === 1 ? 'page' : 'pages'}`;
  return [
    { name: 'Incident', words: `${pictureTitle(worst)}, ${lasts}${often}${now}`, who: null },
    {
      name: 'Owner',
      words: acknowledged ? `${paged}, acknowledged ${formatInstant(acknowledged.at)} by` : `none, ${paged}`,
      who: acknowledged?.by ?? null,
    },
  ];
}

function snoozeLines({ snooze, at }: WatchReport): WatchLine[] {
  if (!snooze) return [];
  const { until, by } = snooze;
  const words = `no pages until ${formatInstant(until)} (${formatSpan(until - at)} left), unless it gets worse; by`;
  return [{ name: 'Snoozed', words, who: by }];
}

/** A source that cannot be seen is reported before anything reassuring. */
function watchLine({ blind, blindGitHub, isLate, sawAt, lookedAt, at }: WatchReport): WatchLine {
  const line = (words: string): WatchLine => ({ name: 'Watch', words, who: null });
  if (lookedAt === null) return line('no check yet');
  const unseen = [
    ...(blind ? [`Heroku since ${formatInstant(blind.since)} (${formatSpan(at - blind.since)})`] : []),
    ...(blindGitHub
      ? [`GitHub since ${formatInstant(blindGitHub.since)} (${formatSpan(at - blindGitHub.since)})`]
      : []),
  ];
  if (unseen.length > 0) return line(`blind: can't see ${unseen.join(' and ')}`);
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
  const known = said.filter((one) => one !== '');
  return known.length === 0 ? [] : [{ name: 'Requests', words: known.join('; '), who: null }];
}

function countWords(when: string, asked: RequestCount | null): string {
  return asked ? `${when} ${asked.heroku} to Heroku, ${asked.github} to GitHub` : '';
}
