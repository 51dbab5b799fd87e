/**
 * The first screen of a diagnosis is what someone reads on a phone at night: the state and since when, the cause, what
 * changed, who owns it, and what to press first. A notification says the same.
 */

import { CONDITION_NAMES } from '../../../runbook/diagnosis/escalation.ts';
import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import type { EscalationDue } from '../../../runbook/model/terms.ts';
import { dashboardLink, runLink } from '../../../runbook/text/links.ts';
import { formatAge } from '../../../runbook/text/time.ts';
import { type Clause, type ClauseLine, clause, labelled, namedClause, stepClause } from '../parts/clauses.ts';
import { bold, boldLink, clip, emoji, type Part, plain } from '../parts/message.ts';
import { atParts, momentOf, withLinks } from '../parts/moments.ts';
import { rollBackFirst, tryWords } from '../parts/propose-buttons.ts';
import { stateEmoji, stateWords } from '../parts/state-words.ts';
import { type CauseLine, LONGEST_SENTENCE, theirIncident } from './cause.ts';
import { changeLines } from './changes.ts';
import { situationLines, stopLines } from './situation.ts';

export interface FirstScreenOptions {
  readonly facts: Facts;
  /** A link to the card of the open incident. */
  readonly incidentCard: string | null;
}

/** Shows the state, the cause, and what changed. */
export function wrongLines(
  diagnosis: Diagnosis,
  cause: CauseLine | null,
  { facts }: FirstScreenOptions,
): readonly ClauseLine[] {
  return [
    [headline(diagnosis, subjectOf(diagnosis, facts))],
    ...stopLines(diagnosis.situation, diagnosis.at),
    ...(cause === null ? [] : [cause.line]),
    ...changedLines(diagnosis, cause),
  ];
}

/** Shows who owns it, what happens next, and what to do first. */
export function nextLines(
  diagnosis: Diagnosis,
  cause: CauseLine | null,
  asked: FirstScreenOptions,
  offers: Offers,
): readonly ClauseLine[] {
  const { situation, at: now, since } = diagnosis;
  const { facts, incidentCard: card } = asked;
  return [
    ...situationLines(situation, { facts, now, since, card }),
    ...wakeLines(diagnosis, cause, asked),
    ...stepLines(diagnosis, offers),
  ];
}

/** Returns a headline such as `raxx-api-prod has been down since 21:37 (4 min)`. */
function headline(diagnosis: Diagnosis, subject: string): Clause {
  const { app, verdict, situation, since, at } = diagnosis;
  const { before, after, lasting } = stateWords(verdict, situation);
  // A stop has its own line with who and when.
  const from = situation.stop === null ? since : null;
  return namedClause(
    emoji(stateEmoji(verdict, situation)),
    bold(` ${before}`),
    boldLink(dashboardLink(app), subject),
    bold(from === null ? after : (lasting ?? after)),
    ...(from === null ? firstSeenParts(diagnosis) : lastsParts(from, at, lasting !== null)),
  );
}

/** ` (first seen now, last seen healthy at 21:30)`. Without a healthy look before it, the failure may be old. */
function firstSeenParts({ since, at, changes: { onset } }: Diagnosis): Part[] {
  if (since !== null || onset === null || onset.by === 'log' || onset.firstFailing !== at) return [];
  if (onset.lastWell === null) return [];
  return [plain(' (first seen now, last seen healthy'), ...atParts(onset.lastWell, at), plain(')')];
}

/** ` since 21:37 (4 min)`, or in parentheses where the sentence is about something else. */
function lastsParts(since: Instant, at: Instant, isNamed: boolean): Part[] {
  const age = formatAge(since, at);
  return isNamed
    ? [plain(' since '), momentOf(since, at), plain(` (${age})`)]
    : [plain(' (since '), momentOf(since, at), plain(`, ${age})`)];
}

/**
 * For a stop on purpose, which has its own line, shows the changes that preceded its incident. If the app was stopped
 * outside the bot, the change that stopped it is itself the cause and is not repeated.
 */
function changedLines(diagnosis: Diagnosis, cause: CauseLine | null): readonly ClauseLine[] {
  const { situation, changes, at } = diagnosis;
  if (!situation.stop) {
    const [stopping, ...more] = changes.list.filter(({ verdict }) => verdict === 'suspect');
    const isSaid = changes.state === 'off' && cause?.of?.id === 'formation' && more.length === 0;
    if (isSaid && stopping && (stopping.who === null || stopping.who === cause.of?.about)) return [];
    return changeLines(changes, at, namesCause(diagnosis), theirsIn(cause));
  }
  return situation.incident ? changeLines(situation.incident.changes, at, true, theirsIn(cause)) : [];
}

/** Returns the incident at Heroku that the cause line names, or null. */
function theirsIn(cause: CauseLine | null): string | null {
  return cause?.due?.condition === 3 ? cause.due.about : null;
}

/** Returns whether the card shows the failure's own error, or the incident at Heroku that explains it. */
export function namesCause(diagnosis: Diagnosis): boolean {
  const [mode] = diagnosis.modes;
  return mode === undefined ? theirIncident(diagnosis) !== undefined : mode.error !== null;
}

/** Shows who has to be paged now, or who will be and when. An open incident shows the latter itself. */
function wakeLines(
  diagnosis: Diagnosis,
  cause: CauseLine | null,
  { facts }: FirstScreenOptions,
): readonly ClauseLine[] {
  const { escalations, at, situation } = diagnosis;
  const { name } = facts.escalation.who;
  const due = escalations.filter(({ dueAt }) => dueAt <= at);
  const title = situation.incident?.acknowledged ? 'Condition met' : `Wake ${name} now`;
  const lines = due.map((one): ClauseLine => {
    const why =
      cause?.due === one
        ? [plain(`: ${CONDITION_NAMES[one.condition]}`), ...runParts(one, facts)]
        : withLinks(`: ${clip(one.reason, LONGEST_SENTENCE)}`);
    return [clause(emoji('rotating_light'), bold(` ${title}`), ...why)];
  });
  const [next] = escalations
    .filter(({ dueAt }) => dueAt > at)
    .toSorted((one, other) => one.dueAt - other.dueAt);
  if (!next || due.length > 0 || situation.incident) return lines;
  const words = ` ${unlessWords(next, diagnosis)}`;
  return [[labelled('Paging', plain(name), ...atParts(next.dueAt, at), plain(words))]];
}

/** A link to the run of condition 1, which the cause names without one. */
function runParts({ condition, about }: EscalationDue, { github }: Facts): Part[] {
  const [id] = about?.split('/') ?? [];
  if (condition !== 1 || id === undefined) return [];
  return [plain(' ('), { type: 'link', url: runLink(github.repository, id), text: `run ${id}` }, plain(')')];
}

/** What would end a condition whose time is running. */
function unlessWords({ condition }: EscalationDue, { modes }: Diagnosis): string {
  if (condition === 4) return 'unless the app is reachable again';
  const endings = new Set(modes.flatMap(({ code }) => ENDING.get(code ?? '') ?? []));
  const [only] = endings;
  return condition === 2 && only !== undefined && endings.size === 1 ? `unless ${only}` : 'unless fixed';
}

/** The codes of condition 2. */
const ENDING: ReadonlyMap<string, string> = new Map([
  ['R10', 'the R10 boot timeouts stop'],
  ['R14', 'the R14 memory errors stop'],
  ['R15', 'the R15 memory errors stop'],
]);

/** Shows the order of the buttons where it matters, or the runbook's first step if no button does it. */
function stepLines({ modes }: Diagnosis, { first }: Offers): readonly ClauseLine[] {
  const order = rollBackFirst(first);
  if (order !== null) return [[labelled('Do first', plain(order))]];
  const step = modes[0]?.fix[0];
  if (first.length > 0 || step === undefined) return [];
  return [[stepClause('Do first', ...withLinks(clip(step, LONGEST_SENTENCE)))]];
}

/** In `text`, counts what the card lists below its buttons. */
export function blindLines({ unread: { length } }: Diagnosis): readonly ClauseLine[] {
  if (length === 0) return [];
  return [[clause(plain(`${length} ${length === 1 ? 'source' : 'sources'} could not be read`))]];
}

/** In `text`, names the buttons. What to do first, which has its own line, says what to press. */
export function pressLines(diagnosis: Diagnosis, offers: Offers): readonly ClauseLine[] {
  const press = stepLines(diagnosis, offers).length > 0 ? null : tryWords(offers);
  return press === null ? [] : [[clause(plain(press))]];
}
