/** The card of a resolved incident: how long it took to detect, acknowledge, and fix. It does not page anyone. */

import { type IncidentTimes, incidentTimes } from '../../../runbook/incidents/times.ts';
import type { Action } from '../../../runbook/model/action.ts';
import type { Incident } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import { formatSpan } from '../../../runbook/text/duration.ts';
import {
  bold,
  clip,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  type Part,
  plain,
  richText,
} from '../parts/message.ts';
import { dayAndTimeOf, momentOf, person, withLinks } from '../parts/moments.ts';
import { button } from '../parts/propose-buttons.ts';
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
  const said = second === null ? head : `${head}. ${second.words}`;
  return {
    text: escapeText(clip(`${said}.`, 3_000)),
    blocks: [
      richText(
        line(emoji('white_check_mark'), plain(' '), bold(head)),
        ...(second === null ? [] : [line(...withLinks(clip(second.words, 600)))]),
        ...evidenceParts(incident, MOST_EVIDENCE),
        list('bullet', [
          seenLine(incident, times),
          takenLine(incident, times.acknowledged),
          fixedLine(incident, times.fixed),
        ]),
      ),
      ...triedBlocks(tried),
      {
        type: 'actions',
        elements: [
          button(
            'postmortem',
            'Postmortem draft',
            incident.id,
            `Postmortem draft of the incident of ${incident.app}`,
          ),
        ],
      },
      incidentFoot(incident),
    ],
  };
}

/** The rest is in the thread of the card. */
const MOST_EVIDENCE = 4;

function seenLine({ wellSince, resolvedAt, stopped }: Incident, { beganAt, detectMs }: IncidentTimes) {
  const detected = detectMs >= 1_000 ? `, detected ${formatSpan(detectMs)} later` : '';
  const well: Part[] = wellSince === null ? [] : [plain('; healthy again '), dayAndTimeOf(wellSince)];
  const end: Part[] =
    resolvedAt === null
      ? []
      : [plain(stopped ? '; closed ' : '; resolved '), momentOf(resolvedAt, wellSince ?? beganAt)];
  return line(bold('Began: '), dayAndTimeOf(beganAt), plain(detected), ...well, ...end);
}

function takenLine(
  { openedAt, pings }: Incident,
  acknowledged: { readonly by: string; readonly at: Instant } | null,
) {
  const paged = pings === 0 ? 'nobody was paged' : `${pings} ${pings === 1 ? 'page' : 'pages'}`;
  if (!acknowledged) return line(bold('Acknowledged: '), plain(`no (${paged})`));
  const after = ` after ${formatSpan(acknowledged.at - openedAt)}`;
  return line(bold('Acknowledged: '), person(acknowledged.by), plain(`${after} (${paged})`));
}

function fixedLine(
  { openedAt, stopped }: Incident,
  fixed: { readonly action: Action; readonly at: Instant } | null,
) {
  if (!fixed && stopped) return line(bold('Fix: '), plain('none; stopped by '), person(stopped.by));
  if (!fixed) return line(bold('Fix: '), plain('recovered with no action through the bot'));
  const { title } = fixed.action.plan;
  const after = formatSpan(Math.max(0, fixed.at - openedAt));
  return line(bold('Fix: '), plain(clip(`${title}, after ${after}`, 300)));
}
