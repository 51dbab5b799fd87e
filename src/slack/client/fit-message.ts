/** Shortens a message that is too large for Slack, so that it is never lost. */
import type { KnownBlock, MrkdwnElement, PlainTextElement } from '@slack/types';
import { cut } from '../../runbook/text/cut.ts';
import type { Message, MessageBlock } from '../views/parts/message.ts';
import { withoutNewer } from './fallbacks.ts';
import { LIMITS, lengthOf } from './message-limits.ts';
import { validateMessage } from './validate-message.ts';

export interface Fitted {
  readonly message: Message;
  /** The parts that were too large. Empty when everything fit. */
  readonly faults: readonly string[];
}

/** Leaves a message without faults unchanged. If shortening is not enough, only the text is sent. */
export function fitMessage(message: Message): Fitted {
  const faults = validateMessage(message);
  if (faults.length === 0) return { message, faults };
  const text = cutMrkdwn(message.text, LIMITS.messageText) || 'An empty message.';
  const blocks = message.blocks.flatMap(fitBlock).slice(0, LIMITS.blocks);
  const fitted = { text, blocks };
  if (validateMessage(fitted).length === 0) return { message: fitted, faults };
  const alone: KnownBlock = {
    type: 'section',
    text: { type: 'mrkdwn', text: cutMrkdwn(text, LIMITS.sectionText), verbatim: true },
  };
  return { message: { text, blocks: [alone] }, faults };
}

/** Turns a newer block that Slack would refuse into text, which can be cut. */
function fitBlock(block: MessageBlock): MessageBlock[] {
  switch (block.type) {
    case 'markdown':
    case 'table':
    case 'plan':
    case 'task_card':
    case 'container':
    case 'data_visualization': {
      const isFine = validateMessage({ text: '-', blocks: [block] }).length === 0;
      return isFine ? [block] : withoutNewer(block).map(shorten);
    }
    default:
      return [shorten(block)];
  }
}

function shorten(block: KnownBlock): KnownBlock {
  switch (block.type) {
    case 'section': {
      const text = block.text && fitText(block.text, LIMITS.sectionText);
      const fields = block.fields?.slice(0, LIMITS.fields).map((field) => fitText(field, LIMITS.field));
      return { ...block, ...(text ? { text } : {}), ...(fields ? { fields } : {}) };
    }
    case 'header':
      return { ...block, text: fitText(block.text, LIMITS.header) };
    case 'context': {
      const elements = block.elements
        .slice(0, LIMITS.contextElements)
        .map((element) => ('text' in element ? fitText(element, LIMITS.contextText) : element));
      return { ...block, elements };
    }
    case 'rich_text':
      return fitRichText(block);
    default:
      return block;
  }
}

type RichText = Extract<KnownBlock, { type: 'rich_text' }>;

/** Texts share one budget in order, so that the beginning is kept. */
function fitRichText(block: RichText): RichText {
  let left: number = LIMITS.richText;
  const cutLeaves = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(cutLeaves).filter((part) => part !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    if ('type' in value && value.type === 'text' && 'text' in value && typeof value.text === 'string') {
      if (left <= 1 || value.text === '') return undefined;
      const text = cut(value.text, left);
      left -= lengthOf(text);
      return { ...value, text };
    }
    if (!('elements' in value)) return value;
    const elements = cutLeaves(value.elements);
    return Array.isArray(elements) && elements.length > 0 ? { ...value, elements } : undefined;
  };
  // Safe cast: texts were shortened and empty elements dropped, so the type is still that of the block's elements.
  return { ...block, elements: cutLeaves(block.elements) as RichText['elements'] };
}

function fitText<Text extends MrkdwnElement | PlainTextElement>(element: Text, limit: number): Text {
  const { type, text } = element;
  return { ...element, text: type === 'mrkdwn' ? cutMrkdwn(text, limit) : cut(text, limit) };
}

/** Returns at most `limit` characters of mrkdwn, never cut inside a link, a mention, or an escaped character. */
function cutMrkdwn(text: string, limit: number): string {
  const short = cut(text, limit);
  if (short === text) return text;
  const head = short.slice(0, -1);
  const open = head.lastIndexOf('<');
  const whole = open > head.lastIndexOf('>') ? head.slice(0, open) : head;
  return `${whole.replace(/&\w{0,4}$/, '')}…`;
}
