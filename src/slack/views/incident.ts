/** The card of an incident: what is wrong and since when, what was seen, what was tried, who has it, when somebody is woken next. */
import type { Button, KnownBlock } from '@slack/types';
import type { Action } from '../../runbook/action.ts';
import { formatDuration, formatInstant } from '../../runbook/age.ts';
import type { ActionKind } from '../../runbook/diagnosis.ts';
import type { Instant } from '../../runbook/evidence.ts';
import type { Facts } from '../../runbook/facts.ts';
import type { Incident, IncidentEvent, Snooze } from '../../runbook/incident.ts';
import { dashboardLink } from '../../runbook/links.ts';
import { pageStep } from '../../runbook/paging.ts';
import { proposeButtons } from './action.ts';
import {
  bold,
  clip,
  context,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  type Part,
  plain,
  preformatted,
  richText,
} from './message.ts';

export interface IncidentViewOptions {
  readonly facts: Facts;
  /** Actions on the app since it began, newest first. */
  readonly tried: readonly Action[];
  readonly snooze: Snooze | null;
  readonly canDo: ReadonlySet<ActionKind>;
  readonly now: Instant;
}

export function incidentView(incident: Incident, options: IncidentViewOptions): Message {
  const { picture, state, since, resolvedAt } = incident;
  const lasted = formatDuration((resolvedAt ?? options.now) - since);
  const said =
    state === 'open'
      ? `Incident: ${picture.title}. Since ${formatInstant(since)}.`
      : `Resolved after ${lasted}: ${picture.title}.`;
  return {
    text: escapeText(clip(said, 3_000)),
    blocks: [
      headline(incident),
      ...seenBlocks(incident),
      statusBlock(incident, options),
      ...triedBlocks(options.tried),
      foot(incident),
      ...buttons(incident, options.canDo),
    ],
  };
}

function headline({ state, picture }: Incident): KnownBlock {
  const [sign, word] =
    state === 'open'
      ? (['rotating_light', 'Incident'] as const)
      : (['white_check_mark', 'Resolved'] as const);
  return richText(line(emoji(sign), plain(' '), bold(`${word}: ${picture.title}`)));
}

function seenBlocks({ state, picture: { evidence, verdict } }: Incident): KnownBlock[] {
  if (state === 'resolved' || evidence.length === 0) return [];
  const shown = evidence.slice(0, 8).map((words) => clip(words, 300));
  return [richText(line(bold('Verdict: '), plain(verdict)), preformatted(shown))];
}

function statusBlock(incident: Incident, { facts, snooze, now }: IncidentViewOptions): KnownBlock {
  const { since, resolvedAt, acknowledged } = incident;
  const lines: Part[][] = [[bold('Since: '), dateTime(since)]];
  if (resolvedAt !== null)
    lines.push([
      bold('Resolved: '),
      dateTime(resolvedAt),
      plain(`, after ${formatDuration(resolvedAt - since)}`),
    ]);
  lines.push([
    bold('Who has it: '),
    ...(acknowledged ? [person(acknowledged.by)] : [plain('nobody has acknowledged')]),
  ]);
  if (incident.state === 'open') lines.push([bold('Next: '), plain(nextWords(incident, facts, snooze, now))]);
  return richText(
    list(
      'bullet',
      lines.map((parts) => line(...parts)),
    ),
  );
}

/** Who is woken when, and for what. */
function nextWords(incident: Incident, facts: Facts, snooze: Snooze | null, now: Instant): string {
  const { name } = facts.escalation.who;
  const step = pageStep(incident, snooze, facts, now);
  if (snooze && now < snooze.until)
    return `snoozed until ${formatInstant(snooze.until)}, unless it gets worse`;
  if (step.kind === 'ping') return `${name} is being pinged`;
  if (step.until === null) return 'no condition of the runbook to wake anybody holds';
  return `${name} is pinged at ${formatInstant(step.until)}, unless it is ${incident.pings > 0 && !incident.acknowledged ? 'acknowledged' : 'resolved'}`;
}

function triedBlocks(tried: readonly Action[]): KnownBlock[] {
  if (tried.length === 0) return [];
  const lines = tried
    .slice(0, 6)
    .map(({ state, plan, outcome }) =>
      line(bold(`${state}: `), plain(clip(`${plan.title}${outcome ? `. ${outcome.words}` : ''}`, 300))),
    );
  return [richText(line(bold('What was tried')), list('bullet', lines))];
}

function foot({ app, trail, id }: Incident): KnownBlock {
  return context(
    `<${dashboardLink(app)}|${escapeText(app)}> · incident \`${id.slice(0, 8)}\` · audit \`${trail.at(-1)?.hash ?? ''}\``,
  );
}

function buttons(incident: Incident, canDo: ReadonlySet<ActionKind>): KnownBlock[] {
  if (incident.state === 'resolved')
    return [{ type: 'actions', elements: [button('postmortem', 'Post-mortem draft', incident.id)] }];
  const own = [
    ...(incident.acknowledged ? [] : [acknowledgeButton(incident)]),
    button('diagnose_again', 'Diagnose again', incident.target),
  ];
  return [
    { type: 'actions', elements: own },
    ...proposeButtons(incident.picture.actions, incident.target, canDo),
  ];
}

export function acknowledgeButton({ id, app }: Incident): Button {
  return {
    ...button('acknowledge', 'Acknowledge', id),
    style: 'primary',
    accessibility_label: clip(`Acknowledge the incident of ${app}`, 75),
  };
}

function button(action_id: string, text: string, value: string): Button {
  return { type: 'button', action_id, text: { type: 'plain_text', text }, value };
}

/** A line of the timeline, in the card's thread. */
export function incidentLineView({ words, who }: IncidentEvent): Message {
  const by: Part[] = who === 'bot' ? [] : [plain(' '), person(who)];
  return { text: escapeText(clip(words, 3_000)), blocks: [richText(line(plain(words), ...by))] };
}

function person(id: string): Part {
  return /^[UW][A-Z0-9]+$/.test(id) ? { type: 'user', user_id: id } : plain(id);
}

function dateTime(at: Instant): Part {
  return {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: '{date_short} {time}',
    fallback: formatInstant(at),
  };
}
