/** What happened in the last hours, for the one who just joined: from the ledger alone, each event once, oldest first. */

import { decisionOf } from '../actions/decided-by.ts';
import type { Action, ActionState } from '../model/action.ts';
import type { Instant } from '../model/evidence.ts';
import type { Incident, IncidentEvent } from '../model/incident.ts';
import { cut } from '../text/cut.ts';

/** Our words, or a person as the audit names them. */
export type EventPart = string | { readonly who: string };

export interface CaughtUp {
  readonly at: Instant;
  readonly told: readonly EventPart[];
}

export interface CatchUp {
  /** Oldest first. */
  readonly shown: readonly CaughtUp[];
  /** So many more happened. */
  readonly more: number;
}

/** A snooze: it may stand beside every incident. */
export interface Quiet {
  readonly kind: 'snoozed' | 'snooze_ended';
  readonly target: string;
  readonly who: string;
  readonly at: Instant;
  /** Until when, or why it ended. */
  readonly words: string;
}

export interface Past {
  readonly incidents: readonly Incident[];
  readonly actions: readonly Action[];
  readonly quiet: readonly Quiet[];
}

interface Event extends CaughtUp {
  /** It is not over: whoever joins has to know it, however old it is. */
  readonly goesOn: boolean;
}

export const SHOWN_AT_MOST = 12;

/** Of more than can be shown, what is not over yet, then the newest. `from`: the beginning of the window. */
export function catchUp({ incidents, actions, quiet }: Past, from: Instant, now: Instant): CatchUp {
  const within = (at: Instant) => at >= from && at <= now;
  const events: readonly Event[] = [
    ...incidents.flatMap((incident) => incidentEvents(incident, within)),
    ...actions.flatMap((action) => actionEvent(action, within)),
    ...quiet.filter(({ at }) => within(at)).map(quietEvent),
  ];
  const ranked = events.toSorted(
    (one, other) => Number(other.goesOn) - Number(one.goesOn) || other.at - one.at,
  );
  const shown = ranked.slice(0, SHOWN_AT_MOST).toSorted((one, other) => one.at - other.at);
  return {
    shown: shown.map(({ at, told }) => ({ at, told })),
    more: events.length - shown.length,
  };
}

type IsWithin = (at: Instant) => boolean;

function incidentEvents(incident: Incident, within: IsWithin): readonly Event[] {
  const { trail, state, target, openedAt } = incident;
  const isOpen = state === 'open';
  const first = trail.find(({ event }) => event === 'opened');
  const opening = { at: openedAt, told: openedWords(incident, first), goesOn: isOpen };
  const pings = trail.filter(({ event, at }) => event === 'pinged' && within(at));
  const [ping] = pings;
  const times = pings.length === 1 ? 'once' : `${pings.length} times`;
  return [
    ...(isOpen || within(openedAt) ? [opening] : []),
    ...(ping ? [{ at: ping.at, told: [`${target}: the operator was paged ${times}`], goesOn: false }] : []),
    ...trail
      .filter((line) => line !== first && within(line.at))
      .flatMap((line) => {
        const told = lineWords(target, line);
        return told === null ? [] : [{ at: line.at, told, goesOn: false }];
      }),
  ];
}

function openedWords(
  { target, worst, state, acknowledged }: Incident,
  first: IncidentEvent | undefined,
): readonly EventPart[] {
  const isByHand = first?.byHand === true;
  const title = isByHand
    ? quoted(first.words)
    : clip(worst.error === null ? worst.title : `${worst.title}: ${worst.error}`);
  const by: readonly EventPart[] = isByHand ? [' by ', { who: first.who }] : [];
  const what = isByHand ? 'escalated by hand' : 'incident opened';
  const now: readonly EventPart[] =
    state === 'resolved'
      ? []
      : acknowledged
        ? ['; still open, ', { who: acknowledged.by }, ' has it']
        : ['; still open, nobody has it'];
  return [`${target}: ${what}`, ...by, `: ${title}`, ...now];
}

/** null: a line that is told otherwise, or is none of what somebody who joins has to know. */
function lineWords(target: string, { event, words, who }: IncidentEvent): readonly EventPart[] | null {
  switch (event) {
    case 'opened':
    case 'escalated':
      return who === 'bot'
        ? [`${target}: escalated: ${clip(words)}`]
        : [`${target}: escalated by hand by `, { who }, `: ${quoted(words)}`];
    case 'acknowledged':
      return [`${target}: acknowledged by `, { who }];
    case 'noted':
      return [`${target}: `, { who }, ` noted ${quoted(words)}`];
    case 'reopened':
      return [`${target}: incident reopened: ${clip(words)}`];
    case 'resolved':
      return [`${target}: ${clip(lower(words))}`];
    case 'closed':
      return [`${target}: incident closed by `, { who }];
    default:
      return null;
  }
}

const STATES: Readonly<Record<ActionState, string>> = {
  proposed: 'waits for approval',
  approved: 'approved, not sent yet',
  executing: 'sent, not confirmed yet',
  succeeded: 'done',
  failed: 'failed',
  unconfirmed: 'not confirmed',
  rejected: 'rejected',
  expired: 'expired',
  superseded: 'not sent',
};

/** One line for the whole of it: it stands where it was first heard of within the window. */
function actionEvent(action: Action, within: IsWithin): readonly Event[] {
  const { trail, state, plan, target, askedBy, askedAt, reason, outcome, aftermath, endedAt } = action;
  const seen = [askedAt, ...trail.map(({ at }) => at), ...(endedAt === null ? [] : [endedAt])].filter(within);
  const goesOn = state === 'proposed' || state === 'approved' || state === 'executing';
  if (seen.length === 0 && !goesOn) return [];
  const decision = decisionOf(action);
  const names = (decision?.by ?? []).flatMap((who, index): readonly EventPart[] => [
    ...(index === 0 ? [] : [' and ']),
    { who },
  ]);
  const turnedBad = aftermath?.kind === 'turned_bad' ? `, then it turned bad: ${clip(aftermath.words)}` : '';
  const isQuiet = goesOn || state === 'succeeded' || state === 'rejected' || state === 'expired';
  const why = outcome === null || isQuiet ? '' : ` (${clip(outcome.words)})`;
  return [
    {
      at: seen.length === 0 ? askedAt : Math.min(...seen),
      told: [
        `${target}: ${plan.title}: ${STATES[state]}${why}${turnedBad} · asked by `,
        { who: askedBy },
        ...(reason === '' ? [] : [` ${quoted(reason)}`]),
        ...(decision ? [`, ${decision.what} by `, ...names] : []),
      ],
      goesOn,
    },
  ];
}

function quietEvent({ kind, target, who, at, words }: Quiet): Event {
  const told: readonly EventPart[] =
    kind === 'snoozed'
      ? [`${target}: snoozed by `, { who }, words === '' ? '' : ` until ${words}`]
      : [`${target}: snooze ended by `, { who }];
  return { at, told, goesOn: false };
}

const LONGEST = 140;
const clip = (words: string) => cut(words, LONGEST);
const quoted = (words: string) => `“${clip(words)}”`;
const lower = (words: string) => words.slice(0, 1).toLowerCase() + words.slice(1);
