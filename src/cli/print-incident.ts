/** Prints incidents at the terminal: one line each, or a single one with its timeline. */

import { incidentTimes, lastedMs } from '../runbook/incidents/times.ts';
import type { Action } from '../runbook/model/action.ts';
import { BOT } from '../runbook/model/actor.ts';
import { beganAt, type Incident, pictureTitle } from '../runbook/model/incident.ts';
import type { Instant } from '../runbook/model/instant.ts';
import { addedWords, type IncidentEvent } from '../runbook/model/timeline.ts';
import { formatSpan } from '../runbook/text/duration.ts';
import { formatInstant } from '../runbook/text/time.ts';
import type { Paint } from './paint.ts';

/** Keeps the given order. */
export function printIncidents(incidents: readonly Incident[], now: Instant, paint: Paint): string {
  if (incidents.length === 0) return 'No incidents yet.\n';
  return incidents
    .map((incident) => {
      const { id, app, worst, state, acknowledged } = incident;
      const span = formatSpan(lastedMs(incident, now));
      const ended = state === 'open' ? paint.red(`open for ${span}`) : `resolved after ${span}`;
      const owner = acknowledged ? ` · owner ${acknowledged.by}` : state === 'open' ? ' · no owner' : '';
      return `${paint.bold(id.slice(0, 8))}  ${formatInstant(beganAt(incident))}  ${app}  ${ended}: ${pictureTitle(worst)}${owner}\n`;
    })
    .join('');
}

export function printIncident(
  incident: Incident,
  tried: readonly Action[],
  now: Instant,
  paint: Paint,
): string {
  const { worst, app, state, pings, trail, id, failures } = incident;
  const {
    acknowledged,
    fixed,
    beganAt: began,
    detectMs,
    lastedMs: lasted,
  } = incidentTimes(incident, tried, now);
  const ended = state === 'open' ? 'OPEN for' : 'resolved after';
  return `${[
    `${paint.bold(app)}: ${pictureTitle(worst)}`,
    `  ${ended} ${formatSpan(lasted)}${failures > 1 ? ` (went down ${failures} times)` : ''}, began ${formatInstant(began)}, opened ${formatSpan(detectMs)} later`,
    `  ${pings} ${pings === 1 ? 'page' : 'pages'}, ${acknowledged ? `acknowledged by ${acknowledged.by} at ${formatInstant(acknowledged.at)}` : 'not acknowledged'}`,
    `  ${fixed ? `fixed by: ${fixed.action.plan.title}` : 'no action through the bot fixed it'}`,
    ...part('Evidence', worst.evidence),
    ...part(
      'Tried',
      tried.map((action) => `${action.state}: ${action.plan.title}`),
    ),
    ...part(
      'Timeline',
      trail.map((line) => `${formatInstant(line.at)}  ${lineWords(line)}  ${paint.dim(line.hash)}`),
    ),
    paint.dim(`Postmortem draft: raxx incident ${id.slice(0, 8)} --markdown`),
  ].join('\n')}\n`;

  function part(name: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : [paint.bold(name), ...lines.map((line) => `  ${line}`)];
  }
}

function lineWords(line: IncidentEvent): string {
  const { event, who } = line;
  const added = addedWords(line);
  return `${event}${added === null ? '' : `: ${added}`}${who === BOT ? '' : ` (${who})`}`;
}
