/**
 * Shows what is known about a target besides the evidence, in the first lines of a diagnosis:
 * a change, a stop, the open incident.
 */
import { beganAt } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { Facts } from '../../../runbook/model/runbook-config.ts';
import type { Situation } from '../../../runbook/model/situation.ts';
import type { Finding } from '../../../runbook/model/terms.ts';
import { type ClauseLine, clause, labelled } from '../parts/clauses.ts';
import { bold, boldLink, clip, type Part, plain } from '../parts/message.ts';
import { atParts, momentOf, person, withLinks } from '../parts/moments.ts';
import { nextPageParts } from '../parts/next-page.ts';

export interface SituationOptions {
  readonly facts: Facts;
  readonly now: Instant;
  /** When the failure began, as the headline shows it. Null when the headline does not show it. */
  readonly since: Instant | null;
  /** A link to the open incident's card. Null when there is none, or Slack gives no link. */
  readonly card: string | null;
}

export function situationLines(situation: Situation, options: SituationOptions): readonly ClauseLine[] {
  return [...changeLines(situation, options.now), ...incidentLines(situation, options)];
}

function changeLines({ change }: Situation, now: Instant): readonly ClauseLine[] {
  if (!change) return [];
  const by: Part[] = change.who === null ? [] : [plain(' by '), ...whoParts(change.who)];
  return [
    [
      labelled(
        'Change in progress',
        plain('started'),
        ...by,
        ...atParts(change.since, now),
        plain('; the app has until '),
        momentOf(change.until, now),
        plain(' to come up'),
      ),
    ],
  ];
}

/** Heroku names people by their e-mail address. */
function whoParts(who: string): Part[] {
  return who.includes('@') ? [plain(who)] : [person(who)];
}

/** Without this line, the next person might restore an app that was stopped on purpose. */
export function stopParts({ stop }: Situation, now: Instant): Part[] {
  if (!stop) return [];
  const why = stop.reason === null ? '' : `: ${clip(stop.reason, 300)}`;
  return [
    bold('Stopped on purpose'),
    plain(' by '),
    person(stop.by),
    ...atParts(stop.at, now),
    ...withLinks(why),
  ];
}

export function stopLines(situation: Situation, now: Instant): readonly ClauseLine[] {
  return situation.stop ? [[clause(...stopParts(situation, now))]] : [];
}

/** An app that was stopped through the bot is at 0, so the check that finds no dynos only repeats the stop. */
export function isSaidByStop({ id, fault }: Finding, { stop }: Situation): boolean {
  return stop !== null && id === 'formation' && fault === 'no_dynos';
}

function incidentLines(
  { incident, snooze }: Situation,
  { facts, now, card, since: shown }: SituationOptions,
): readonly ClauseLine[] {
  if (!incident) return [];
  const { acknowledged } = incident;
  const since = beganAt(incident);
  const owner: Part[] = acknowledged ? [person(acknowledged.by)] : [plain('none')];
  const named = card === null ? bold('Incident') : boldLink(card, 'Incident');
  return [
    [
      clause(
        named,
        ...(since === shown ? [] : [plain(' since '), momentOf(since, now)]),
        plain(' · owner: '),
        ...owner,
        plain(' · paging: '),
        ...nextPageParts(incident, facts, snooze, now),
      ),
    ],
  ];
}
