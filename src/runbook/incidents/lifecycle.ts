/**
 * What a step in the life of an incident leads to: the new row, the lines of the timeline, and what has to be done then. The
 * store applies a step and carries out its effects; nothing else decides what a step leads to.
 */

import type { Detail } from '../model/action.ts';
import { BOT } from '../model/actor.ts';
import {
  type Incident,
  isHeardOnce,
  isHolding,
  isSameNews,
  type OpenWake,
  type Picture,
  type Stop,
  type Wake,
  wakeKey,
  worseOf,
} from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import {
  changedWords,
  endedWords,
  reopenedWords,
  resolvedWords,
  STAYS_STOPPED,
  snoozedWords,
} from './timeline-words.ts';
import {
  INCIDENT_TRANSITIONS,
  type IncidentStep,
  type IncidentStepName,
  type IncidentTransition,
  type Unopened,
} from './transitions.ts';

/** What is done with a line of the timeline: posted in the card's thread, or sent as a page. */
export type LineEffect =
  | { readonly kind: 'tell' }
  | { readonly kind: 'ping'; readonly to: 'channel' | 'person' };

/** A line of the timeline, which is a line of the audit. */
export interface TimelineLine {
  readonly event: string;
  readonly who: string;
  readonly at: Instant;
  readonly detail: Detail;
  readonly effects: readonly LineEffect[];
}

/** What is done for the incident: its card is drawn; at a time, it is decided whether to page. */
export type IncidentEffect = { readonly kind: 'draw' } | { readonly kind: 'page'; readonly at: Instant };

export interface IncidentApplied {
  readonly before: Incident | Unopened;
  /** The incident from now on. Its trail lacks the new lines: the audit numbers them. */
  readonly row: Incident;
  readonly lines: readonly TimelineLine[];
  readonly effects: readonly IncidentEffect[];
}

/** What a step changes. A visible change draws the card. */
interface Consequences {
  readonly row?: Partial<Incident>;
  /** The row changes only in what no card shows: no revision, no drawing. */
  readonly isUnseen?: boolean;
  readonly lines?: readonly Omit<TimelineLine, 'at'>[];
  readonly pages?: readonly Instant[];
  /** The card shows something that is not in the row. */
  readonly redraws?: boolean;
}

/** Null when the incident is already as the step would have it. `isNew`: the step itself has opened it. */
type Rule<Name extends IncidentStepName> = (
  incident: Incident,
  step: IncidentStep<Name>,
  isNew: boolean,
) => Consequences | null;

const RULES: { readonly [Name in IncidentStepName]: Rule<Name> } = {
  open: (_incident, { picture }) => ({ lines: [posted('opened', picture.title)] }),
  escalate: (incident, { wake, who, at }, isNew) => {
    const { lines = [], ...rest } = countWakes(incident, [wake], new Set(), at);
    const detail = wake.cause.kind === 'hand' ? { byHand: true } : {};
    return { ...rest, lines: [posted(isNew ? 'opened' : 'escalated', wake.reason, who, detail), ...lines] };
  },
  update: (incident, { picture, isOff }) => {
    const { picture: before, stopped } = incident;
    const words = changedWords(before, picture);
    return {
      ...failAgain(incident, picture, isOff ? stopped : null),
      lines: words === null ? [] : [posted('changed', words)],
    };
  },
  count_conditions: (incident, { wakes, heard, at }) => countWakes(incident, wakes, heard, at),
  end_conditions: (incident, { keys, isSaid, at }) => {
    const ending = incident.wakes.filter((wake) => isHolding(wake) && keys.includes(wakeKey(wake.cause)));
    if (ending.length === 0) return null;
    return {
      row: { wakes: endWakes(incident.wakes, ending, at) },
      lines: isSaid ? [] : ending.map(({ cause }) => posted('over', endedWords(cause))),
    };
  },
  keep_changes: (_incident, { changes, words }) => ({
    row: { changes },
    lines: words === null ? [] : [posted('changes', words)],
  }),
  page: (incident, { revision, wakes, keepsOwner, words, at }) => {
    if (revision !== incident.revision) return null;
    const { pings, acknowledged } = incident;
    const keys = new Set(wakes.map(({ cause }) => wakeKey(cause)));
    const row: Partial<Incident> = {
      pings: pings + 1,
      lastPingAt: at,
      acknowledged: keepsOwner ? acknowledged : null,
      wakes: incident.wakes.map((wake) =>
        isHolding(wake) && wake.toldAt === null && keys.has(wakeKey(wake.cause))
          ? { ...wake, toldAt: at }
          : wake,
      ),
    };
    return { row, lines: [{ event: 'pinged', who: BOT, detail: { words }, effects: PAGES }] };
  },
  acknowledge: ({ acknowledged }, { who, at }) =>
    acknowledged === null
      ? { row: { acknowledged: { by: who, at } }, lines: [posted('acknowledged', null, who)] }
      : null,
  snooze: (_incident, { who, until }) => ({ lines: [posted('snoozed', snoozedWords(until), who)] }),
  end_snooze: () => ({ redraws: true }),
  stop: ({ stopped }, { stop }) =>
    stopped === null
      ? {
          row: { stopped: stop, wellSince: null },
          lines: [posted('stopped', stop.reason, stop.by)],
        }
      : null,
  recover: ({ wellSince, stopped }, { since }) =>
    wellSince === null || stopped !== null ? { row: { wellSince: wellSince ?? since, stopped: null } } : null,
  resolve: (incident, { wellSince, at }) => ({
    row: { ...ended(incident, at), wellSince },
    lines: [posted('resolved', resolvedWords(incident, wellSince))],
  }),
  close: (incident, { who, at }) =>
    incident.stopped === null
      ? null
      : { row: ended(incident, at), lines: [posted('closed', STAYS_STOPPED, who)] },
  reopen: (incident, { picture }) => ({
    ...failAgain(incident, picture, null),
    isUnseen: false,
    lines: [posted('reopened', reopenedWords(picture))],
  }),
  note: (_incident, { who, words }) => ({ lines: [posted('noted', words, who)] }),
};

const PAGES: readonly LineEffect[] = [
  { kind: 'ping', to: 'channel' },
  { kind: 'ping', to: 'person' },
];

/** Null when the step does not fit the incident as it is: nothing is done then. */
export function applyIncidentStep(before: Incident | Unopened, step: IncidentStep): IncidentApplied | null {
  const { from, to }: IncidentTransition = INCIDENT_TRANSITIONS[step.name];
  if (!from.includes(before.state)) return null;
  const isNew = before.state === 'none';
  const incident = before.state === 'none' ? openedBy(before, step) : before;
  const changed = incident && consequencesOf(incident, step, isNew);
  if (!changed) return null;
  const { row, isUnseen = false, lines = [], pages = [], redraws = false } = changed;
  const isRevised = row !== undefined && !isUnseen && !isNew;
  const isDrawn = isNew || isRevised || redraws || lines.length > 0;
  return {
    before,
    row: {
      ...incident,
      ...row,
      state: to === 'same' ? incident.state : to,
      revision: incident.revision + (isRevised ? 1 : 0),
    },
    lines: lines.map((line) => ({ ...line, at: step.at })),
    effects: [
      ...(isDrawn ? [{ kind: 'draw' } as const] : []),
      ...pages.map((at) => ({ kind: 'page', at }) as const),
    ],
  };
}

function consequencesOf<Name extends IncidentStepName>(
  incident: Incident,
  step: IncidentStep<Name>,
  isNew: boolean,
): Consequences | null {
  return RULES[step.name](incident, step, isNew);
}

/** One step after the other; those that do not fit are left out. Null when none fits. The card is drawn once. */
export function applyIncidentSteps(
  before: Incident | Unopened,
  steps: readonly IncidentStep[],
): IncidentApplied | null {
  return steps.reduce<IncidentApplied | null>((applied, step) => {
    const next = applyIncidentStep(applied?.row ?? before, step);
    if (!applied || !next) return next ?? applied;
    const effects = [...applied.effects, ...next.effects];
    return {
      before,
      row: next.row,
      lines: [...applied.lines, ...next.lines],
      effects: effects.filter(({ kind }, index) => kind !== 'draw' || index === firstDrawing(effects)),
    };
  }, null);
}

function firstDrawing(effects: readonly IncidentEffect[]): number {
  return effects.findIndex(({ kind }) => kind === 'draw');
}

/** Null when the step opens nothing. */
function openedBy({ id, target, app }: Unopened, step: IncidentStep): Incident | null {
  if (step.name !== 'open' && step.name !== 'escalate') return null;
  const { at, picture } = step;
  return {
    id,
    target,
    app,
    state: 'open',
    since: step.name === 'open' ? step.since : at,
    wellBefore: step.name === 'open' ? step.wellBefore : null,
    openedAt: at,
    wellSince: null,
    resolvedAt: null,
    picture,
    worst: picture,
    changes: null,
    failures: 1,
    stopped: null,
    wakes: [],
    pings: 0,
    lastPingAt: null,
    acknowledged: null,
    revision: 0,
    card: null,
    trail: [],
  };
}

/** A line that is posted in the card's thread. `words`: what it adds to its name. */
function posted(event: string, words: string | null, who: string = BOT, more: Detail = {}) {
  const detail = words === null ? more : { words, ...more };
  return { event, who, detail, effects: [{ kind: 'tell' }] } as const;
}

/** What was seen last is kept beside the worst. Most looks see nothing that the card does not say already. */
function failAgain(incident: Incident, seen: Picture, stopped: Stop | null): Consequences {
  const isNews = !isSameNews(incident.picture, seen);
  const picture = isNews ? seen : { ...incident.picture, at: seen.at };
  const worse = worseOf(incident.worst, picture);
  const worst = isSameNews(incident.worst, worse) ? incident.worst : worse;
  const wasWell = incident.wellSince !== null;
  return {
    row: {
      picture,
      worst,
      stopped,
      resolvedAt: null,
      wellSince: null,
      failures: incident.failures + (wasWell ? 1 : 0),
    },
    isUnseen: !isNews && !wasWell && worst === incident.worst && stopped === incident.stopped,
  };
}

/**
 * A condition that is there already may become due earlier, because what explained it is gone, and never later; its reason
 * is the current one. What may be heard only once is not added a second time.
 */
function countWakes(
  incident: Incident,
  wakes: readonly Wake[],
  heard: ReadonlySet<string>,
  at: Instant,
): Consequences {
  const sameAs = (one: Wake) => (other: OpenWake) =>
    isHolding(other) && wakeKey(other.cause) === wakeKey(one.cause);
  const kept = incident.wakes.map((old) => {
    const now = wakes.find((one) => sameAs(one)(old));
    return now ? { ...old, reason: now.reason, dueAt: Math.min(old.dueAt, now.dueAt) } : old;
  });
  const added = wakes
    .filter((one) => !incident.wakes.some(sameAs(one)))
    .filter(({ cause }) => !(isHeardOnce(cause) && heard.has(wakeKey(cause))))
    .map((one): OpenWake => ({ ...one, since: at, toldAt: null, overAt: null }));
  return {
    row: { wakes: [...kept, ...added] },
    isUnseen: added.length === 0,
    lines: added.filter(({ dueAt }) => dueAt > at).map(({ reason }) => posted('counting', reason)),
    pages: added.map(({ dueAt }) => dueAt),
  };
}

function endWakes(wakes: readonly OpenWake[], ending: readonly OpenWake[], at: Instant): readonly OpenWake[] {
  return wakes.map((wake) => (ending.includes(wake) ? { ...wake, overAt: at } : wake));
}

/** With the incident all its conditions end. */
function ended({ wakes }: Incident, at: Instant): Partial<Incident> {
  return { resolvedAt: at, wakes: endWakes(wakes, wakes.filter(isHolding), at) };
}
