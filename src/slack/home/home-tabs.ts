/** The Home tabs of people who opened them. They are kept current by a redraw a few seconds after something changes. */

import type { Logger } from 'pino';
import { keepNewest } from '../client/keep-newest.ts';
import type { Origin } from '../people/identify.ts';
import type { MessageBlock } from '../views/parts/message.ts';

export interface HomeTabsDeps {
  /** Returns what this person may see now. The last block is the time of drawing. */
  render(user: string, from: Origin): Promise<readonly MessageBlock[]>;
  /** Rejects if Slack does not accept it. */
  publish(user: string, blocks: readonly MessageBlock[]): Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
}

export interface HomeTabs {
  /** Draws the tab that this person just opened. Rejects if that fails. */
  opened(user: string, from: Origin): Promise<void>;
  /**
   * Call this when something that a Home tab shows may have changed. It schedules a redraw of all tabs. Never throws.
   */
  changed(): void;
  stop(): void;
}

interface Reader {
  readonly from: Origin;
  /** The content of the tab without the time of drawing. Null until it is drawn. */
  shown: string | null;
}

/** Slack allows a hundred calls a minute. */
const REDRAW_AFTER_MS = 3_000;
/** The tabs that were opened longest ago are no longer redrawn until they are opened again. */
const MOST_READERS = 30;

export function createHomeTabs(deps: HomeTabsDeps): HomeTabs {
  const readers = new Map<string, Reader>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function drawAll(): Promise<void> {
    timer = undefined;
    for (const [user, reader] of readers) {
      await draw(deps, user, reader).catch((error: unknown) =>
        deps.log.warn({ err: error, user }, 'a Home tab could not be drawn'),
      );
    }
  }

  return {
    async opened(user, from) {
      const reader: Reader = { from, shown: null };
      keepNewest(readers, user, reader, MOST_READERS);
      await draw(deps, user, reader);
    },
    changed() {
      if (isStopped || timer !== undefined || readers.size === 0) return;
      timer = setTimeout(() => void drawAll(), REDRAW_AFTER_MS).unref();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Publishes nothing if only the time of drawing has changed. */
async function draw({ render, publish }: HomeTabsDeps, user: string, reader: Reader): Promise<void> {
  const blocks = await render(user, reader.from);
  const shown = JSON.stringify(blocks.length > 1 ? blocks.slice(0, -1) : blocks);
  if (reader.shown === shown) return;
  await publish(user, blocks);
  reader.shown = shown;
}
