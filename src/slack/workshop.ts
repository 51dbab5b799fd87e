/** Everything of the face that needs to know whose token it has: built once Slack has told. */
import type { WebClient } from '@slack/web-api';
import type { Detail } from '../runbook/model/action.ts';
import type { Person } from '../runbook/people/permissions.ts';
import { type Cards, createCards } from './actions/card.ts';
import { createPost } from './client/post.ts';
import { createResponseUrl } from './client/response-url.ts';
import { createSend } from './client/send.ts';
import type { SlackDeps } from './deps.ts';
import type { SlackFaceDeps } from './face-deps.ts';
import { createHomes, type Homes } from './home.ts';
import { createIncidentCards, type IncidentCards } from './incidents/card.ts';
import { createApprovers } from './people/approvers.ts';
import { createApproversSee } from './people/approvers-see.ts';
import { createDirectory } from './people/directory.ts';
import { createContact } from './people/escalation-contact.ts';
import { createRecognise } from './people/identify.ts';
import { createReadTyped, type ReadTyped } from './people/typed-text.ts';
import { createNames } from './people/user-names.ts';
import { createPlaces } from './places/places.ts';
import { createTeamChannel } from './places/team-channel.ts';

export interface Clients {
  /** Posts are not repeated: they might stand there twice. */
  readonly posting: WebClient;
  /** Two questions in turn fit between Slack's request and its three seconds for our ack. */
  readonly asking: WebClient;
}

export interface Identity {
  readonly teamId: string;
  readonly appId: string | null;
}

export interface Workshop {
  readonly slack: SlackDeps;
  readonly homes: Homes;
  readonly cards: Cards;
  readonly incidentCards: IncidentCards;
  readonly readTyped: ReadTyped;
  /** By the runbook file and by Slack as they are now; what cannot be told is no. */
  isApprover(user: string): Promise<boolean>;
  /** Reads anew who may what and whom to wake, and proves each place. Never rejects. */
  lookRound(): Promise<void>;
}

export function openWorkshop(
  deps: SlackFaceDeps,
  { posting, asking }: Clients,
  identity: Identity,
): Workshop {
  const { facts, actionStore, incidentStore, incidents, canDo, now, log } = deps;
  const noteRefusal = deps.noteRefusal ?? (async () => {});
  const directory = createDirectory({ asking, patient: posting, now });
  const contact = createContact(directory, facts);
  const send = createSend({ client: posting, redact: deps.redact, log, noteRefusal });
  const places = createPlaces({
    client: posting,
    send,
    team: createTeamChannel(posting, facts),
    contact,
    directory,
    facts,
    log,
    worksAgain: drawAll,
  });
  const approversSee = createApproversSee(posting, directory, facts);
  const approvers = createApprovers(asking, facts, now);
  const cards = createCards({
    client: posting,
    actionStore,
    facts,
    send,
    places,
    approversSee,
    canDo,
    approvers,
    contact,
  });
  const names = createNames(posting);
  const shown = {
    client: posting,
    incidentStore,
    actionStore,
    facts,
    send,
    places,
    directory,
    contact,
    names,
    canDo,
    now,
  };
  const incidentCards = createIncidentCards(shown);
  const responseUrl = createResponseUrl({ apiUrl: deps.apiUrl, expire: deps.expire });
  const post = createPost({ client: posting, send, responseUrl, log });

  /** What could not be shown while the channel refused it. */
  async function drawAll(): Promise<void> {
    try {
      for (const { id } of await actionStore.open()) await cards.draw(id);
      for (const { id } of await incidentStore.open()) await incidentCards.draw(id);
    } catch (error) {
      log.warn(
        { err: error },
        'what was not shown while the channel could not be posted in is not drawn yet',
      );
    }
  }

  function noteRefused(actionId: string | null, person: Person, detail: Detail): void {
    actionStore.note(actionId, 'refused', person.id, detail, now()).catch((error: unknown) => {
      log.error({ err: error, who: person.id, detail }, 'a refusal could not be written down');
    });
  }

  async function lookRound(): Promise<void> {
    const { operators, approvers, readers = [] } = facts.people;
    const named = [...operators, ...approvers, ...readers, facts.escalation.who.contact];
    try {
      await directory.refresh(named);
    } catch (error) {
      log.error({ err: error }, 'who may what could not be looked up beforehand');
    }
    await places.check();
    // What waits for a click can be done by hand as well, should the database be gone at the click.
    for (const action of await actionStore.open().catch(() => [])) cards.remember(action);
  }

  const recognise = createRecognise({ directory, facts, ...identity });
  const here = { team: identity.teamId, home: undefined, app: identity.appId ?? undefined };

  const slack: SlackDeps = {
    facts,
    diagnosisService: deps.diagnosisService,
    actionService: deps.actionService,
    actionStore,
    incidentStore,
    incidents,
    incidentCards,
    contact,
    cards,
    post,
    places,
    recognise,
    noteRefused,
    noteFailure: (error, what) => log.warn({ err: error }, what),
    database: deps.database ?? (async () => null),
    canDo,
    now,
  };

  return {
    async isApprover(user) {
      const known = await recognise(user, here);
      return known.ok && known.person.isApprover;
    },
    slack,
    homes: createHomes(posting, slack, log),
    cards,
    incidentCards,
    readTyped: createReadTyped(asking, directory),
    lookRound,
  };
}
