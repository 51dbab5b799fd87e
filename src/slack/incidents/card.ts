/** Draws the card of an incident from its row, and posts in its thread. */
import { actionsDuring, peopleIn } from '../../operations/incidents/postmortem.ts';
import { postmortem } from '../../runbook/incidents/postmortem.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import { drawUntilCurrent, editCard, type PlaceCard, recordCard } from '../client/card.ts';
import type { SlackContext } from '../context.ts';
import { userNames } from '../people/user-names.ts';
import { changesThread } from '../views/diagnosis/changes.ts';
import { hourBeforeView } from '../views/incidents/hour-before.ts';
import { incidentView } from '../views/incidents/incident.ts';
import { postmortemView } from '../views/incidents/postmortem.ts';
import { incidentLineView } from '../views/incidents/thread-line.ts';
import type { Message } from '../views/parts/message.ts';
import { updatePings } from './ping.ts';
import { findTried } from './tried.ts';

/** Rejects on a temporary fault, and the caller retries. `Delivery` reports permanent refusals. */
export async function drawIncidentCard(context: SlackContext, id: string): Promise<void> {
  await context.exclusively(id, () =>
    drawUntilCurrent(
      () => context.incidentStore.find(id),
      async (incident) => {
        await drawOnce(context, incident);
        await updatePings(context, incident);
      },
    ),
  );
}

/** Called when an action has changed. The card of its target's open incident shows what was tried. */
export async function drawIncidentOfAction(context: SlackContext, actionId: string): Promise<void> {
  const action = await context.actionStore.find(actionId);
  const incident = action && (await context.incidentStore.newest(action.target));
  if (incident?.state === 'open') await drawIncidentCard(context, incident.id);
}

async function drawOnce(context: SlackContext, incident: Incident): Promise<void> {
  const { incidentStore, facts, canDo } = context;
  const now = context.now();
  const [tried, snooze] = await Promise.all([
    findTried(context, incident, now),
    incidentStore.snoozeOf(incident.target, now),
  ]);
  const message = incidentView(incident, { facts, tried, snooze, canDo, now });
  if (!incident.card) return postCard(context, incident, message);
  const edited = await editCard(context, incident.card, message);
  if (edited === 'must_replace') await postCard(context, incident, message);
  if (edited === 'must_reply') await postInThread(context, incident, message);
}

async function postCard(context: SlackContext, incident: Incident, message: Message): Promise<void> {
  const posted = await context.delivery.toTeam(message);
  const place: PlaceCard = (...args) => context.incidentStore.placeCard(...args);
  if (posted.ok) await recordCard(context, incident, posted, place);
}

/** Posts a line of the timeline in the card's thread. */
export async function postIncidentLine(context: SlackContext, id: string, seq: number): Promise<void> {
  const incident = await findWithCard(context, id);
  const event = incident?.trail.find((entry) => entry.seq === seq);
  if (!incident || !event) return;
  // The card itself shows what opened the incident. Its thread begins with the requests before that.
  if (event.event === 'opened') return postLastHour(context, incident);
  // Draw changes from the row, with times in the reader's own time zone.
  const changes =
    event.event === 'changes'
      ? changesThread(incident.changes, null, context.now(), incident.picture.error !== null)
      : null;
  await postInThread(context, incident, changes ?? incidentLineView(event));
}

/**
 * Posts the requests of the hour before the incident opened, if there are any. The bot cannot see what is in a thread,
 * so the message is claimed in the row before it is sent: after a crash in between it is missing rather than there
 * twice. An attempt that Slack rejects is repeated, like that of every message.
 */
async function postLastHour(context: SlackContext, incident: Incident): Promise<void> {
  const { incidentStore } = context;
  const { id, lastHour, card } = incident;
  const now = context.now();
  const message = lastHour && hourBeforeView(lastHour, now);
  if (!message) return;
  if (!card) return rejectWithoutCard(context);
  if (!(await incidentStore.claimLastHour(id, now))) return;
  try {
    await postInThread(context, incident, message);
  } catch (error) {
    await incidentStore.releaseLastHour(id);
    throw error;
  }
}

/** Posts the draft of the incident's postmortem in the card's thread. */
export async function postPostmortem(context: SlackContext, id: string): Promise<void> {
  const incident = await findWithCard(context, id);
  if (!incident) throw new Error('there is no such incident');
  const now = context.now();
  const tried = await actionsDuring(incident, context.actionStore, now);
  const nameOf = await userNames(context.client, peopleIn(incident, tried));
  await postInThread(context, incident, postmortemView(id, postmortem({ incident, tried, now, nameOf })));
}

/** A line may be due before the job that draws the card has run. In that case the card is drawn first. */
async function findWithCard(context: SlackContext, id: string): Promise<Incident | null> {
  const { incidentStore, exclusively } = context;
  const incident = await incidentStore.find(id);
  if (!incident || incident.card) return incident;
  await exclusively(id, async () => {
    const current = await incidentStore.find(id);
    if (current && !current.card) await drawOnce(context, current);
  });
  return incidentStore.find(id);
}

async function postInThread(context: SlackContext, { card }: Incident, message: Message): Promise<void> {
  if (!card) return rejectWithoutCard(context);
  await context.send.post(card.channel, message, { ts: card.ts, everybody: false });
}

/** While the channel is unreachable there will be no card, and therefore no thread. Otherwise the caller retries. */
async function rejectWithoutCard({ delivery }: SlackContext): Promise<void> {
  if (!delivery.teamFault()) throw new Error('the card of the incident is not drawn yet');
}
