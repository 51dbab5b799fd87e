/** The card of an open incident: what is wrong and since when, what was seen, who owns it, who is paged next, what was tried. */

import { wakeWords } from '../../runbook/incidents/page-words.ts';
import { pageStep } from '../../runbook/incidents/paging.ts';
import type { Action } from '../../runbook/model/action.ts';
import { BOT } from '../../runbook/model/actor.ts';
import type { Instant } from '../../runbook/model/evidence.ts';
import {
  beganAt,
  failureKey,
  type Incident,
  type IncidentEvent,
  isAboutRunning,
  isUnheard,
  type OpenWake,
  offeredActions,
  type Snooze,
  timelineWords,
} from '../../runbook/model/incident.ts';
import { RECOVERED_MS } from '../../runbook/model/recovery.ts';
import { type Facts, subjectOf } from '../../runbook/model/runbook-config.ts';
import type { ActionKind } from '../../runbook/model/terms.ts';
import { formatAgo, formatClock, formatLimit, formatSince } from '../../runbook/text/time.ts';
import { changeLines, changeSentence } from './changes.ts';
import { evidenceParts, incidentFoot, triedBlocks } from './incident-parts.ts';
import {
  acknowledgeButton,
  atParts,
  button,
  dayAndTimeOf,
  diagnoseButton,
  headWords,
  momentOf,
  pastWords,
  person,
  timeOf,
  withLinks,
} from './incident-words.ts';
import {
  bold,
  clip,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  type Part,
  plain,
  richText,
  withTypedLinks,
} from './message.ts';
import { buttonRow, proposeButtons, sortOffers } from './propose-buttons.ts';
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
  const { heading, text, second } = openHead(incident, subjectOf(incident, options.facts), options.now);
  const { facts, tried, snooze, canDo, now } = options;
  const changed = changeSentence(incident.changes, now);
  const { target, acknowledged } = incident;
  const { first, others } = sortOffers(offeredActions(incident), canDo);
  const evidence = evidenceParts(incident, MOST_EVIDENCE);
  const why = reasons(incident, options);
  const own = ownButtons(incident);
  return {
    text: escapeText(clip(`Incident: ${text}${changed === '' ? '' : ` ${changed}.`}`, 3_000)),
    blocks: [
      richText(
        line(...heading),
        ...(second === '' ? [] : [line(...withLinks(clip(second, 300)))]),
        ...changeLines(incident.changes, now, incident.picture.error !== null),
        ...lastSeenLines(incident),
        ownerLine(incident, now),
        line(bold('Next page: '), ...nextPageParts(incident, facts, snooze, now)),
      ),
      ...buttonRow(...(acknowledged ? [] : [acknowledgeButton(incident)]), ...proposeButtons(first, target)),
      ...(evidence.length === 0 ? [] : [richText(...evidence)]),
      ...(why.length === 0 ? [] : [richText(list('bullet', why))]),
      ...triedBlocks(tried),
      incidentFoot(incident),
      ...buttonRow(...proposeButtons(others, target), ...own),
    ],
  };
}

const MOST_EVIDENCE = 8;

interface OpenHead {
  readonly heading: readonly Part[];
  readonly second: string;
  /** The same for notifications and screen readers. */
  readonly text: string;
}

/** The current state: failing, up again and being watched, or stopped. */
function openHead(incident: Incident, app: string, now: Instant): OpenHead {
  const { stopped, wellSince } = incident;
  const since = beganAt(incident);
  const often = timesDown(incident);
  const sentences = (...said: readonly string[]) =>
    said
      .filter((one) => one !== '')
      .map((one) => `${one}.`)
      .join(' ');
  if (stopped) {
    const { first, second } = pastWords(incident, app);
    const why = stopped.reason === '' ? '' : `: ${clip(stopped.reason, 300)}`;
    return {
      heading: [
        emoji('octagonal_sign'),
        bold(` ${app} is stopped`),
        plain(', by '),
        person(stopped.by),
        ...atParts(stopped.at, now),
        plain(why),
      ],
      second: sentences(first, second),
      text: sentences(`${app} is stopped, ${formatSince(stopped.at, now)}${why}`, first, second),
    };
  }
  if (wellSince !== null) {
    if (!wasHarmed(incident)) return calmHead(incident, wellSince, app, now);
    const { first, second } = pastWords(incident, app);
    const holds = `Resolves after ${formatLimit(RECOVERED_MS)} without a restart`;
    return {
      heading: [
        emoji('large_yellow_circle'),
        bold(` ${app} is up again`),
        plain(', since '),
        momentOf(wellSince, now),
        plain(often),
      ],
      second: sentences(holds, first, second),
      text: sentences(`${app} is up again, ${formatSince(wellSince, now)}`, holds, first, second),
    };
  }
  const { first, second } = headWords(incident, app);
  // A failed run, a stop or a call for help is a moment; an outage lasts.
  const lasts = wasHarmed(incident) && incident.worst.verdict !== 'stopped';
  const when = lasts
    ? `, ${formatSince(since, now)}`
    : ` (${formatClock(since, now)}, ${formatAgo(since, now)})`;
  return {
    heading: [
      emoji('rotating_light'),
      bold(` ${first}`),
      ...(lasts
        ? [plain(', since '), momentOf(since, now)]
        : [plain(' ('), momentOf(since, now), plain(')')]),
      plain(often),
    ],
    second,
    text: sentences(`${first}${when}${often}`, second),
  };
}

/** False when the app kept running: someone called for help, or a run or a gate was at fault. */
function wasHarmed({ worst: { verdict } }: Incident): boolean {
  return verdict === 'down' || verdict === 'degraded' || verdict === 'stopped';
}

function calmHead(incident: Incident, wellSince: Instant, app: string, now: Instant): OpenHead {
  const { first } = pastWords(incident, app);
  const ends = isUnheard(incident) ? 'Resolves once somebody acknowledges' : 'Resolves after one more check';
  return {
    heading: [
      emoji('large_yellow_circle'),
      bold(` ${first}`),
      plain('; no failure seen since '),
      momentOf(wellSince, now),
    ],
    second: `${app} itself is healthy. ${ends}.`,
    text: `${first}. ${app} itself is healthy. ${ends}.`,
  };
}

function timesDown({ failures }: Incident): string {
  return failures < 2 ? '' : ` (down ${failures} times)`;
}

/** When the last sighting shows a different failure than the worst one, the card shows both. */
function lastSeenLines({ picture, worst, stopped, wellSince }: Incident) {
  if (stopped || wellSince !== null) return [];
  if (failureKey(picture.failure) === failureKey(worst.failure) || picture.failure.kind === 'verdict')
    return [];
  return [line(bold('Last seen: '), ...withLinks(clip(picture.title, 400)))];
}

function ownerLine({ acknowledged, pings, lastPingAt }: Incident, now: Instant) {
  return acknowledged
    ? line(bold('Owner: '), person(acknowledged.by), plain(', since '), momentOf(acknowledged.at, now))
    : line(bold('Owner: '), plain('none'), ...pagedParts(pings, lastPingAt, now));
}

function pagedParts(pings: number, lastPingAt: Instant | null, now: Instant): Part[] {
  if (pings === 0 || lastPingAt === null) return [];
  return [
    plain(pings === 1 ? ' (paged ' : ` (paged ${pings} times, last `),
    momentOf(lastPingAt, now),
    plain(')'),
  ];
}

/** The same words on every card and diagnosis. */
export function nextPageParts(incident: Incident, facts: Facts, snooze: Snooze | null, now: Instant): Part[] {
  const { name } = facts.escalation.who;
  const { acknowledged, pings, stopped } = incident;
  // A stopped app does not page anyone when its snooze ends, either.
  const awake = pageStep(incident, null, facts, now);
  if (stopped && awake.kind === 'wait' && awake.until === null) return [plain('none while it is stopped')];
  if (snooze && now < snooze.until) {
    const by = [plain(' (snoozed by '), person(snooze.by), plain('), unless it gets worse')];
    return [plain('none until '), dayAndTimeOf(snooze.until), ...by];
  }
  const step = pageStep(incident, snooze, facts, now);
  if (step.kind === 'ping') return [plain(`${name}, now`)];
  if (step.until === null) return [plain('none; no escalation condition is met')];
  const unless = pings > 0 && !acknowledged ? ', unless somebody acknowledges' : ', unless it is resolved';
  return [plain(`${name} at `), timeOf(step.until), plain(unless)];
}

const MOST_REASONS = 4;

/** Conditions that are met, then those that are not due yet. For a stopped app, none that needs it to run. */
function reasons(incident: Incident, { facts, now }: IncidentViewOptions) {
  return incident.wakes
    .filter(({ overAt, cause }) => overAt === null && !(incident.stopped && isAboutRunning(cause)))
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .slice(0, MOST_REASONS)
    .map((wake) => reasonLine(wake, incident, facts, now));
}

function reasonLine(wake: OpenWake, incident: Incident, facts: Facts, now: Instant) {
  const { cause, reason, since, dueAt } = wake;
  const isByHand = cause.kind === 'hand';
  const isCounting = dueAt > now;
  // The card is drawn on changes, not as time passes, so it shows when the condition began instead of how long it lasts.
  const words = isByHand
    ? reason
    : wakeWords(wake, incident, facts, isCounting ? now : Math.max(dueAt, since));
  const named = isByHand ? 'Called by hand: ' : isCounting ? 'Timer running: ' : 'Paged for: ';
  const when = isCounting ? [plain(', due at '), timeOf(dueAt)] : [];
  const said = clip(words, 400);
  return line(
    bold(named),
    ...(isByHand ? withTypedLinks(said) : withLinks(said)),
    ...(isByHand ? callerParts(incident, reason) : []),
    ...when,
  );
}

function callerParts({ trail }: Incident, reason: string): Part[] {
  const call = trail.findLast(
    ({ event, who, words }) =>
      (event === 'opened' || event === 'escalated') && who !== BOT && words.includes(reason),
  );
  return call === undefined ? [] : [plain(' · '), person(call.who)];
}

function ownButtons(incident: Incident) {
  const { id, app, stopped } = incident;
  return [
    diagnoseButton(incident),
    ...(stopped
      ? [button('close_incident', 'Close: stays stopped', id, `Close the incident of ${app}`)]
      : []),
  ];
}

function noteView(words: string, who: string): Message {
  const said = clip(words, 2_800);
  return {
    text: escapeText(`Note: ${said}`),
    blocks: [richText(line(bold('Note: '), ...withTypedLinks(said), plain(' · '), person(who)))],
  };
}

/** A line of the timeline, posted in the card's thread. */
export function incidentLineView(written: IncidentEvent): Message {
  const { event, words, who } = written;
  if (event === 'noted') return noteView(words, who);
  const said = event === 'counting' ? `Timer started: ${words}` : timelineWords(written);
  const by: Part[] = who === BOT ? [] : [plain(' · '), person(who)];
  return {
    text: escapeText(clip(said, 3_000)),
    blocks: [richText(line(...withLinks(clip(said, 3_000)), ...by))],
  };
}
