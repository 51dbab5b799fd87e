/** Shows what changed: one line on a card, everything in the thread or on request. */
import type { KnownBlock } from '@slack/types';
import {
  causeAtHeroku,
  changeSentence,
  changeSummary,
  type ListOptions,
  LONGEST_ON_CARD,
  listChanges,
  withoutIncident,
} from '../../../runbook/changes/change-line.ts';
import { unreadForChanges } from '../../../runbook/changes/judge.ts';
import { unreadLines } from '../../../runbook/diagnosis/unread.ts';
import type { LastHour } from '../../../runbook/logs/last-hour.ts';
import type { ChangeReport } from '../../../runbook/model/change.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { Incident } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { cutPhrase } from '../../../runbook/text/phrase.ts';
import type { TimedSentence } from '../../../runbook/text/timed-sentence.ts';
import { type Clause, type ClauseLine, clause, labelled } from '../parts/clauses.ts';
import {
  bold,
  clip,
  escapeText,
  line,
  list,
  type Message,
  phraseParts,
  plain,
  richText,
} from '../parts/message.ts';
import { dayAndTimeOf } from '../parts/moments.ts';
import { stateSentence } from '../parts/state-words.ts';
import { lastHourBlocks, lastHourWords } from './last-hour.ts';

/**
 * The line for a card. Empty if there is nothing to explain.
 * `namesCause` is true if the card shows the failure's own error.
 * `shown` is the incident at Heroku that the card already gives as the cause, or null. It is not repeated.
 */
export function changeLines(
  changes: ChangeReport | null,
  now: Instant,
  namesCause: boolean,
  shown: string | null = null,
): readonly ClauseLine[] {
  const rest = changes === null ? null : withoutIncident(changes, shown);
  const said = rest === null ? null : changeSummary(rest, now, namesCause);
  if (said === null) return [];
  // The incident at Heroku explains it.
  if (!said.isNamed && rest !== changes) return said.unread === null ? [] : [[unreadClause(said.unread)]];
  const words = phraseParts(cutPhrase(said.words, LONGEST_ON_CARD));
  return [
    [
      said.isNamed ? labelled('Changed', ...words) : clause(...words),
      ...(said.unread === null ? [] : [unreadClause(said.unread)]),
    ],
  ];
}

/** The line for a card that shows the worst sighting of the incident as the cause. */
export function changesOfIncident(
  incident: Incident,
  now: Instant,
  namesCause: boolean,
): readonly ClauseLine[] {
  return changeLines(incident.changes, now, namesCause, causeAtHeroku(incident));
}

/**
 * Shows all changes, and the requests of the last hour if the log was read, in a thread.
 * Null if there is nothing to explain.
 */
export function changesThread(
  changes: ChangeReport | null,
  lastHour: LastHour | null,
  now: Instant,
  namesCause: boolean,
): Message | null {
  if (changes?.state !== 'failing') return null;
  const requests = lastHour === null ? [] : lastHourBlocks(lastHour, now);
  const said = [
    changeSentence(changes, now, namesCause),
    lastHour !== null && requests.length > 0 ? lastHourWords(lastHour) : null,
  ];
  return {
    text: escapeText(clip(`${said.filter((one) => one !== null).join('. ')}.`, 1_000)),
    blocks: [...allOf(changes, now, { namesCause }), ...requests],
  };
}

/** The reply to `/raxx changes`. */
export function changesView(diagnosis: Diagnosis): Message {
  const { app, verdict, situation, changes, at } = diagnosis;
  const state = `${stateSentence(app, verdict, situation)}.`;
  const said = changeSentence(changes, at);
  const nothing = changes.list.length === 0 && said === null ? ' No visible change in the last 24 h.' : '';
  return {
    text: escapeText(clip((said === null ? state : `${state} ${said}.`) + nothing, 1_000)),
    blocks: [
      richText(line(bold(state), plain(nothing))),
      ...allOf(changes, at, { unread: unreadLines(unreadForChanges(diagnosis)) }),
    ],
  };
}

function allOf(changes: ChangeReport, now: Instant, options: ListOptions): KnownBlock[] {
  const { onset, none, lines, more, unread, before } = listChanges(changes, now, options);
  const items = lines.map((words) => line(...phraseParts(words)));
  const rest = more === 0 ? [] : [line(plain(`and ${more} more`))];
  const parts = [
    ...(onset === null ? [] : [timedLine(onset)]),
    ...(none === null ? [] : [line(plain(none))]),
    ...(items.length === 0 ? [] : [list('bullet', [...items, ...rest])]),
    ...(unread === null ? [] : [line(bold("Couldn't read: "), plain(clip(unread, 600)))]),
    ...(before === null ? [] : [timedLine(before)]),
  ];
  return parts.length === 0 ? [] : [richText(...parts)];
}

/** Names the sources that could not be read. */
export function unreadClause(sources: string): Clause {
  return clause(plain(`Couldn't read: ${sources}`));
}

function timedLine({ label, parts }: TimedSentence) {
  return line(
    bold(label),
    ...parts.map((part) => (typeof part === 'number' ? dayAndTimeOf(part) : plain(part))),
  );
}
