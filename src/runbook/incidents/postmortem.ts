/** Drafts a postmortem as Markdown: what the ledger knows is filled in, and what only people know is left blank. */

import { type Action, outcomeWords } from '../model/action.ts';
import { BOT } from '../model/actor.ts';
import { beganAt, type Incident, isSameNews, type Picture } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import { addedWords } from '../model/timeline.ts';
import { formatSpan } from '../text/duration.ts';
import { fenced, escapeMarkdown as inert } from '../text/markdown.ts';
import { formatInstant } from '../text/time.ts';
import { type IncidentTimes, incidentTimes } from './times.ts';

export interface PostmortemInput {
  readonly incident: Incident;
  /** Actions during the incident, in any order. */
  readonly tried: readonly Action[];
  readonly now: Instant;
  /** Returns a person's name for the id in the audit. */
  nameOf(who: string): string;
}

/** Returns text that ends with a newline. Outside text is escaped. */
export function postmortem(input: PostmortemInput): string {
  const { incident, tried, now } = input;
  const times = incidentTimes(incident, tried, now);
  const parts = [
    heading(incident, now),
    `## Summary\n\n${summary(input, times)}`,
    `## Times\n\n${timesTable(input, times)}`,
    `## Timeline\n\n${timeline(input)}`,
    `## Evidence\n\n${evidence(incident)}`,
    `## Actions\n\n${actions(input)}`,
    `## Pages\n\n${pages(input)}`,
    '## What went well\n\n- ',
    '## What went badly\n\n- ',
    '## Action items\n\n| Action | Owner | Due |\n| --- | --- | --- |\n| | | |',
  ];
  return `${parts.join('\n\n')}\n`;
}

function heading(incident: Incident, now: Instant): string {
  const { app, worst, id, trail } = incident;
  const day = formatInstant(beganAt(incident)).slice(0, 10);
  const last = trail.at(-1);
  const audit = last ? ` Last audit line: ${last.seq}, \`${last.hash}\`.` : '';
  return `# Postmortem: ${inert(worst.title)} (${inert(app)}, ${day})

A draft from the ledger, made ${formatInstant(now)}. Incident \`${id}\`.${audit} All times are UTC.`;
}

function summary({ incident, nameOf }: PostmortemInput, times: IncidentTimes) {
  const { acknowledged, fixed, lastedMs } = times;
  const { app, resolvedAt, openedAt, worst, pings: count, failures, stopped } = incident;
  const lasted = formatSpan(lastedMs);
  const end =
    resolvedAt === null
      ? `It is still open after ${lasted}.`
      : `The outage lasted ${lasted}; it was resolved at ${clock(resolvedAt)}.`;
  const what = worst.title === `${app} is ${worst.verdict}` ? '' : `: ${inert(worst.title)}`;
  const sentences = [
    `${inert(app)} was ${stateOf(worst)}${what}. It began at ${clock(times.beganAt)}. ${end}`,
    worst.error === null ? '' : `The app's own error: ${inert(worst.error)}.`,
    failures > 1 ? `It went down ${often(failures)}.` : '',
    stopped
      ? `It was stopped by ${inert(nameOf(stopped.by))} at ${clock(stopped.at)}${stopped.reason === null ? '' : ` (“${inert(stopped.reason)}”)`}.`
      : '',
    count > 0 ? `The operator was paged ${often(count)}.` : 'Nobody was paged.',
    acknowledged
      ? `${inert(nameOf(acknowledged.by))} acknowledged ${formatSpan(acknowledged.at - openedAt)} after it was opened.`
      : 'Nobody acknowledged.',
    fixed
      ? `The first action that succeeded: ${inert(fixed.action.plan.title)}.`
      : 'No action through the bot fixed it.',
  ];
  return `${sentences.filter((one) => one !== '').join(' ')}\n\nImpact (who noticed, what could they not do?): `;
}

/** An app can be healthy while a deploy or the platform is not. */
function stateOf({ verdict }: Picture): string {
  if (verdict === 'healthy') return 'itself healthy';
  return verdict === 'unknown' ? 'in an unknown state' : verdict;
}

function timesTable({ incident, nameOf }: PostmortemInput, found: IncidentTimes): string {
  const { openedAt, wellSince, resolvedAt, trail } = incident;
  const { acknowledged, fixed, beganAt: began } = found;
  const page = trail.find(({ event }) => event === 'pinged');
  const rows = [
    ['Began', clock(began), ''],
    ['Detected (opened)', clock(openedAt), `${formatSpan(found.detectMs)} after it began`],
    ['First page', ...after(page?.at, openedAt, 'it was opened')],
    ['Acknowledged', ...after(acknowledged?.at, openedAt, 'it was opened', acknowledged?.by)],
    ['Fixed (first action that succeeded)', ...after(fixed?.at, openedAt, 'it was opened')],
    [
      'Healthy again',
      ...after(resolvedAt === null ? undefined : (wellSince ?? undefined), began, 'it began'),
    ],
    ['Resolved', ...after(resolvedAt ?? undefined, began, 'it began')],
  ];
  return table(['', 'At', 'How long'], rows);

  function after(at: Instant | undefined, from: Instant, what: string, by?: string): [string, string] {
    if (at === undefined) return ['no', ''];
    const who = by === undefined ? '' : `, by ${inert(nameOf(by))}`;
    const span = at - from < 1_000 ? 'at once' : `${formatSpan(at - from)} after ${what}`;
    return [clock(at), `${span}${who}`];
  }
}

function timeline({ incident, tried, nameOf }: PostmortemInput): string {
  const own = incident.trail.map(({ at, seq, event, words, byHand, who, hash }) => ({
    at,
    seq,
    line: said(at, event, addedWords({ event, words, byHand }), who, hash),
  }));
  const actionService = tried.flatMap(({ plan, trail }) =>
    trail.map(({ at, seq, event, words, who, hash }) => ({
      at,
      seq,
      line: said(at, event, words === null ? plan.title : `${plan.title}. ${words}`, who, hash),
    })),
  );
  const lines = [...own, ...actionService].toSorted((one, other) => one.at - other.at || one.seq - other.seq);
  const first = `- ${clock(beganAt(incident))} **began**`;
  return [first, ...lines.map(({ line }) => line)].join('\n');

  function said(at: Instant, event: string, words: string | null, who: string, hash: string): string {
    const by = who === BOT ? '' : `(${inert(nameOf(who))})`;
    return [`- ${clock(at)} **${eventWords(event)}**`, inert(words ?? ''), by, `\`${hash}\``]
      .filter((one) => one !== '')
      .join(' ');
  }
}

/** Describes the worst sighting, and the last one if it differs. */
function evidence({ picture, worst }: Incident): string {
  const isSame = worst.at === picture.at || isSameNews(worst, picture);
  const worstSeen = pictureWords('At its worst', worst);
  return isSame ? worstSeen : `${worstSeen}\n\n${pictureWords('Last seen failing', picture)}`;
}

function pictureWords(when: string, { at, verdict, title, evidence: lines }: Picture): string {
  const seen = `${when}, ${clock(at)}, verdict ${verdict}: ${inert(title)}.`;
  return lines.length === 0 ? seen : `${seen}\n\n${fenced(lines)}`;
}

function actions({ tried, nameOf }: PostmortemInput): string {
  if (tried.length === 0) return 'Nothing was tried through the bot.';
  return tried
    .toSorted((one, other) => one.askedAt - other.askedAt)
    .map(({ plan, state, askedBy, reason, approvals, outcome, aftermath, trail }) => {
      const why = reason === null ? '' : ` (“${inert(reason)}”)`;
      const approvers = approvals.map(({ person }) => inert(nameOf(person)));
      const approved = approvers.length === 0 ? '' : `, approved by ${approvers.join(', ')}`;
      const hashes = trail.map(({ event, hash }) => `${eventWords(event)} \`${hash}\``).join(', ');
      return [
        `- **${inert(plan.title)}: ${state}**`,
        `  - Proposed by ${inert(nameOf(askedBy))}${why}${approved}.`,
        ...(outcome ? [`  - ${inert(outcomeWords(outcome))}`] : []),
        ...(aftermath ? [`  - Afterwards: ${inert(aftermath.words)}`] : []),
        `  - Audit: ${hashes}`,
      ].join('\n');
    })
    .join('\n');
}

function pages({ incident: { trail }, nameOf }: PostmortemInput): string {
  const lines = trail.filter(({ event }) => event === 'pinged' || event === 'acknowledged');
  if (lines.length === 0) return 'Nobody was paged.';
  return lines
    .map(({ event, at, words, who }) =>
      event === 'pinged'
        ? `- ${clock(at)} page: ${inert(words ?? '')}`
        : `- ${clock(at)} acknowledged by ${inert(nameOf(who))}`,
    )
    .join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Example: `2026-05-01 10:00:00`. The heading says that times are UTC. */
function clock(at: Instant): string {
  return formatInstant(at).replace(' UTC', '');
}

const EVENT_WORDS: ReadonlyMap<string, string> = new Map([
  ['pinged', 'paged'],
  ['no_answer', 'no clear response'],
  ['turned_bad', 'started failing'],
]);

function eventWords(event: string): string {
  return EVENT_WORDS.get(event) ?? event.replaceAll('_', ' ');
}

function often(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
