/** What the watch knows of a target in words, the same at the terminal and in Slack. */
import { formatAgo, formatInstant } from '../runbook/age.ts';
import { formatSpan } from '../runbook/duration.ts';
import type { Asked } from './incident-book.ts';
import type { WatchReport } from './watch-report.ts';

export interface WatchLine {
  readonly name: 'Incident' | 'Who has it' | 'Snoozed' | 'Watch' | 'Requests';
  readonly words: string;
  /** A person, as the audit has them, after the words; null: none. */
  readonly who: string | null;
}

export function watchLines(report: WatchReport): readonly WatchLine[] {
  return [...incidentLines(report), ...snoozeLines(report), watchLine(report), ...requestLines(report)];
}

function incidentLines({ incident, at }: WatchReport): WatchLine[] {
  if (!incident) return [];
  const { picture, since, acknowledged, pings } = incident;
  const lasts = `since ${formatInstant(since)} (${formatSpan(at - since)})`;
  const pinged = pings === 0 ? 'nobody was pinged' : `pinged ${pings === 1 ? 'once' : `${pings} times`}`;
  return [
    { name: 'Incident', words: `${picture.title}, ${lasts}`, who: null },
    {
      name: 'Who has it',
      words: acknowledged
        ? `${pinged}, acknowledged ${formatInstant(acknowledged.at)} by`
        : `nobody yet, ${pinged}`,
      who: acknowledged?.by ?? null,
    },
  ];
}

function snoozeLines({ snooze, at }: WatchReport): WatchLine[] {
  if (!snooze) return [];
  const { until, by } = snooze;
  const words = `nobody is pinged until ${formatInstant(until)} (${formatSpan(until - at)} more), unless it gets worse; by`;
  return [{ name: 'Snoozed', words, who: by }];
}

/** Not seeing is told before anything reassuring. */
function watchLine({ blind, isLate, sawAt, lookedAt, at }: WatchReport): WatchLine {
  const line = (words: string): WatchLine => ({ name: 'Watch', words, who: null });
  if (lookedAt === null) return line('not watched yet');
  if (blind)
    return line(
      `blind: the watch has not seen Heroku since ${formatInstant(blind.since)} (${formatSpan(at - blind.since)})`,
    );
  if (isLate)
    return line(
      sawAt === null
        ? `nothing was seen yet, last tried ${formatAgo(lookedAt, at)}`
        : `not watched since ${formatInstant(sawAt)} (${formatSpan(at - sawAt)})`,
    );
  return line(`looked at ${formatAgo(lookedAt, at)}`);
}

function requestLines({ asked }: WatchReport): WatchLine[] {
  const said = [countWords('this hour', asked.now), countWords('the hour before', asked.before)];
  const known = said.filter((one) => one !== '');
  return known.length === 0 ? [] : [{ name: 'Requests', words: known.join('; '), who: null }];
}

function countWords(when: string, asked: Asked | null): string {
  return asked ? `${when} ${asked.heroku} to Heroku, ${asked.github} to GitHub` : '';
}
