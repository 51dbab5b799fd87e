/** The card of a resolved incident: how long it took to detect, acknowledge, and fix. It does not page anyone. */

import { type IncidentTimes, incidentTimes } from '../../../runbook/incidents/times.ts';
import type { Action } from '../../../runbook/model/action.ts';
import type { Incident } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import { formatSpan } from '../../../runbook/text/duration.ts';
import { changesOfIncident } from '../diagnosis/changes.ts';
import { type ClauseLine, clause, clauseLine, labelled, sentencesOf } from '../parts/clauses.ts';
import { bold, clip, emoji, list, type Message, type Part, plain, richText } from '../parts/message.ts';
import { dayAndTimeOf, momentOf, person } from '../parts/moments.ts';
import { button, buttonRow } from '../parts/propose-buttons.ts';
import { pastWords } from './failure-words.ts';
import { evidenceParts, incidentFoot, triedBlocks } from './incident-parts.ts';

export interface ResolvedViewOptions {
  /** Newest first. */
  readonly tried: readonly Action[];
  readonly now: Instant;
  readonly facts: Facts;
}

export function resolvedView(incident: Incident, { tried, now, facts }: ResolvedViewOptions): Message {
  const { first, second } = pastWords(incident, subjectOf(incident, facts));
  const times = incidentTimes(incident, tried, now);
  const { failures } = incident;
  const often = failures > 1 ? ` (went down ${failures} times)` : '';
  // Only a person can close the incident of an app that is still stopped.
  const ended = incident.stopped ? 'Closed with the app stopped, after' : 'Resolved after';
  const head = `${ended} ${formatSpan(times.lastedMs)}: ${first}${often}`;
  const wrong = [
    [clause(emoji('white_check_mark'), plain(' '), bold(head))],
    ...(second === null ? [] : [[second]]),
    // It is over, so advice on where to look comes too late.
    ...changesOfIncident(incident, now, true),
  ];
  const next = [
    [seenClause(incident, times)],
    [takenClause(incident, times.acknowledged)],
    [fixedClause(incident, times.fixed)],
  ];
  const evidence = evidenceParts(incident, MOST_EVIDENCE);
  return {
    text: sentencesOf(wrong.map(unnamed), next.map(unnamed), now),
    blocks: [
      richText(...wrong.map(clauseLine), list('bullet', next.map(clauseLine))),
      ...buttonRow(postmortemButton(incident)),
      ...(evidence.length === 0 ? [] : [richText(...evidence)]),
      ...triedBlocks(tried),
      incidentFoot(incident),
    ],
  };
}

/** In `text`, a person would be mentioned, which notifies them of something that is over. */
function unnamed(line: ClauseLine): ClauseLine {
  return line.map(({ parts, ...rest }) => ({
    ...rest,
    parts: parts.map((part) => (part.type === 'user' ? plain('someone') : part)),
  }));
}

function postmortemButton({ id, app }: Incident) {
  return button('postmortem', 'Postmortem draft', id, `Postmortem draft of the incident of ${app}`);
}

/** The rest is in the thread of the card. */
const MOST_EVIDENCE = 4;

function seenClause({ wellSince, resolvedAt, stopped }: Incident, { beganAt, detectMs }: IncidentTimes) {
  const detected = detectMs >= 1_000 ? `, detected ${formatSpan(detectMs)} later` : '';
  const well: Part[] = wellSince === null ? [] : [plain('; healthy again '), dayAndTimeOf(wellSince)];
  const end: Part[] =
    resolvedAt === null
      ? []
      : [plain(stopped ? '; closed ' : '; resolved '), momentOf(resolvedAt, wellSince ?? beganAt)];
  return labelled('Began', dayAndTimeOf(beganAt), plain(detected), ...well, ...end);
}

function takenClause(
  { openedAt, pings }: Incident,
  acknowledged: { readonly by: string; readonly at: Instant } | null,
) {
  const paged = pings === 0 ? 'nobody was paged' : `${pings} ${pings === 1 ? 'page' : 'pages'}`;
  if (!acknowledged) return labelled('Acknowledged', plain(`no (${paged})`));
  const after = ` after ${formatSpan(acknowledged.at - openedAt)}`;
  return labelled('Acknowledged', person(acknowledged.by), plain(`${after} (${paged})`));
}

function fixedClause(
  { openedAt, stopped }: Incident,
  fixed: { readonly action: Action; readonly at: Instant } | null,
) {
  if (!fixed && stopped) return labelled('Fix', plain('none; stopped by '), person(stopped.by));
  if (!fixed) return labelled('Fix', plain('recovered with no action through the bot'));
  const { title } = fixed.action.plan;
  const after = formatSpan(Math.max(0, fixed.at - openedAt));
  return labelled('Fix', plain(clip(`${title}, after ${after}`, 300)));
}
