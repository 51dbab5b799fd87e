/** `/raxx incidents`: one line per incident, open ones first. */

import { lastedMs } from '../../../runbook/incidents/times.ts';
import { beganAt, type Incident, pictureTitle } from '../../../runbook/model/incident.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatSpan } from '../../../runbook/text/duration.ts';
import {
  bold,
  boldLink,
  clip,
  emoji,
  escapeText,
  line,
  list,
  type Message,
  type Part,
  plain,
  richText,
} from '../parts/message.ts';
import { momentOf, person } from '../parts/moments.ts';

export interface ListedIncident {
  readonly incident: Incident;
  /** Link to its card. Null when Slack gives none. */
  readonly card: string | null;
}

/** A null `target` means all targets. */
export function incidentsView(
  listed: readonly ListedIncident[],
  target: string | null,
  now: Instant,
): Message {
  const of = target === null ? '' : ` on ${target}`;
  if (listed.length === 0) {
    const none = `No incidents${of} yet.`;
    return { text: escapeText(none), blocks: [richText(line(plain(none)))] };
  }
  const open = listed.filter(({ incident }) => incident.state === 'open');
  const ended = listed.length - open.length;
  const count = open.length === 0 ? 'No open incidents' : `${open.length} open`;
  const last = ended === 0 ? '' : `; last ${ended} resolved`;
  const head = `Incidents${of}: ${count}${last}`;
  const titles = open.map(({ incident }) => `${incident.target}: ${pictureTitle(incident.worst)}`);
  const named = titles.length === 0 ? '' : ` Open: ${titles.join('; ')}.`;
  return {
    text: escapeText(clip(`${head}.${named}`, 3_000)),
    blocks: [
      richText(
        line(bold(head)),
        list(
          'bullet',
          listed.map((one) => incidentLine(one, now)),
        ),
      ),
    ],
  };
}

export function incidentLine({ incident, card }: ListedIncident, now: Instant) {
  const { app, state, stopped } = incident;
  const isOpen = state === 'open';
  const lasted = formatSpan(lastedMs(incident, now));
  const named = !isOpen ? 'Resolved' : stopped ? 'Open, app stopped' : 'Open';
  return line(
    emoji(isOpen ? 'red_circle' : 'white_check_mark'),
    bold(` ${named}: `),
    plain(`${app} · since `),
    momentOf(beganAt(incident), now),
    plain(isOpen ? ` (${lasted})` : `, lasted ${lasted}`),
    plain(` · ${clip(pictureTitle(incident.worst), 200)}`),
    ...(isOpen || incident.acknowledged ? [plain(' · '), ...ownerOf(incident)] : []),
    ...(card === null ? [] : [plain(' · '), boldLink(card, 'Open the card')]),
  );
}

function ownerOf({ acknowledged }: Incident): readonly Part[] {
  return [plain('owner: '), acknowledged ? person(acknowledged.by) : plain('none')];
}
