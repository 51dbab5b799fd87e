/** The message shortcut: what somebody wrote in Slack goes into an incident's timeline, with who wrote it and when. */

import { LONGEST_NOTE } from '../../operations/incidents/commands.ts';
import { listedIncidents } from '../../operations/incidents/listed.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import { cut } from '../../runbook/text/cut.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import type { Place } from '../client/post.ts';
import type { SlackDeps } from '../deps.ts';
import type { Origin } from '../people/identify.ts';
import { refusalView, sentenceView, withCardView } from '../views/help.ts';

/** `callback_id` in the manifest. */
export const ADD_TO_TIMELINE = 'add_to_timeline';

export interface Picked {
  /** What was written, by whom: as people read it. */
  readonly words: Promise<string>;
  readonly ts: string;
  /** The thread that it stands in; undefined: it stands in the channel. */
  readonly threadTs: string | undefined;
  readonly user: string;
  readonly from: Origin;
  readonly place: Place;
}

/** Into the incident in whose thread it stands, else into the only one that is open. */
export async function onAddToTimeline(
  { words, ts, threadTs, user, from, place }: Picked,
  { recognise, incidentStore, incidents, incidentCards, post }: SlackDeps,
): Promise<void> {
  const known = await recognise(user, from);
  if (!known.ok) return post.toAsker(place, sentenceView(known.words));
  const listed = await listedIncidents(incidentStore);
  const ofThread = listed.find(({ card }) => card?.channel === place.channel && card.ts === threadTs);
  const open = listed.filter(({ state }) => state === 'open');
  const meant = ofThread ?? (open.length === 1 ? open[0] : undefined);
  if (!meant) return post.toAsker(place, sentenceView(whichWords(open)));
  const note = cut(`${formatInstant(Number(ts) * 1_000)}, ${(await words).trim()}`, LONGEST_NOTE);
  const isThere = meant.trail.some((one) => one.event === 'noted' && one.words === note);
  if (isThere) return post.toAsker(place, sentenceView('It is in the timeline already. Nothing was done.'));
  const { words: said, incident } = await incidents.noteIn(meant.id, note, known.person);
  const card = incident && (await incidentCards.permalink(incident));
  await post.toAsker(place, withCardView(refusalView(said), card));
}

function whichWords(open: readonly Incident[]): string {
  const instead =
    'Nothing was done. Do it with a message in the thread of the incident, or type `/raxx note <target> <words>`.';
  if (open.length === 0) return `No incident is open. ${instead}`;
  return `More than one incident is open: ${open.map(({ target }) => target).join(', ')}. ${instead}`;
}
