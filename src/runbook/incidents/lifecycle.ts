/**
 * Decides what each step in the life of an incident leads to: the new row, the lines of the timeline and the effects.
 * The store only applies the step and performs the effects.
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

/** A line of the timeline is either posted in the card's thread, or sent as a page. */
export type LineEffect =
  | { readonly kind: 'tell' }
  | { readonly kind: 'ping'; readonly to: 'channel' | 'person' };

/** A line of the timeline, which is also a line of the audit. */
export interface TimelineLine {
  readonly event: string;
  readonly who: string;
  readonly at: Instant;
  readonly detail: Detail;
  readonly effects: readonly LineEffect[];
}

/** An effect on the incident: draw its card, or decide at a given time whether to page. */
export type IncidentEffect = { readonly kind: 'draw' } | { readonly kind: 'page'; readonly at: Instant };

export interface IncidentApplied {
  readonly before: Incident | Unopened;
  /** The incident after the step. Its trail lacks the new lines, because the audit numbers them. */
  readonly row: Incident;
  readonly lines: readonly TimelineLine[];
  readonly effects: readonly IncidentEffect[];
}

/** The changes that a step makes. A visible change draws the card. */
interface Consequences {
  readonly row?: Partial<Incident>;
  /** True when the row changes only in what no card shows, so there is no new revision and no drawing. */
  readonly isUnseen?: boolean;
  readonly lines?: readonly Omit<TimelineLine, 'at'>[];
  readonly pages?: readonly Instant[];
  /** True when the card shows something that is not in the row. */
  readonly redraws?: boolean;
}

/** Returns null when the step would change nothing. `isNew`: whether the step itself has opened the incident. */
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

/** Returns null, and changes nothing, when the step does not fit the incident. */
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

/**
 * Applies several steps in order, and skips those that do not fit. Returns null when none fits. The card is drawn once.
 */
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

/** Returns null when the step does not open an incident. */
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
    lastHour: step.name === 'open' ? step.lastHour : null,
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

/** Returns a line that is posted in the card's thread. `words`: what the line adds to its event's name. */
function posted(event: string, words: string | null, who: string = BOT, more: Detail = {}) {
  const detail = words === null ? more : { words, ...more };
  return { event, who, detail, effects: [{ kind: 'tell' }] } as const;
}

/** Keeps the last sighting beside the worst one. Most looks see nothing that the card does not already say. */
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
 * A condition that already exists may become due earlier, when what explained it is gone, but never later; its reason
 * is always the current one. A condition that may be reported only once is not added again.
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

/** All conditions end with the incident. */
function ended({ wakes }: Incident, at: Instant): Partial<Incident> {
  return { resolvedAt: at, wakes: endWakes(wakes, wakes.filter(isHolding), at) };
}
