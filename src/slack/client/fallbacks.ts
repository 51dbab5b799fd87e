/** Ever simpler forms of a message: Slack refuses a whole message for one block that it does not accept. */
import type { Button, ContextBlock, KnownBlock, RichTextBlockElement, RichTextElement } from '@slack/types';
import { clip, escapeText, type Message } from '../views/message.ts';
import { LIMITS, lengthOf } from './message-limits.ts';

export interface Fallback {
  readonly name: 'as drawn' | 'without newer blocks' | 'classic sections' | 'text and buttons' | 'text alone';
  readonly message: Message;
}

/** From the message as drawn down to its text alone, without duplicates. Buttons are dropped last. */
export function fallbacksOf(message: Message): readonly Fallback[] {
  const { text, blocks } = message;
  const buttons = blocks.flatMap(buttonsOf);
  const fallbacks: readonly Fallback[] = [
    { name: 'as drawn', message },
    { name: 'without newer blocks', message: { text, blocks: blocks.flatMap(withoutNewer) } },
    { name: 'classic sections', message: { text, blocks: blocks.flatMap(classic) } },
    { name: 'text and buttons', message: { text, blocks: [...textBlocks(text), ...bareButtons(buttons)] } },
    {
      name: 'text alone',
      message: { text: `${clip(text, LIMITS.sectionText)}${withoutButtons(buttons)}`, blocks: [] },
    },
  ];
  const shown = fallbacks.map((fallback) => JSON.stringify(fallback.message));
  return fallbacks.filter((_fallback, index) => shown.indexOf(shown[index] ?? '') === index);
}

/** Block types that every Slack client has supported since blocks exist, and rich text. */
const LONG_SUPPORTED = new Set([
  'section',
  'header',
  'context',
  'actions',
  'divider',
  'image',
  'input',
  'rich_text',
]);

function withoutNewer(block: KnownBlock): KnownBlock[] {
  if (LONG_SUPPORTED.has(block.type)) return [block];
  return [...textBlocks(escapeText(textIn(block))), ...bareButtons(buttonsOf(block))];
}

/** Only sections and buttons. */
function classic(block: KnownBlock): KnownBlock[] {
  switch (block.type) {
    case 'section':
    case 'actions':
      return [block];
    case 'divider':
      return [];
    case 'rich_text':
      return block.elements.flatMap((part) => textBlocks(richPart(part)));
    case 'header':
      return textBlocks(`*${escapeText(block.text.text)}*`);
    case 'context':
      return textBlocks(block.elements.map(contextWords).join(' '));
    case 'image':
      return textBlocks(escapeText(block.alt_text));
    default:
      return withoutNewer(block);
  }
}

function contextWords(element: ContextBlock['elements'][number]): string {
  if (element.type === 'image') return escapeText(element.alt_text);
  return element.type === 'mrkdwn' ? element.text : escapeText(element.text);
}

/** As many sections of `mrkdwn` as the text needs, split between lines. */
function textBlocks(mrkdwn: string): KnownBlock[] {
  const parts: string[] = [];
  for (const line of mrkdwn.split('\n')) {
    const last = parts.at(-1);
    const joined = last === undefined ? line : `${last}\n${line}`;
    if (last !== undefined && lengthOf(joined) <= LIMITS.sectionText) parts[parts.length - 1] = joined;
    else parts.push(lengthOf(line) <= LIMITS.sectionText ? line : clip(line, LIMITS.sectionText));
  }
  return parts
    .filter((text) => text.trim() !== '')
    .map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }));
}

function richPart(part: RichTextBlockElement): string {
  switch (part.type) {
    case 'rich_text_section':
      return part.elements.map(leaf).join('');
    case 'rich_text_list':
      return part.elements.map((item) => `• ${item.elements.map(leaf).join('')}`).join('\n');
    case 'rich_text_quote':
      return `> ${part.elements.map(leaf).join('')}`;
    case 'rich_text_preformatted':
      return `\`\`\`${part.elements.map(leaf).join('').replaceAll('`', 'ˋ')}\`\`\``;
  }
}

function leaf(element: RichTextElement): string {
  switch (element.type) {
    case 'text':
      return styled(escapeText(element.text), element.style);
    case 'link':
      return element.text === undefined
        ? `<${element.url}>`
        : `<${element.url}|${escapeText(element.text).replaceAll('|', ' ')}>`;
    case 'user':
      return `<@${element.user_id}>`;
    case 'usergroup':
      return `<!subteam^${element.usergroup_id}>`;
    case 'channel':
      return `<#${element.channel_id}>`;
    case 'broadcast':
      return `<!${element.range}>`;
    case 'emoji':
      return `:${element.name}:`;
    case 'date':
      return `<!date^${element.timestamp}^${element.format}|${escapeText(element.fallback ?? '')}>`;
    default:
      return '';
  }
}

/** Marks only words that contain no mark themselves, so that mrkdwn cannot be misread. */
function styled(
  text: string,
  style: { readonly bold?: boolean; readonly code?: boolean } | undefined,
): string {
  const [, before = '', words = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (words === '' || /[`*\n]/.test(words)) return text;
  if (style?.code) return `${before}\`${words}\`${after}`;
  return style?.bold ? `${before}*${words}*${after}` : text;
}

/** All texts in a block of any type, one per line. */
function textIn(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(textIn)
      .filter((text) => text !== '')
      .join('\n');
  if (typeof value !== 'object' || value === null) return '';
  if ('type' in value && value.type === 'button') return '';
  return Object.entries(value)
    .map(([name, part]) => (name === 'text' && typeof part === 'string' ? part : textIn(part)))
    .filter((text) => text !== '')
    .join('\n');
}

function buttonsOf(block: unknown): Button[] {
  if (Array.isArray(block)) return block.flatMap(buttonsOf);
  if (typeof block !== 'object' || block === null) return [];
  return isButton(block) ? [block] : Object.values(block).flatMap(buttonsOf);
}

function isButton(value: object): value is Button {
  return 'type' in value && value.type === 'button' && 'text' in value;
}

/** The buttons with only what a click needs. */
function bareButtons(buttons: readonly Button[]): KnownBlock[] {
  if (buttons.length === 0) return [];
  const elements = buttons
    .slice(0, LIMITS.actionElements)
    .map(({ type, text, action_id, value, url }): Button => {
      const more = { ...(value === undefined ? {} : { value }), ...(url === undefined ? {} : { url }) };
      return { type, text, ...(action_id === undefined ? {} : { action_id }), ...more };
    });
  return [{ type: 'actions', elements }];
}

function withoutButtons(buttons: readonly Button[]): string {
  if (buttons.length === 0) return '';
  const names = buttons.map(({ text }) => escapeText(text.text)).join(', ');
  return ` Slack refused the buttons of this message (${names}). The terminal has the same commands: npx raxx help.`;
}
