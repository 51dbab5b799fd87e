/** The sandbox's page as a phone: how far down the first buttons of a card stand. */
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { renderChannel } from '../../sandbox/page/render-message.ts';
import { checkBlocks } from '../../sandbox/slack/blocks/check.ts';
import type { Message as SlackMessage } from '../../sandbox/slack/messages.ts';
import type { Message } from '../../src/slack/views/parts/message.ts';

const CHROMIUM = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== '' && existsSync(path),
);

/** null: there is a browser; else why not. */
export const NO_BROWSER: string | null =
  CHROMIUM === undefined ? 'no Chromium here: install it, or name it in CHROMIUM' : null;

/** Width of a phone, CSS pixels. */
const WIDTH = 390;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'], timeout: 60_000 });
}

/** Pixels from the top of each message to the end of its first row of buttons; of one without buttons its whole height. */
export async function firstScreens(browser: Browser, messages: readonly Message[], now: number) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 844 } });
  const css = readFileSync(new URL('../../sandbox/page/page.css', import.meta.url), 'utf8');
  const html = messages.map((message) => htmlOf(message, now)).join('');
  await page.setContent(`<style>${css}</style><main><section id="messages">${html}</section></main>`);
  const heights = await page.locator('.message').evaluateAll((all) =>
    all.map((one) => {
      const end = one.querySelector('.actions') ?? one;
      return Math.round(end.getBoundingClientRect().bottom - one.getBoundingClientRect().top);
    }),
  );
  await page.close();
  return heights;
}

const CHANNEL = 'C0MOOSE01';
const BOT = 'U0RAXXBOT';

function htmlOf({ text, blocks }: Message, now: number): string {
  const checked = checkBlocks(blocks);
  if (!checked.ok) throw new Error(checked.messages.join('\n'));
  const shown: SlackMessage = {
    ts: `${Math.floor(now / 1000)}.000001`,
    channel: CHANNEL,
    author: BOT,
    text,
    blocks: checked.value,
  };
  const reader = {
    people: [],
    channels: [],
    groups: [],
    userId: 'U0KRIS001',
    now,
    timeZone: 'America/New_York',
  };
  return renderChannel([shown], CHANNEL, reader, { botUserId: BOT, slackbot: 'USLACKBOT' });
}
