/** Builds what listeners and cards work with, once the identity of the bot's token is known. */

import { createOnce } from '../http/once.ts';
import { drawActionCard, rememberManualCommand } from './actions/card.ts';
import { createKeyedMutex } from './client/keyed-mutex.ts';
import { createPost } from './client/post.ts';
import { createResponseUrl } from './client/response-url.ts';
import { createSend } from './client/send.ts';
import type { SlackClients, SlackContext, SlackServices } from './context.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createTeamChannel } from './delivery/team-channel.ts';
import { renderHome } from './home/home.ts';
import { createHomeTabs } from './home/home-tabs.ts';
import { drawIncidentCard } from './incidents/card.ts';
import { createListApprovers } from './people/approvers.ts';
import { createDirectory } from './people/directory.ts';
import type { BotIdentity } from './people/identify.ts';

export function createSlackContext(
  services: SlackServices,
  { client, quickClient }: SlackClients,
  identity: BotIdentity,
  apiUrl: string,
): SlackContext {
  const { facts, redact, log, now, expire, noteRefusal } = services;
  const directory = createDirectory({ quickClient, client, now });
  const send = createSend({ client, redact, log, noteRefusal });
  const team = createTeamChannel(client, facts);
  const onRecovered = () => drawMissedCards(context);
  const responseUrl = createResponseUrl({ apiUrl, expire });
  const context: SlackContext = {
    ...services,
    client,
    quickClient,
    identity,
    directory,
    send,
    listApprovers: createListApprovers(quickClient, facts, now),
    post: createPost({ client, send, responseUrl, log }),
    delivery: createDelivery({ client, send, team, directory, facts, log, onRecovered }),
    homeTabs: createHomeTabs({
      render: (user, from) => renderHome(context, user, from),
      publish: async (user, blocks) => {
        await client.views.publish({ user_id: user, view: { type: 'home', blocks: [...blocks] } });
      },
      log,
    }),
    memory: {
      replacements: new Set(),
      askedIn: new Map(),
      manualCommands: new Map(),
      paged: new Set(),
    },
    exclusively: createKeyedMutex(),
    once: createOnce(now),
  };
  return context;
}

/** Draws the cards that the team's channel has refused until now. Never rejects. */
async function drawMissedCards(context: SlackContext): Promise<void> {
  const { actionStore, incidentStore, log } = context;
  try {
    for (const { id } of await actionStore.open()) await drawActionCard(context, id);
    for (const { id } of await incidentStore.open()) await drawIncidentCard(context, id);
  } catch (error) {
    log.warn({ err: error }, "the cards that the team's channel refused before could not all be drawn");
  }
}

/** Reads the rights of everyone named in the runbook file, and checks that pages would be delivered. Never rejects. */
export async function refreshSlackContext(context: SlackContext): Promise<void> {
  const { facts, directory, delivery, homeTabs, actionStore, log } = context;
  homeTabs.changed();
  const { operators, approvers, readers = [] } = facts.people;
  const named = [...operators, ...approvers, ...readers, facts.escalation.who.contact];
  try {
    await directory.refresh(named);
  } catch (error) {
    log.error({ err: error }, 'the people whom the runbook file names could not be looked up in advance');
  }
  await delivery.check();
  try {
    for (const action of await actionStore.open()) rememberManualCommand(context, action);
  } catch (error) {
    log.warn({ err: error }, 'the manual commands of open actions could not be read in advance');
  }
}
