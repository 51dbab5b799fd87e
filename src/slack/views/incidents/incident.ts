/** The card of an open incident: what is wrong and since when, what was seen, who owns it, who is paged next, what was tried. */

import { doFirst, incidentOffers } from '../../../runbook/incidents/incident-offers.ts';
import type { Action } from '../../../runbook/model/action.ts';
import type { Instant } from '../../../runbook/model/evidence.ts';
import { failureKey, type Incident, type Snooze } from '../../../runbook/model/incident.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { changeLines, changeSentence } from '../diagnosis/changes.ts';
import {
  bold,
  clip,
  escapeText,
  line,
  list,
  type Message,
  type Part,
  plain,
  richText,
} from '../parts/message.ts';
import { momentOf, person, withLinks } from '../parts/moments.ts';
import { nextPageParts } from '../parts/next-page.ts';
import { button, buttonRow, proposeButtons, rollBackFirst } from '../parts/propose-buttons.ts';
import { openHead } from './heading.ts';
import {
  acknowledgeButton,
  diagnoseButton,
  evidenceParts,
  incidentFoot,
  triedBlocks,
} from './incident-parts.ts';
import { reasons } from './reasons.ts';
import { resolvedView } from './resolved.ts';

export interface IncidentViewOptions {
  readonly facts: Facts;
  /** Actions on the app since the incident began, newest first. */
  readonly tried: readonly Action[];
  readonly snooze: Snooze | null;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly now: Instant;
}

export function incidentView(incident: Incident, options: IncidentViewOptions): Message {
  return incident.state === 'resolved' ? resolvedView(incident, options) : openView(incident, options);
}

function openView(incident: Incident, options: IncidentViewOptions): Message {
  const { heading, text, second } = openHead(incident, subjectOf(incident, options.facts), options.now);
  const { facts, tried, snooze, canDo, now } = options;
  const changed = changeSentence(incident.changes, now, incident.picture.error !== null);
  const { target, acknowledged } = incident;
  const { first, others, rollback } = incidentOffers(incident, canDo, tried);
  const evidence = evidenceParts(incident, MOST_EVIDENCE);
  const why = reasons(incident, options);
  const own = ownButtons(incident);
  return {
    text: escapeText(clip(`Incident: ${text}${changed === '' ? '' : ` ${changed}.`}`, 3_000)),
    blocks: [
      richText(
        line(...heading),
        ...(second === '' ? [] : [line(...withLinks(clip(second, 300)))]),
        ...changeLines(incident.changes, now, incident.picture.error !== null),
        ...lastSeenLines(incident),
        ...stepLines(incident, first),
        ownerLine(incident, facts, now),
        line(bold('Paging: '), ...nextPageParts(incident, facts, snooze, now)),
      ),
      ...buttonRow(
        ...(acknowledged ? [] : [acknowledgeButton(incident)]),
        ...proposeButtons(first, target, rollback),
      ),
      ...(evidence.length === 0 ? [] : [richText(...evidence)]),
      ...(why.length === 0 ? [] : [richText(list('bullet', why))]),
      ...triedBlocks(tried),
      ...buttonRow(...proposeButtons(others, target, rollback), ...own),
      incidentFoot(incident),
    ],
  };
}

const MOST_EVIDENCE = 8;

function stepLines(incident: Incident, first: readonly ActionKind[]) {
  const step = doFirst(incident) ?? rollBackFirst(first);
  return step === null ? [] : [line(bold('Do first: '), plain(clip(step, 300)))];
}

/** When the last sighting shows a different failure than the worst one, the card shows both. */
function lastSeenLines({ picture, worst, stopped, wellSince }: Incident) {
  if (stopped || wellSince !== null) return [];
  if (failureKey(picture.failure) === failureKey(worst.failure) || picture.failure.kind === 'verdict')
    return [];
  return [line(bold('Last seen: '), ...withLinks(clip(picture.title, 400)))];
}

function ownerLine({ acknowledged, pings, lastPingAt }: Incident, facts: Facts, now: Instant) {
  return acknowledged
    ? line(bold('Owner: '), person(acknowledged.by), plain(', since '), momentOf(acknowledged.at, now))
    : line(bold('Owner: '), plain('none'), ...pagedParts(facts.escalation.who.name, pings, lastPingAt, now));
}

function pagedParts(name: string, pings: number, lastPingAt: Instant | null, now: Instant): Part[] {
  if (pings === 0 || lastPingAt === null) return [];
  return [
    plain(pings === 1 ? ` (${name} was paged at ` : ` (${name} was paged ${pings} times, last `),
    momentOf(lastPingAt, now),
    plain(')'),
  ];
}

function ownButtons(incident: Incident) {
  const { id, app, stopped } = incident;
  return [
    diagnoseButton(incident),
    ...(stopped
      ? [button('close_incident', 'Close, leave it stopped', id, `Close the incident of ${app}`)]
      : []),
  ];
}
