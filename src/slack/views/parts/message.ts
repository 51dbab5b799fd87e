/** The parts of our messages. Untrusted text goes into rich text, which Slack does not parse. */

import type { Block, KnownBlock, RichTextBlock, RichTextElement, RichTextSection } from '@slack/types';
import { type Phrase, partsOf } from '../../../runbook/text/phrase.ts';

export interface Message {
  /** A complete sentence that notifications show and screen readers read in place of the blocks. */
  readonly text: string;
  readonly blocks: MessageBlock[];
}

export type MessageBlock = KnownBlock | ChartBlock;

/**
 * Slack's native chart, which `@slack/types` does not describe yet.
 * Clients may not draw it, so text beside it has the same facts.
 */
export interface ChartBlock extends Block {
  readonly type: 'data_visualization';
  readonly title: string;
  readonly chart: {
    readonly type: 'line' | 'bar' | 'area';
    readonly series: readonly {
      readonly name: string;
      /** One entry per category, in the same order. */
      readonly data: readonly { readonly label: string; readonly value: number }[];
    }[];
    readonly axis_config: {
      readonly categories: readonly string[];
      readonly x_label?: string;
      readonly y_label?: string;
    };
  };
}

/** Escapes Slack's three control characters (docs: "Escaping text"), for mrkdwn and for `text`. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Builds a link in mrkdwn. `|` and line breaks would end its label. */
export function link(url: string, label: string): string {
  return `<${encodeURI(url)}|${escapeText(label).replace(/[|\r\n]/g, ' ')}>`;
}

/**
 * Builds a section from our own mrkdwn. Inserted text must be escaped. Slack does not link names or addresses in it.
 */
export function section(mrkdwn: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true } };
}

export function context(...mrkdwn: readonly string[]): KnownBlock {
  return { type: 'context', elements: mrkdwn.map((text) => ({ type: 'mrkdwn', text, verbatim: true })) };
}

export type Part = RichTextElement;

export function plain(text: string): Part {
  return { type: 'text', text };
}

export function bold(text: string): Part {
  return { type: 'text', text, style: { bold: true } };
}

export function boldLink(url: string, text: string): Part {
  return { type: 'link', url, text, style: { bold: true } };
}

export function asBold(part: Part): Part {
  return part.type === 'text' || part.type === 'link' ? { ...part, style: { bold: true } } : part;
}

export function code(text: string): Part {
  return { type: 'text', text, style: { code: true } };
}

export function emoji(name: string): Part {
  return { type: 'emoji', name };
}

/** Mentions become Slack's own elements, which notify the person or group. */
export function phraseParts(phrase: Phrase): Part[] {
  return partsOf(phrase).map((part): Part => {
    if (typeof part === 'string') return plain(part);
    if ('who' in part) return { type: 'user', user_id: part.who };
    return 'group' in part
      ? { type: 'usergroup', usergroup_id: part.group }
      : { type: 'channel', channel_id: part.channel };
  });
}

/** Text that a team member typed, with its URLs linked. In untrusted text, URLs are not linked (`withLinks`). */
export function withTypedLinks(text: string): Part[] {
  return text
    .split(TYPED_ADDRESS)
    .map((part, index): Part => (index % 2 === 1 ? { type: 'link', url: part } : plain(part)));
}

const TYPED_ADDRESS = /(https?:\/\/[^\s<>|"“”]*[^\s<>|"“”.,;:!?)\]])/;

export function richText(...elements: RichTextBlock['elements']): KnownBlock {
  return { type: 'rich_text', elements };
}

/** Drops empty texts, which Slack refuses. */
export function line(...parts: readonly Part[]): RichTextSection {
  return {
    type: 'rich_text_section',
    elements: parts.filter((one) => one.type !== 'text' || one.text !== ''),
  };
}

export function list(
  style: 'bullet' | 'ordered',
  lines: readonly RichTextSection[],
): RichTextBlock['elements'][number] {
  return { type: 'rich_text_list', style, elements: [...lines] };
}

export function preformatted(lines: readonly string[]): RichTextBlock['elements'][number] {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: lines.join('\n') }] };
}

export { cut as clip } from '../../../runbook/text/cut.ts';
