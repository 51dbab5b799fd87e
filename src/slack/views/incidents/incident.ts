/**
 * The card of an open incident: what is wrong and since when,
 * what was seen, who owns it, who is paged next, what was tried.
 */

import type { RichTextSection } from '@slack/types';
import { doFirst, incidentOffers } from '../../../runbook/incidents/incident-offers.ts';
import type { Action } from '../../../runbook/model/action.ts';
import { failureKey, type Incident, type Snooze } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { changeLines } from '../diagnosis/changes.ts';
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
import { atParts, momentOf, person, withLinks } from '../parts/moments.ts';
import { nextPageParts } from '../parts/next-page.ts';
import { button, buttonRow, proposeButtons, rollBackFirst, tryWords } from '../parts/propose-buttons.ts';
import { spoken } from '../parts/spoken.ts';
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
  const { tried, canDo, now } = options;
  const { target, acknowledged } = incident;
  const offers = incidentOffers(incident, canDo, tried);
  const { first, others, rollback } = offers;
  const lines = firstLines(incident, first, options);
  const evidence = evidenceParts(incident, MOST_EVIDENCE);
  const why = reasons(incident, options);
  const own = ownButtons(incident);
  return {
    // What to do first is among the lines, and says what to press.
    text: `Incident: ${spoken(lines, now)}${stepLines(incident, first).length > 0 ? '' : escapeText(tryWords(offers))}`,
    blocks: [
      richText(...lines),
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

/** Shows the state, the cause, what changed, who owns it, who is paged next, and what to do first. */
function firstLines(
  incident: Incident,
  first: readonly ActionKind[],
  { facts, snooze, now }: IncidentViewOptions,
): readonly RichTextSection[] {
  const { heading, second } = openHead(incident, subjectOf(incident, facts), now);
  return [
    line(...heading),
    ...(second === null ? [] : [line(...withLinks(clip(second, 300)))]),
    ...changeLines(incident.changes, now, incident.picture.error !== null),
    ...lastSeenLines(incident),
    ownerLine(incident, facts, now),
    line(bold('Paging: '), ...nextPageParts(incident, facts, snooze, now)),
    ...stepLines(incident, first),
  ];
}

const MOST_EVIDENCE = 8;

function stepLines(incident: Incident, first: readonly ActionKind[]) {
  const step = doFirst(incident) ?? rollBackFirst(first);
  return step === null ? [] : [line(bold('Do first: '), plain(clip(step, 300)))];
}

/** If the last sighting shows a different failure than the worst one, the card shows both. */
function lastSeenLines({ picture, worst, stopped, wellSince }: Incident) {
  if (stopped || wellSince !== null) return [];
  if (failureKey(picture.failure) === failureKey(worst.failure) || picture.failure.kind === 'verdict')
    return [];
  // Where the verdict has changed, a failure that does not harm the app is the heading already.
  const isHeading = picture.verdict === 'healthy' || picture.verdict === 'unknown';
  if (isHeading && picture.verdict !== worst.verdict) return [];
  return [line(bold('Last seen: '), ...withLinks(clip(picture.title, 400)))];
}

function ownerLine({ acknowledged, pings, lastPingAt }: Incident, facts: Facts, now: Instant) {
  return acknowledged
    ? line(bold('Owner: '), person(acknowledged.by), plain(' since '), momentOf(acknowledged.at, now))
    : line(bold('Owner: '), plain('none'), ...pagedParts(facts.escalation.who.name, pings, lastPingAt, now));
}

function pagedParts(name: string, pings: number, lastPingAt: Instant | null, now: Instant): Part[] {
  if (pings === 0 || lastPingAt === null) return [];
  const often = pings === 1 ? '' : ` ${pings} times, last`;
  return [plain(` (${name} was paged${often}`), ...atParts(lastPingAt, now), plain(')')];
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
