/** The page in a browser, at a phone's width and by keyboard. */
import type { Browser, Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page, startPage } from '../../../sandbox/page/server.ts';
import { buildWorld, loadScenarios } from '../../../sandbox/scenario.ts';
import { createSender } from '../../../sandbox/slack/sender.ts';
import { createSlack, type Slack } from '../../../sandbox/slack/slack.ts';
import { NO_BROWSER, openBrowser } from '../../support/phone.ts';

const why = NO_BROWSER === null ? '' : ` (${NO_BROWSER})`;
const KRIS = 'U0KRIS001';

let slack: Slack;
let page: Page;
let browser: Browser;
let tab: Tab;

describe.skipIf(NO_BROWSER !== null)(`the page in a browser${why}`, () => {
  beforeAll(async () => {
    slack = createSlack();
    const scenarios = loadScenarios();
    const [first] = scenarios;
    if (!first) throw new Error('there is no scenario');
    const world = buildWorld(first, Date.now());
    page = await startPage(
      {
        slack,
        sender: createSender({
          slack,
          eventsUrl: () => 'http://127.0.0.1:1/slack/events',
          signingSecret: 'secret',
          replyBase: 'http://127.0.0.1:1',
        }),
        scenarios,
        scenario: () => first,
        setScenario: () => true,
        bot: () => ({ state: 'ready', words: 'The bot is ready' }),
        world: () => world,
      },
      0,
    );
    browser = await openBrowser();
    tab = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await tab.goto(page.url);
    await tab.locator('#scenario optgroup').first().waitFor({ state: 'attached' });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await page?.close();
  });

  /** A card with one button in the first channel; its `ts`. */
  const post = (actionId: string): string => {
    const [channel] = slack.workspace.channels;
    const button = {
      type: 'button',
      action_id: actionId,
      text: { type: 'plain_text', text: actionId },
    } as const;
    const blocks = [{ type: 'actions' as const, elements: [button] }];
    const author = slack.workspace.botUserId;
    return slack.messages.post({ channel: channel?.id ?? '', author, text: actionId, blocks }).ts;
  };
  const focused = () => tab.evaluate('document.activeElement.closest("[data-ts]")?.dataset.ts');

  it('says what it is, and has the scenarios in their groups above the channel', async () => {
    const top = (selector: string) =>
      tab.locator(selector).evaluate((one) => one.getBoundingClientRect().top);
    expect(await tab.locator('#intro').textContent()).toMatch(/real bot.*Pick a broken world/s);
    expect(await tab.locator('#scenario optgroup').count()).toBeGreaterThan(4);
    expect(await top('#scenario')).toBeLessThan(await top('#messages'));
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('recalls earlier commands with the arrow keys', async () => {
    for (const text of ['first', 'second']) {
      await tab.fill('#text', text);
      await tab.press('#text', 'Enter');
    }
    await tab.press('#text', 'ArrowUp');
    await tab.press('#text', 'ArrowUp');
    expect(await tab.inputValue('#text')).toBe('first');
    await tab.press('#text', 'ArrowDown');
    expect(await tab.inputValue('#text')).toBe('second');
  });

  it('has the composer before the cards, and keeps the focus when a card is redrawn', async () => {
    const ts = post('approve');
    await tab.locator(`[data-ts="${ts}"] [data-action=approve]`).waitFor();
    await tab.focus('#composer button[type=submit]');
    await tab.keyboard.press('Tab');
    while ((await focused()) !== ts) await tab.keyboard.press('Tab');
    post('other');
    await tab.locator('[data-action=other]').waitFor();
    expect(await tab.evaluate('document.activeElement.dataset.action')).toBe('approve');
    // The button is gone: the card that it was on keeps the focus.
    const [channel] = slack.workspace.channels;
    slack.messages.change(channel?.id ?? '', ts, { text: 'Approved', blocks: [] });
    await tab.locator(`[data-ts="${ts}"][aria-label=Approved]`).waitFor();
    expect(await focused()).toBe(ts);
  });

  it('shows the top of a card that is taller than the pane', async () => {
    const [channel] = slack.workspace.channels;
    const lines = Array.from({ length: 90 }, (_, index) => `line ${index}`).join('\n');
    await tab.locator('#messages').evaluate((box) => {
      box.scrollTop = box.scrollHeight;
    });
    const { ts } = slack.messages.post({ channel: channel?.id ?? '', author: KRIS, text: lines, blocks: [] });
    const card = tab.locator(`[data-ts="${ts}"]`);
    await card.waitFor();
    const [box, top] = await Promise.all([tab.locator('#messages').boundingBox(), card.boundingBox()]);
    expect(Math.abs((top?.y ?? 0) - (box?.y ?? 0))).toBeLessThan(20);
  });

  it('draws the Home tab that the app published, without a composer, and goes back to the channel', async () => {
    slack.views.publish(KRIS, {
      type: 'home',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'No open incident' } }],
    });
    const opened = tab.waitForRequest((request) => request.url().endsWith('/api/home'));
    await tab.locator('#channels [data-channel=home]').click();
    expect((await opened).postDataJSON()).toEqual({ user: KRIS });
    await tab.locator('.home', { hasText: 'No open incident' }).waitFor();
    expect(await tab.locator('#composer').isVisible()).toBe(false);
    await tab.locator('#channels [data-channel=C0MOOSE01]').click();
    await tab.locator('#composer').waitFor({ state: 'visible' });
  });

  it('sends the option that is chosen in a menu, and shows the menu closed again', async () => {
    const [channel] = slack.workspace.channels;
    const option = (name: string) => ({ text: { type: 'plain_text', text: name }, value: name }) as const;
    const { ts } = slack.messages.post({
      channel: channel?.id ?? '',
      author: slack.workspace.botUserId,
      text: 'A card',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'overflow', action_id: 'other', options: [option('Restart'), option('Stop')] }],
        },
      ],
    });
    const menu = tab.locator(`[data-ts="${ts}"]`).getByRole('combobox', { name: 'More actions' });
    const chosen = tab.waitForRequest((request) => request.url().endsWith('/api/click'));
    await menu.selectOption('Stop');
    expect((await chosen).postDataJSON()).toMatchObject({ ts, actionId: 'other', value: 'Stop', user: KRIS });
    await expect.poll(() => menu.inputValue(), { timeout: 5_000 }).toBe('');
  });

  it('offers the shortcuts of the app in the menu of a message', async () => {
    slack.workspace.shortcuts = [{ callbackId: 'add_to_timeline', name: 'Add to incident timeline' }];
    const [channel] = slack.workspace.channels;
    const said = { channel: channel?.id ?? '', author: KRIS, text: 'logins fail', blocks: [] };
    const { ts } = slack.messages.post(said);
    const message = tab.locator(`[data-ts="${ts}"]`);
    await message.locator('.shortcuts summary').click();
    const chosen = tab.waitForRequest((request) => request.url().endsWith('/api/shortcut'));
    await message.getByRole('button', { name: 'Add to incident timeline' }).click();
    expect((await chosen).postDataJSON()).toEqual({
      channel: said.channel,
      ts,
      callbackId: 'add_to_timeline',
      user: KRIS,
    });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
