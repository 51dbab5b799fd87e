/**
 * The card of a diagnosis. Its first screen is what someone reads on a phone at night: the state and since when, the
 * cause, what changed, who owns it, and what to press first. The explanation comes after the buttons.
 */

import type { Button, KnownBlock } from '@slack/types';
import { CONDITION_NAMES } from '../../../runbook/diagnosis/escalation.ts';
import {
  type Offers,
  sortOffers,
  sortOffersWhileStopped,
  stepByHand,
} from '../../../runbook/diagnosis/sort-offers.ts';
import type { Diagnosis } from '../../../runbook/model/diagnosis.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { type Facts, subjectOf } from '../../../runbook/model/runbook-config.ts';
import type { ActionKind, EscalationDue, MatchedMode } from '../../../runbook/model/terms.ts';
import { DIAGNOSE_ANCHOR, dashboardLink, documentLink, runLink } from '../../../runbook/text/links.ts';
import { formatAge, formatInstant } from '../../../runbook/text/time.ts';
import {
  type Clause,
  type ClauseLine,
  clause,
  clauseLine,
  labelled,
  namedClause,
  sentencesOf,
} from '../parts/clauses.ts';
import {
  bold,
  boldLink,
  clip,
  context,
  emoji,
  escapeText,
  link,
  type Message,
  type Part,
  plain,
  richText,
} from '../parts/message.ts';
import { atParts, momentOf, withLinks } from '../parts/moments.ts';
import {
  button,
  buttonRow,
  firstRow,
  proposeButtons,
  rollBackFirst,
  settingsButton,
  tryWords,
} from '../parts/propose-buttons.ts';
import { stateEmoji, stateWords } from '../parts/state-words.ts';
import { type CauseLine, causeOf, LONGEST_SENTENCE, theirIncident } from './cause.ts';
import { changeLines } from './changes.ts';
import { checksBlocks, countWords, unseenBlocks } from './checks.ts';
import { modeBlocks } from './mode.ts';
import { situationLines, stopLines } from './situation.ts';

export interface DiagnosisViewOptions {
  /** Slack id of the asker. */
  readonly by: string;
  readonly facts: Facts;
  /** A link to the card of the open incident. */
  readonly incidentCard: string | null;
  /** Kinds that the bot can do. Only these become buttons. */
  readonly canDo: ReadonlySet<ActionKind>;
}

export function diagnosisView(diagnosis: Diagnosis, asked: DiagnosisViewOptions): Message {
  const offers = offersOf(diagnosis, asked.canDo);
  const { target } = diagnosis;
  const said = causeOf(diagnosis);
  const own = ownButtons(diagnosis);
  const first = isByHand(diagnosis)
    ? [settingsButton(diagnosis.app)]
    : proposeButtons(offers.first, target, offers.rollback);
  const others = proposeButtons(offers.others, target, offers.rollback);
  const foot = footer(diagnosis, asked.by);
  const explained = [
    ...shownModes(diagnosis).flatMap((mode) =>
      modeBlocks(mode, diagnosis, mode === diagnosis.modes[0] ? offers : null),
    ),
    ...checksBlocks(diagnosis, said?.of ?? null),
    ...unseenBlocks(diagnosis),
  ];
  const wrong = wrongLines(diagnosis, said, asked);
  const next = nextLines(diagnosis, said, asked, offers);
  const top = firstRow(first.length > 0 ? first : own, offers, target);
  return {
    text: sentencesOf(
      [...wrong, ...blindLines(diagnosis)],
      [...next, ...pressLines(diagnosis, offers)],
      diagnosis.at,
    ),
    blocks: [
      richText(...[...wrong, ...next].map(clauseLine)),
      ...(explained.length === 0 ? [foot, ...top] : [...top, ...explained, foot]),
      ...buttonRow(...others, ...(first.length > 0 ? own : [])),
    ],
  };
}

/** Shows the state, the cause, and what changed. */
function wrongLines(
  diagnosis: Diagnosis,
  cause: CauseLine | null,
  { facts }: DiagnosisViewOptions,
): readonly ClauseLine[] {
  return [
    [headline(diagnosis, subjectOf(diagnosis, facts))],
    ...stopLines(diagnosis.situation, diagnosis.at),
    ...(cause === null ? [] : [cause.line]),
    ...changedLines(diagnosis, cause),
  ];
}

/** Shows who owns it, what happens next, and what to do first. */
function nextLines(
  diagnosis: Diagnosis,
  cause: CauseLine | null,
  asked: DiagnosisViewOptions,
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

/** An app that was stopped on purpose has no crash loop to fix. Its incident shows what was seen before the stop. */
function shownModes({ modes, verdict, situation }: Diagnosis): readonly MatchedMode[] {
  const isOff = verdict === 'stopped' && situation.stop !== null;
  return isOff ? modes.filter(({ id }) => id !== 'B') : modes;
}

/** For a stopped app, restore comes first, or the rollback before it where a release is the suspect. */
function offersOf(diagnosis: Diagnosis, canDo: ReadonlySet<ActionKind>): Offers {
  const { verdict, rollback, changes, situation } = diagnosis;
  const kinds = offered(diagnosis);
  const isOff = verdict === 'stopped' && kinds.includes('restore');
  if (!isOff) return sortOffers({ kinds, rollback, changes, isByHand: isByHand(diagnosis) }, canDo);
  const changesBefore = situation.incident?.changes ?? changes;
  return sortOffersWhileStopped({ kinds, rollback, changes: changesBefore }, canDo);
}

/** Returns whether a config var has to be set before any action can help. */
function isByHand({ modes, changes, verdict }: Diagnosis): boolean {
  return verdict !== 'stopped' && stepByHand(modes[0], changes) !== null;
}

/** If only an incident at Heroku explains the failure, none of our actions can help. */
function offered(diagnosis: Diagnosis): readonly ActionKind[] {
  const { actions, modes, verdict } = diagnosis;
  return theirIncident(diagnosis) && modes.length === 0 && verdict !== 'stopped' ? [] : actions;
}

/** Returns a headline such as `raxx-api-prod has been down since 21:37 (4 min)`. */
function headline({ app, verdict, situation, since, at }: Diagnosis, subject: string): Clause {
  const { before, after, lasting } = stateWords(verdict, situation);
  // A stop has its own line with who and when.
  const from = situation.stop === null ? since : null;
  return namedClause(
    emoji(stateEmoji(verdict, situation)),
    bold(` ${before}`),
    boldLink(dashboardLink(app), subject),
    bold(from === null ? after : (lasting ?? after)),
    ...(from === null ? [] : lastsParts(from, at, lasting !== null)),
  );
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
    return changeLines(changes, at, namesCause(diagnosis));
  }
  return situation.incident ? changeLines(situation.incident.changes, at, true) : [];
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
  { facts }: DiagnosisViewOptions,
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
  return [[labelled('Do first', ...withLinks(clip(step, LONGEST_SENTENCE)))]];
}

/** In `text`, counts what the card lists below its buttons. */
function blindLines({ unread: { length } }: Diagnosis): readonly ClauseLine[] {
  if (length === 0) return [];
  return [[clause(plain(`${length} ${length === 1 ? 'source' : 'sources'} could not be read`))]];
}

/** In `text`, names the buttons. What to do first, which has its own line, says what to press. */
function pressLines(diagnosis: Diagnosis, offers: Offers): readonly ClauseLine[] {
  const press = stepLines(diagnosis, offers).length > 0 ? null : tryWords(offers);
  return press === null ? [] : [[clause(plain(press))]];
}

function footer(diagnosis: Diagnosis, by: string): KnownBlock {
  const { target, at, tookMs, findings } = diagnosis;
  const runbook = link(documentLink(DIAGNOSE_ANCHOR), 'Runbook');
  const when = `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${formatInstant(at)}>`;
  const isWell = findings.every(({ status }) => status === 'pass');
  return context(
    `${isWell ? `${countWords(findings)} · ` : ''}${escapeText(target)} · ${when} · took ${(tookMs / 1000).toFixed(1)} s · run by <@${by}> · ${runbook}`,
  );
}

function ownButtons({ target, app, findings }: Diagnosis): readonly Button[] {
  return [
    button('diagnose_again', 'Diagnose again', target, `Diagnose ${app} again`),
    ...(findings.some(({ status }) => status === 'pass')
      ? [button('show_checks', 'Show all checks', target, `Show all checks of ${app}`)]
      : []),
  ];
}
