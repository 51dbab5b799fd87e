/**
 * The card of an open incident: what is wrong and since when,
 * what was seen, who owns it, who is paged next, what was tried.
 */

import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import { doFirst, incidentOffers } from '../../../runbook/incidents/incident-offers.ts';
import type { Action } from '../../../runbook/model/action.ts';
import { failureKey, type Incident, type Snooze } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { changesOfIncident } from '../diagnosis/changes.ts';
import {
  type Clause,
  type ClauseLine,
  clause,
  clauseLine,
  labelled,
  namedClause,
  sentencesOf,
  stepClause,
} from '../parts/clauses.ts';
import { clip, list, type Message, type Part, plain, richText } from '../parts/message.ts';
import { atParts, momentOf, person, withLinks } from '../parts/moments.ts';
import { nextPageParts } from '../parts/next-page.ts';
import {
  button,
  buttonRow,
  firstRow,
  proposeButtons,
  rollBackFirst,
  settingsButton,
  tryWords,
} from '../parts/propose-buttons.ts';
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
  const { app, target, acknowledged } = incident;
  const offers = incidentOffers(incident, canDo, tried);
  const { first, others, rollback } = offers;
  const wrong = wrongLines(incident, options);
  const next = nextLines(incident, first, options);
  const evidence = evidenceParts(incident, MOST_EVIDENCE);
  const why = reasons(incident, options);
  const own = ownButtons(incident);
  return {
    text: `Incident: ${sentencesOf(wrong, [...next, ...pressLines(incident, offers)], now)}`,
    blocks: [
      richText(...[...wrong, ...next].map(clauseLine)),
      ...firstRow(
        [
          ...(acknowledged ? [] : [acknowledgeButton(incident)]),
          ...(doFirst(incident) === null ? [] : [settingsButton(app)]),
          ...proposeButtons(first, target, rollback),
        ],
        offers,
        target,
      ),
      ...(evidence.length === 0 ? [] : [richText(...evidence)]),
      ...(why.length === 0 ? [] : [richText(list('bullet', why))]),
      ...triedBlocks(tried),
      ...buttonRow(...proposeButtons(others, target, rollback), ...own),
      incidentFoot(incident),
    ],
  };
}

/** Shows the state, the cause, and what changed. */
function wrongLines(incident: Incident, { facts, now }: IncidentViewOptions): readonly ClauseLine[] {
  const { heading, second } = openHead(incident, subjectOf(incident, facts), now);
  return [
    [namedClause(...heading)],
    ...(second.length === 0 ? [] : [second]),
    ...changesOfIncident(incident, now, incident.picture.error !== null),
    ...lastSeenLines(incident),
  ];
}

/** Shows who owns it, who is paged next, and what to do first. */
function nextLines(
  incident: Incident,
  first: readonly ActionKind[],
  { facts, snooze, now }: IncidentViewOptions,
): readonly ClauseLine[] {
  return [
    [ownerClause(incident, facts, now)],
    [labelled('Paging', ...nextPageParts(incident, facts, snooze, now))],
    ...stepLines(incident, first),
  ];
}

const MOST_EVIDENCE = 8;

function stepLines(incident: Incident, first: readonly ActionKind[]): readonly ClauseLine[] {
  const step = doFirst(incident) ?? rollBackFirst(first);
  return step === null ? [] : [[stepClause('Do first', plain(clip(step, 300)))]];
}

/** In `text`, names the buttons. What to do first, which has its own line, says what to press. */
function pressLines(incident: Incident, offers: Offers): readonly ClauseLine[] {
  const press = stepLines(incident, offers.first).length > 0 ? null : tryWords(offers);
  return press === null ? [] : [[clause(plain(press))]];
}

/** If the last sighting shows a different failure than the worst one, the card shows both. */
function lastSeenLines({ picture, worst, stopped, wellSince }: Incident): readonly ClauseLine[] {
  if (stopped || wellSince !== null) return [];
  if (failureKey(picture.failure) === failureKey(worst.failure) || picture.failure.kind === 'verdict')
    return [];
  // Where the verdict has changed, a failure that does not harm the app is the heading already.
  const isHeading = picture.verdict === 'healthy' || picture.verdict === 'unknown';
  if (isHeading && picture.verdict !== worst.verdict) return [];
  return [[labelled('Last seen', ...withLinks(clip(picture.title, 400)))]];
}

function ownerClause({ acknowledged, pings, lastPingAt }: Incident, facts: Facts, now: Instant): Clause {
  return acknowledged
    ? labelled('Owner', person(acknowledged.by), plain(' since '), momentOf(acknowledged.at, now))
    : labelled('Owner', plain('none'), ...pagedParts(facts.escalation.who.name, pings, lastPingAt, now));
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
