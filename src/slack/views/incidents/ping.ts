/**
 * A page: a separate message that mentions the operator, verdict first. It has the button that stops the paging, and
 * the ones that the runbook would press first.
 */

import type { KnownBlock } from '@slack/types';
import type { Offers } from '../../../runbook/diagnosis/sort-offers.ts';
import { doFirst, incidentOffers } from '../../../runbook/incidents/incident-offers.ts';
import type { Action } from '../../../runbook/model/action.ts';
import type { Incident } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import type { Facts } from '../../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../../runbook/model/terms.ts';
import { changeLines } from '../diagnosis/changes.ts';
import {
  asSentence,
  type ClauseLine,
  clause,
  clauseLine,
  namedClause,
  sentencesOf,
} from '../parts/clauses.ts';
import {
  asBold,
  bold,
  boldLink,
  clip,
  emoji,
  escapeText,
  line,
  type Message,
  type Part,
  plain,
  richText,
  withTypedLinks,
} from '../parts/message.ts';
import { dayAndTimeOf, person as named, withLinks } from '../parts/moments.ts';
import { buttonRow, firstRow, proposeButtons, settingsButton } from '../parts/propose-buttons.ts';
import { type Alarm, alarmWords } from './failure-words.ts';
import { acknowledgeButton, diagnoseButton, evidenceParts } from './incident-parts.ts';

/** The people to page, or why they cannot be reached and what to do. */
export type Reached =
  | {
      readonly ok: true;
      readonly mention:
        | { readonly type: 'user'; readonly user_id: string }
        | { readonly type: 'usergroup'; readonly usergroup_id: string };
      /** Each user gets their own message. */
      readonly users: readonly string[];
    }
  /** `passes` is true when Slack did not respond, which is temporary. */
  | { readonly ok: false; readonly passes: boolean; readonly words: string };

export interface PingViewOptions {
  readonly facts: Facts;
  readonly person: Reached;
  readonly to: 'channel' | 'person';
  /** A link to the incident's card. Null when it is not drawn yet. */
  readonly card: string | null;
  readonly canDo: ReadonlySet<ActionKind>;
  /** Actions on the app since the incident began. Null when they could not be read. */
  readonly tried: readonly Action[] | null;
  /** Number of earlier pages that could not be posted here. */
  readonly missed: number;
  /** When the page was sent, so that a later edit shows the same duration. */
  readonly at: Instant;
}

/** Raise this when the drawing of pages changes. The next start then redraws existing ones, like cards. */
const DRAWING = 4;

/** Summarizes what a page shows about its incident. The page is edited when this changes. */
export function pingShows({ state, acknowledged }: Incident): string {
  const shown = acknowledged ? `acknowledged ${acknowledged.by} ${acknowledged.at}` : 'open';
  return `${state === 'resolved' ? 'resolved' : shown} (${DRAWING})`;
}

/** `words` is the reason, as in the audit. */
export function pingView(incident: Incident, words: string, options: PingViewOptions): Message {
  const offers = isCalling(incident) ? incidentOffers(incident, options.canDo, options.tried) : null;
  const alarm = alarmWords(incident, offers, options.at, words);
  const rest = alarm.givesReason ? null : words;
  return {
    text: `${mentionText(options)}: ${alarmText(incident, alarm, rest, options.at)}`,
    blocks: [
      richText(
        line(
          emoji(signOf(incident)),
          plain(' '),
          ...mentionParts(options),
          plain(' '),
          ...endParts(incident, options.person),
          ...(alarm.givesReason
            ? reasonParts(incident, clip(alarm.words, 1_000))
            : [bold(`${alarm.words}.`)]),
          ...(alarm.fix === null ? [] : [plain(' '), ...asSentence(alarm.fix).map(asBold)]),
        ),
        ...lostLines(options),
        ...missedLines(options),
        ...suspectLines(incident, options.at).map(clauseLine),
        ...(rest === null ? [] : [line(...reasonParts(incident, clip(rest, 1_000)))]),
      ),
      ...firstButtons(incident, offers),
      ...evidenceBlocks(incident, options),
      ...otherButtons(incident, offers),
    ],
  };
}

/** What a lock screen shows: what is wrong in one sentence, what to press and the reason in another. */
function alarmText(incident: Incident, { words, fix }: Alarm, reason: string | null, at: Instant): string {
  const cut = clip(words, 1_000);
  const shown = incident.state === 'resolved' ? clause(plain(`Was: ${cut}`)) : namedClause(plain(cut));
  const said = reason === null ? null : clip(reason, 900);
  const why = said === null ? [] : [namedClause(plain(said))];
  const next = [fix === null ? [] : [fix], ...suspectLines(incident, at), why];
  return sentencesOf([[...endClauses(incident), shown]], next, at);
}

function evidenceBlocks(incident: Incident, { card }: PingViewOptions): KnownBlock[] {
  const lines = [
    ...evidenceParts(incident, MOST_EVIDENCE, true),
    ...(card === null ? [] : [line(boldLink(card, 'Incident card'))]),
  ];
  return lines.length === 0 ? [] : [richText(...lines)];
}

/** Shows the change that is tied to the failure. Merely possible changes are on the incident's card. */
function suspectLines({ state, changes }: Incident, at: Instant): readonly ClauseLine[] {
  const isSuspected = changes?.list.some(({ verdict }) => verdict === 'suspect') ?? false;
  return isSuspected && state === 'open' ? changeLines(changes, at, true) : [];
}

/** Text that someone typed to page the operator keeps its links. */
function reasonParts({ wakes }: Incident, words: string): Part[] {
  return wakes.some(({ cause }) => cause.kind === 'hand') ? withTypedLinks(words) : withLinks(words);
}

type Addressed = Pick<PingViewOptions, 'facts' | 'person'>;

/** A call for help that could not be stored. */
export interface Unwritten {
  readonly app: string;
  readonly reason: string;
  /** Slack id of the caller. */
  readonly by: string;
  /** The problem with the database. */
  readonly why: string;
}

/** Has no button, because a click could not be stored. */
export function unwrittenPingView({ app, reason, by, why }: Unwritten, options: Addressed): Message {
  const title = `${app}: escalated manually`;
  const said = clip(reason, 1_000);
  const how = `My database is unavailable (${why}): this page won't repeat and has no button. Reply here if you have it.`;
  return {
    text: `${mentionText(options)}: ${escapeText(`${title}: ${said}. ${how}`)}`,
    blocks: [
      richText(
        line(
          emoji('rotating_light'),
          plain(' '),
          ...mentionParts(options),
          bold(` ${title}: `),
          ...withTypedLinks(said),
        ),
        ...lostLines(options),
        line(plain('Escalated by '), named(by), plain('. '), plain(how)),
      ),
    ],
  };
}

/** The card has the rest of the evidence. */
const MOST_EVIDENCE = 3;

function missedLines({ missed }: PingViewOptions) {
  if (missed === 0) return [];
  const pages = missed === 1 ? 'page' : 'pages';
  return [line(emoji('warning'), bold(` ${missed} earlier ${pages} could not be delivered here.`))];
}

/** If the person cannot be mentioned, only the channel can be notified. */
function mentionParts({ person, facts }: Addressed): Part[] {
  return person.ok
    ? [person.mention]
    : [{ type: 'broadcast', range: 'here' }, bold(` for ${facts.escalation.who.name}:`)];
}

function mentionText({ person, facts }: Addressed): string {
  if (!person.ok) return `<!here> for ${escapeText(facts.escalation.who.name)}`;
  const { mention } = person;
  return mention.type === 'user' ? `<@${mention.user_id}>` : `<!subteam^${mention.usergroup_id}>`;
}

function lostLines({ person, facts }: Addressed) {
  if (person.ok) return [];
  const { name, contact } = facts.escalation.who;
  return [line(emoji('warning'), bold(` ${person.words} Contact ${name} directly: ${contact}.`))];
}

function signOf({ state, acknowledged }: Incident): string {
  if (state === 'resolved') return 'white_check_mark';
  return acknowledged ? 'eyes' : 'rotating_light';
}

/** Replaces the button once it is no longer needed. It comes before the alarm's words, after the person paged. */
function endParts({ state, acknowledged, resolvedAt }: Incident, paged: Reached): Part[] {
  if (state === 'resolved')
    return [
      bold('Resolved'),
      ...(resolvedAt === null ? [] : [plain(' '), dayAndTimeOf(resolvedAt)]),
      plain('. Was: '),
    ];
  if (!acknowledged) return [];
  const isPaged = paged.ok && paged.mention.type === 'user' && paged.mention.user_id === acknowledged.by;
  return [
    ...(isPaged ? [] : [named(acknowledged.by), plain(' ')]),
    bold('acknowledged'),
    plain(' '),
    dayAndTimeOf(acknowledged.at),
    plain('. '),
  ];
}

function endClauses({ state, acknowledged }: Incident): ClauseLine {
  if (state === 'resolved') return [clause(plain('Resolved'))];
  return acknowledged ? [clause(plain('Acknowledged'))] : [];
}

/** Shows the same buttons as the first screen of the card. */
function firstButtons(incident: Incident, offers: Offers | null): KnownBlock[] {
  if (offers === null) return [];
  const propose = proposeButtons(offers.first, incident.target, offers.rollback);
  const byHand = doFirst(incident) === null ? [] : [settingsButton(incident.app)];
  return firstRow([acknowledgeButton(incident), ...byHand, ...propose], offers, incident.target);
}

function otherButtons(incident: Incident, offers: Offers | null): KnownBlock[] {
  if (offers === null) return [];
  const propose = proposeButtons(offers.others, incident.target, offers.rollback);
  return buttonRow(...propose, diagnoseButton(incident));
}

/** Returns whether the page still waits for someone to acknowledge it. */
export function isCalling({ state, acknowledged }: Incident): boolean {
  return state === 'open' && !acknowledged;
}
