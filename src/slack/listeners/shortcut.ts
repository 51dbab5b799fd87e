/** The message shortcut: adds a Slack message to an incident's timeline, with its author and time. */

import type { App, MessageShortcut } from '@slack/bolt';
import { LONGEST_NOTE } from '../../operations/incidents/commands.ts';
import { listedIncidents } from '../../operations/incidents/listed.ts';
import type { Incident } from '../../runbook/model/incident.ts';
import { cut } from '../../runbook/text/cut.ts';
import { fromOutside } from '../../runbook/text/harmless.ts';
import { formatInstant } from '../../runbook/text/time.ts';
import { permalinkOf } from '../client/card.ts';
import type { ReplyTo } from '../client/post.ts';
import type { SlackContext } from '../context.ts';
import { identify, type Origin } from '../people/identify.ts';
import { readTyped } from '../people/typed-text.ts';
import { phraseView, sentenceView, withCardView } from '../views/parts/answers.ts';
import { runAfterAck } from './failure.ts';
import { appOf, isFirst } from './request.ts';

/** The `callback_id` in the manifest. */
const ADD_TO_TIMELINE = 'add_to_timeline';

export function listenToShortcut(app: App, context: SlackContext): void {
  app.shortcut<MessageShortcut>(
    { type: 'message_action', callback_id: ADD_TO_TIMELINE },
    async ({ ack, body }) => {
      await ack();
      if (!isFirst(context, body.trigger_id)) return;
      const { user, channel, message, message_ts: ts, team, response_url: responseUrl } = body;
      const replyTo: ReplyTo = { channel: channel.id, user: user.id, responseUrl };
      const from: Origin = { team: team?.id, home: user.team_id, app: appOf(body) };
      const author = message.user === undefined ? 'an app' : `<@${message.user}>`;
      const picked = {
        text: fromOutside(`${author}: ${message.text ?? ''}`),
        ts,
        threadTs: typeof message.thread_ts === 'string' ? message.thread_ts : null,
      };
      await runAfterAck(context, replyTo, () => addToTimeline(context, picked, from, replyTo));
    },
  );
}

interface PickedMessage {
  /** Contains ids in place of names. */
  readonly text: string;
  readonly ts: string;
  /** The thread that contains the message. Null when it is directly in the channel. */
  readonly threadTs: string | null;
}

async function addToTimeline(
  context: SlackContext,
  { text, ts, threadTs }: PickedMessage,
  from: Origin,
  replyTo: ReplyTo,
): Promise<void> {
  const { incidentStore, incidents, post } = context;
  const known = await identify(context, replyTo.user, from);
  if (!known.ok) return post.toAsker(replyTo, sentenceView(known.words));
  const listed = await listedIncidents(incidentStore);
  const incident = incidentOf(listed, replyTo.channel, threadTs);
  if (!incident) return post.toAsker(replyTo, sentenceView(whichWords(listed.filter(isOpen))));
  const words = (await readTyped(context, text)).trim();
  const note = cut(`${formatInstant(Number(ts) * 1_000)}, ${words}`, LONGEST_NOTE);
  const isThere = incident.trail.some((entry) => entry.event === 'noted' && entry.words === note);
  if (isThere)
    return post.toAsker(replyTo, sentenceView('This is in the timeline already. Nothing was done.'));
  const noted = await incidents.noteIn(incident.id, note, known.person);
  const card = await permalinkOf(context, noted.incident?.card ?? null);
  await post.toAsker(replyTo, withCardView(phraseView(noted.words), card));
}

const isOpen = ({ state }: Incident) => state === 'open';

/** Returns the incident in whose thread the message is, or the only open one. */
function incidentOf(
  listed: readonly Incident[],
  channel: string,
  threadTs: string | null,
): Incident | undefined {
  const inItsThread = listed.find(({ card }) => card?.channel === channel && card.ts === threadTs);
  const open = listed.filter(isOpen);
  return inItsThread ?? (open.length === 1 ? open[0] : undefined);
}

function whichWords(open: readonly Incident[]): string {
  const instead =
    'Nothing was done. Use the shortcut on a message in the thread of the incident, or type `/raxx note <target> <words>`.';
  if (open.length === 0) return `No incident is open. ${instead}`;
  return `More than one incident is open: ${open.map(({ target }) => target).join(', ')}. ${instead}`;
}
