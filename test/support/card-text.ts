/** A message as its reader sees it, a line each, so that a changed card can be read in a diff; and how much of a phone it takes. */
import type { PlanBlock, RichTextBlock, RichTextElement, TableBlock } from '@slack/types';
import type { ChartBlock, Message, MessageBlock } from '../../src/slack/views/parts/message.ts';

export interface CardLine {
  readonly kind: 'text' | 'small' | 'code' | 'buttons';
  readonly words: string;
}

/** The text first, as a notification shows it. */
export function cardText({ text, blocks }: Message): string {
  return [`text: ${text}`, ...cardLines({ text, blocks }).map(shown)].join('\n');
}

/** What the card shows, without the text of its notification. */
export function cardLines({ blocks }: Message): CardLine[] {
  return blocks.flatMap(linesOf);
}

function shown({ kind, words }: CardLine): string {
  switch (kind) {
    case 'text':
    case 'buttons':
      return words;
    case 'small':
      return `(${words})`;
    case 'code':
      return `  | ${words}`;
  }
}

function linesOf(block: MessageBlock): CardLine[] {
  switch (block.type) {
    case 'section':
      return [{ kind: 'text', words: block.text?.text ?? '' }];
    case 'context':
      return block.elements.map((one) => ({ kind: 'small', words: 'text' in one ? one.text : one.alt_text }));
    case 'actions':
      return [{ kind: 'buttons', words: block.elements.map(buttonWords).join(' ') }];
    case 'rich_text':
      return block.elements.flatMap(partLines);
    case 'table':
      return block.rows.map((row) => ({ kind: 'text', words: row.map(cellWords).join(' | ') }));
    case 'plan':
      return planLines(block);
    case 'data_visualization':
      return chartLines(block);
    default:
      return [{ kind: 'text', words: `(${block.type})` }];
  }
}

function cellWords(cell: TableBlock['rows'][number][number]): string {
  if (cell.type !== 'rich_text') return cell.text;
  return cell.elements
    .flatMap(partLines)
    .map(({ words }) => words)
    .join(' / ');
}

function planLines({ title, tasks = [] }: PlanBlock): CardLine[] {
  const cards = tasks.flatMap((task): CardLine[] => {
    if (!('status' in task && 'title' in task)) return [];
    const details = 'details' in task ? task.details : undefined;
    const inner = isRichText(details) ? details.elements.flatMap(partLines) : [];
    return [
      { kind: 'text', words: `[${String(task.status)}] ${String(task.title)}` },
      ...inner.map(({ words }): CardLine => ({ kind: 'small', words })),
    ];
  });
  return [{ kind: 'text', words: title }, ...cards];
}

function isRichText(value: unknown): value is RichTextBlock {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'rich_text';
}

function chartLines({ title, chart: { series } }: ChartBlock): CardLine[] {
  const points = series.map(
    ({ name, data }) => `${name}: ${data.map(({ label, value }) => `${label}=${value}`).join(' ')}`,
  );
  return [title, ...points].map((words) => ({ kind: 'text', words }));
}

function partLines(part: RichTextBlock['elements'][number]): CardLine[] {
  const words = (leaves: readonly RichTextElement[]) => leaves.map(leafWords).join('');
  switch (part.type) {
    case 'rich_text_section':
    case 'rich_text_quote':
      return [{ kind: 'text', words: words(part.elements) }];
    case 'rich_text_list':
      return part.elements.map((one, index) => ({
        kind: 'text',
        words: `${part.style === 'ordered' ? `${index + 1}.` : '•'} ${words(one.elements)}`,
      }));
    case 'rich_text_preformatted':
      return words(part.elements)
        .split('\n')
        .map((line) => ({ kind: 'code', words: line }));
  }
}

/** `[Restart: propose_restart prod]`, `[⋯ Restart: propose_restart prod, Stop the app: propose_stop prod]` */
function buttonWords(element: object): string {
  if ('options' in element) {
    const { options } = element as { options: readonly { text: { text: string }; value: string }[] };
    return `[⋯ ${options.map(({ text, value }) => `${text.text}: ${value}`).join(', ')}]`;
  }
  if (!('text' in element) || !('action_id' in element)) return '[?]';
  const { text, action_id, value } = element as {
    text: { text: string };
    action_id: string;
    value?: string;
  };
  return `[${text.text}: ${action_id}${value === undefined ? '' : ` ${value}`}]`;
}

function leafWords(one: RichTextElement): string {
  switch (one.type) {
    case 'text':
      return one.text;
    case 'link':
      return one.text === undefined ? one.url : `${one.text} <${one.url}>`;
    case 'emoji':
      return `:${one.name}:`;
    case 'user':
      return `@${one.user_id}`;
    case 'usergroup':
      return `@${one.usergroup_id}`;
    case 'date':
      return `{${one.format} ${one.fallback}}`;
    case 'broadcast':
      return `@${one.range}`;
    default:
      return `(${one.type})`;
  }
}

/** Characters of ordinary text that fit on a line of a phone of 390 px, beside the avatar; code is wider, its box narrower. */
const WIDTH = { text: 42, small: 50, code: 36 } as const;

/** How many lines of a phone stand above the first buttons, of a message that has some; an estimate, on the high side. */
export function phoneLines(message: Message): number {
  let lines = 0;
  for (const { kind, words } of cardLines(message)) {
    if (kind === 'buttons') return lines;
    const seen = words
      .replaceAll(/ <https?:[^>]*>/g, '')
      .replaceAll(/<[^|>]*\|([^>]*)>/g, '$1')
      .replaceAll(/\{[^}]*\}/g, 'today 21:37')
      .replaceAll(/:\w+:/g, '##');
    lines += Math.max(1, Math.ceil(seen.length / WIDTH[kind]));
  }
  return lines;
}
