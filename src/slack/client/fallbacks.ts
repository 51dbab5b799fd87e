/** Increasingly simple forms of a message, because Slack refuses a whole message over a single unacceptable block. */
import type {
  Button,
  ContextBlock,
  KnownBlock,
  PlanBlock,
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
  TableBlock,
  TaskCardBlock,
} from '@slack/types';
import { clip, escapeText, type Message, type MessageBlock } from '../views/parts/message.ts';
import { LIMITS, lengthOf } from './message-limits.ts';

export interface Fallback {
  readonly name:
    | 'as drawn'
    | 'without charts'
    | 'without newer blocks'
    | 'classic sections'
    | 'text and buttons'
    | 'text alone';
  readonly message: Message;
}

/** Returns forms from the message as drawn down to its text alone, without duplicates. Buttons are dropped last. */
export function fallbacksOf(message: Message): readonly Fallback[] {
  const { text, blocks } = message;
  const buttons = blocks.flatMap(buttonsOf);
  const fallbacks: readonly Fallback[] = [
    { name: 'as drawn', message },
    { name: 'without charts', message: { text, blocks: blocks.filter((block) => !isChart(block)) } },
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

function isChart({ type }: MessageBlock): boolean {
  return type === 'data_visualization';
}

/**
 * Keeps rich text and the block types that Slack has long accepted everywhere.
 * Newer types become text with the same facts.
 */
export function withoutNewer(block: MessageBlock): KnownBlock[] {
  switch (block.type) {
    case 'section':
    case 'header':
    case 'context':
    case 'actions':
    case 'divider':
    case 'image':
    case 'input':
    case 'rich_text':
      return [block];
    // The text beside a chart has the same numbers.
    case 'data_visualization':
      return [];
    case 'markdown':
      return textBlocks(escapeText(block.text));
    case 'table':
      return textBlocks(tableWords(block));
    case 'plan':
      return textBlocks(planWords(block));
    case 'task_card':
      return textBlocks(taskWords(block));
    case 'container': {
      const { title, rich_text_title: richTitle, subtitle, child_blocks: children } = block;
      const named = richTitle ? richWords(richTitle) : `*${escapeText(title?.text ?? '')}*`;
      const below = subtitle?.type === 'mrkdwn' ? subtitle.text : escapeText(subtitle?.text ?? '');
      return [...textBlocks(`${named}\n${below}`), ...children.flatMap(withoutNewer)];
    }
    default:
      return [...textBlocks(escapeText(textIn(block))), ...bareButtons(buttonsOf(block))];
  }
}

/** Returns one line per row. The first row holds the column names. */
function tableWords({ rows }: TableBlock): string {
  const [head = [], ...rest] = rows.map((row) => row.map(cellWords));
  return [`*${head.join(' · ')}*`, ...rest.map((cells) => `• ${cells.join(' · ')}`)].join('\n');
}

function cellWords(cell: TableBlock['rows'][number][number]): string {
  const words = cell.type === 'rich_text' ? richWords(cell) : escapeText(cell.text);
  return words.replace(/\s*\n\s*/g, ' ');
}

function planWords({ title, tasks = [] }: PlanBlock): string {
  const cards = tasks.filter((task) => isTaskCard(task));
  return [`*${escapeText(title)}*`, ...cards.map(taskWords)].join('\n');
}

function isTaskCard(task: NonNullable<PlanBlock['tasks']>[number]): task is TaskCardBlock {
  return 'type' in task && task.type === 'task_card';
}

const TASK_WORDS: Readonly<Record<TaskCardBlock['status'], string>> = {
  pending: ':white_circle: pending',
  in_progress: ':hourglass_flowing_sand: in progress',
  complete: ':white_check_mark: complete',
  error: ':x: error',
};

function taskWords({ title, status, details, output }: TaskCardBlock): string {
  const more = [details, output].filter((one) => one !== undefined).map(richWords);
  return [`${TASK_WORDS[status]} · *${escapeText(title)}*`, ...more].join('\n');
}

function richWords({ elements }: RichTextBlock): string {
  return elements.map(richPart).join('\n');
}

/** Reduces a block to sections and buttons. */
function classic(block: MessageBlock): KnownBlock[] {
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
      return withoutNewer(block).flatMap((one) => (one.type === block.type ? [one] : classic(one)));
  }
}

function contextWords(element: ContextBlock['elements'][number]): string {
  if (element.type === 'image') return escapeText(element.alt_text);
  return element.type === 'mrkdwn' ? element.text : escapeText(element.text);
}

/** Returns as many sections of `mrkdwn` as the text needs, split between lines. */
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

/** Returns all texts in a block of any type, one per line. */
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

/** Returns the buttons with only the fields that a click needs. */
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
