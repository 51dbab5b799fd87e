/** The card of an incident that is over: how long it took to see, take and fix it. It pings nobody. */
import type { Action } from '../../runbook/action.ts';
import { formatSpan } from '../../runbook/duration.ts';
import type { Instant } from '../../runbook/evidence.ts';
import type { Incident } from '../../runbook/incident.ts';
import { incidentTimes } from '../../runbook/incident-times.ts';
import { incidentFoot, triedBlocks } from './incident-parts.ts';
import { button, dayAndTimeOf, pastWords, person } from './incident-words.ts';
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
} from './message.ts';

export interface ResolvedViewOptions {
  /** Newest first. */
  readonly tried: readonly Action[];
  readonly now: Instant;
}

export function resolvedView(incident: Incident, { tried, now }: ResolvedViewOptions): Message {
  const { first, second } = pastWords(incident);
  const times = incidentTimes(incident, tried, now);
  const head = `Resolved after ${formatSpan(times.lastedMs)}: ${first}`;
  const said = [head, second].filter((one) => one !== '').join('. ');
  return {
    text: escapeText(clip(`${said}.`, 3_000)),
    blocks: [
      richText(
        line(emoji('white_check_mark'), plain(' '), bold(head)),
        ...(second === '' ? [] : [line(plain(second))]),
        list('bullet', [
          seenLine(incident),
          takenLine(incident, times.acknowledged),
          fixedLine(incident, times.fixed),
        ]),
      ),
      ...triedBlocks(tried),
      incidentFoot(incident),
      {
        type: 'actions',
        elements: [
          button(
            'postmortem',
            'Post-mortem draft',
            incident.id,
            `Post-mortem draft of the incident of ${incident.app}`,
          ),
        ],
      },
    ],
  };
}

function seenLine({ since, openedAt, resolvedAt }: Incident) {
  const detected = openedAt - since >= 1_000 ? `, told ${formatSpan(openedAt - since)} later` : '';
  const end: Part[] = resolvedAt === null ? [] : [plain('; well again '), dayAndTimeOf(resolvedAt)];
  return line(bold('Seen: '), dayAndTimeOf(since), plain(detected), ...end);
}

function takenLine(
  { openedAt, pings }: Incident,
  acknowledged: { readonly by: string; readonly at: Instant } | null,
) {
  const pinged = pings === 0 ? 'nobody was pinged' : `pinged ${pings === 1 ? 'once' : `${pings} times`}`;
  if (!acknowledged) return line(bold('Taken: '), plain(`by nobody; ${pinged}`));
  const after = `after ${formatSpan(acknowledged.at - openedAt)}`;
  return line(bold('Taken: '), plain('by '), person(acknowledged.by), plain(` ${after}; ${pinged}`));
}

function fixedLine({ openedAt }: Incident, fixed: { readonly action: Action; readonly at: Instant } | null) {
  if (!fixed) return line(bold('Fixed: '), plain('by no action of the bot'));
  const { title } = fixed.action.plan;
  const after = formatSpan(fixed.at - openedAt);
  return line(bold('Fixed: '), plain(clip(`after ${after}, by “${title}”`, 300)));
}
