/** The card of an incident that is open: what is wrong and since when, what was seen, who has it, who is woken next, what was tried. */
import type { Action } from '../../runbook/action.ts';
import { formatInstant } from '../../runbook/age.ts';
import type { ActionKind } from '../../runbook/diagnosis.ts';
import type { Instant } from '../../runbook/evidence.ts';
import type { Facts } from '../../runbook/facts.ts';
import type { Incident, IncidentEvent, OpenWake, Snooze } from '../../runbook/incident.ts';
import { pageStep } from '../../runbook/paging.ts';
import { proposeButtons } from './action.ts';
import { evidenceParts, incidentFoot, triedBlocks } from './incident-parts.ts';
import {
  acknowledgeButton,
  dayAndTimeOf,
  diagnoseButton,
  headWords,
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
import { resolvedView } from './resolved.ts';

export interface IncidentViewOptions {
  readonly facts: Facts;
  /** Actions on the app since it began, newest first. */
  readonly tried: readonly Action[];
  readonly snooze: Snooze | null;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly now: Instant;
}

export function incidentView(incident: Incident, options: IncidentViewOptions): Message {
  return incident.state === 'resolved' ? resolvedView(incident, options) : openView(incident, options);
}

function openView(incident: Incident, options: IncidentViewOptions): Message {
  const { first, second } = headWords(incident);
  const said = [first, second, `Since ${formatInstant(incident.since)}`].filter((one) => one !== '');
  return {
    text: escapeText(clip(`Incident: ${said.join('. ')}.`, 3_000)),
    blocks: [
      richText(
        line(
          emoji('rotating_light'),
          plain(' '),
          bold(first),
          plain(' since '),
          dayAndTimeOf(incident.since),
        ),
        ...(second === '' ? [] : [line(plain(second))]),
        ...evidenceParts(incident, MOST_EVIDENCE),
      ),
      richText(list('bullet', [hasIt(incident), next(incident, options), ...reasons(incident, options.now)])),
      ...triedBlocks(options.tried),
      incidentFoot(incident),
      { type: 'actions', elements: ownButtons(incident) },
      ...proposeButtons(incident.picture.actions, incident.target, options.canDo),
    ],
  };
}

const MOST_EVIDENCE = 8;

function hasIt({ acknowledged }: Incident) {
  return acknowledged
    ? line(bold('Who has it: '), person(acknowledged.by), plain(', since '), timeOf(acknowledged.at))
    : line(bold('Who has it: '), plain('nobody yet'));
}

/** Who is woken when, unless what. */
function next(incident: Incident, { facts, snooze, now }: IncidentViewOptions) {
  return line(bold('Next: '), ...nextParts(incident, facts, snooze, now));
}

function nextParts(incident: Incident, facts: Facts, snooze: Snooze | null, now: Instant): Part[] {
  const { name } = facts.escalation.who;
  const { acknowledged, pings } = incident;
  if (snooze && now < snooze.until) {
    const by = [plain(' (snoozed by '), person(snooze.by), plain('), unless it gets worse')];
    return [plain('nobody is pinged until '), timeOf(snooze.until), ...by];
  }
  const step = pageStep(incident, snooze, facts, now);
  if (step.kind === 'ping') return [plain(`${name} is being pinged`)];
  if (step.until === null) return [plain("nobody is pinged: none of the runbook's four conditions holds")];
  const again = pings > 0 ? ' is pinged again at ' : ' is pinged at ';
  const unless = pings > 0 && !acknowledged ? ', unless somebody acknowledges' : ', unless it is resolved';
  return [plain(`${name}${again}`), timeOf(step.until), plain(unless)];
}

const MOST_REASONS = 4;

/** The conditions that hold, then those whose time has not come. */
function reasons({ wakes }: Incident, now: Instant) {
  return wakes
    .filter(({ overAt }) => overAt === null)
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .slice(0, MOST_REASONS)
    .map((wake) => line(...reasonParts(wake, now)));
}

function reasonParts({ condition, reason, dueAt }: OpenWake, now: Instant): Part[] {
  const [, byHand] = /^By hand: ([\s\S]*)$/.exec(reason) ?? [];
  const named = byHand !== undefined ? 'By hand' : condition === null ? 'Why' : `Condition ${condition}`;
  const when = dueAt <= now ? [] : [bold(', at '), timeOf(dueAt)];
  const said = clip(byHand ?? reason, 400);
  return [
    bold(named),
    ...when,
    bold(': '),
    ...(byHand === undefined ? withLinks(said) : withTypedLinks(said)),
  ];
}

function ownButtons(incident: Incident) {
  return [...(incident.acknowledged ? [] : [acknowledgeButton(incident)]), diagnoseButton(incident)];
}

/** A line of the timeline, in the card's thread. */
export function incidentLineView({ event, words, who }: IncidentEvent): Message {
  const said = event === 'counting' ? `The clock runs: ${words}` : words;
  const by: Part[] = who === 'bot' ? [] : [plain(' · '), person(who)];
  return {
    text: escapeText(clip(said, 3_000)),
    blocks: [richText(line(...withLinks(clip(said, 3_000)), ...by))],
  };
}
