/** The Home tab of each person who opened it, drawn again when something changes: every few seconds at the most. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import { readHome } from '../operations/home.ts';
import { DatabaseFault } from '../operations/ports/database-fault.ts';
import type { Action } from '../runbook/model/action.ts';
import type { Person } from '../runbook/people/permissions.ts';
import type { SlackDeps } from './deps.ts';
import type { Origin } from './people/identify.ts';
import { sentenceView } from './views/help.ts';
import { homeView } from './views/home.ts';
import type { Message } from './views/message.ts';

export interface Homes {
  /** Rejects when Slack does not take it. */
  opened(user: string, from: Origin): Promise<void>;
  /** Something that a Home tab shows may have changed. Never rejects, and nobody waits for it. */
  changed(): void;
  stop(): void;
}

/** Slack allows a hundred calls a minute. */
const EVERY_MS = 3_000;
/** Of those who opened it; whoever opened it longest ago is forgotten, and has it drawn when they open it again. */
const MOST_READERS = 30;

export function createHomes(client: WebClient, slack: SlackDeps, log: Logger): Homes {
  /** Who has seen which one, the last that opened it last. */
  const readers = new Map<string, { readonly from: Origin; shown: string }>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function opened(user: string, from: Origin): Promise<void> {
    readers.delete(user);
    readers.set(user, { from, shown: '' });
    for (const oldest of [...readers.keys()].slice(0, readers.size - MOST_READERS)) readers.delete(oldest);
    await draw(user);
  }

  async function draw(user: string): Promise<void> {
    const reader = readers.get(user);
    if (!reader) return;
    const known = await slack.recognise(user, reader.from);
    const message = known.ok ? await readableHome(known.person) : sentenceView(known.words);
    const { blocks } = slack.post.prepare(message);
    // The time of the drawing alone is no news.
    const shown = JSON.stringify(blocks.length > 1 ? blocks.slice(0, -1) : blocks);
    if (reader.shown === shown) return;
    await client.views.publish({ user_id: user, view: { type: 'home', blocks } });
    reader.shown = shown;
  }

  async function readableHome(person: Person): Promise<Message> {
    try {
      return await homeOf(person);
    } catch (error) {
      if (!(error instanceof DatabaseFault)) throw error;
      return sentenceView(`The ledger can't be read now: ${error.words} \`/raxx diagnose\` still works.`);
    }
  }

  async function homeOf(person: Person): Promise<Message> {
    const home = await readHome(slack, slack.facts, person, slack.now());
    const [waiting, deploys, incidents] = await Promise.all([
      Promise.all(home.waiting.map(withCard)),
      Promise.all(home.deploys.map(withCard)),
      Promise.all(
        home.incidents.map(async (incident) => ({
          incident,
          card: await slack.incidentCards.permalink(incident),
        })),
      ),
    ]);
    return homeView({ at: home.at, targets: home.targets, waiting, incidents, deploys });
  }

  async function withCard(action: Action) {
    return { action, card: action.card && (await slack.cards.permalink(action.card)) };
  }

  async function drawAll(): Promise<void> {
    timer = undefined;
    for (const user of readers.keys()) {
      await draw(user).catch((error: unknown) =>
        log.warn({ err: error, user }, 'a Home tab could not be drawn'),
      );
    }
  }

  return {
    opened,
    changed() {
      if (isStopped || timer !== undefined || readers.size === 0) return;
      timer = setTimeout(() => void drawAll(), EVERY_MS).unref();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
