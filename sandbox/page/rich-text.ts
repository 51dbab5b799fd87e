/** Renders rich text as HTML. Its text leaves are shown unchanged. */
import type { RichText, RichTextLeaf, RichTextPart } from '../slack/blocks/rich-text.ts';
import { formatDate } from './dates.ts';
import { emojiHtml } from './emoji.ts';
import { escapeHtml, linkHtml } from './escape.ts';
import { broadcastHtml, channelHtml, groupHtml, personHtml, type Reader } from './mentions.ts';

export function richTextHtml(block: RichText, reader: Reader): string {
  return block.elements.map((part) => partHtml(part, reader)).join('');
}

function partHtml(part: RichTextPart, reader: Reader): string {
  const leaves = (all: readonly RichTextLeaf[]) => all.map((leaf) => leafHtml(leaf, reader)).join('');
  switch (part.type) {
    case 'rich_text_section':
      return `<div class="rich">${leaves(part.elements)}</div>`;
    case 'rich_text_quote':
      return `<blockquote class="rich">${leaves(part.elements)}</blockquote>`;
    case 'rich_text_preformatted':
      return `<pre tabindex="0">${leaves(part.elements)}</pre>`;
    case 'rich_text_list': {
      const tag = part.style === 'ordered' ? 'ol' : 'ul';
      const items = part.elements.map((item) => `<li>${leaves(item.elements)}</li>`).join('');
      return `<${tag} class="rich indent-${part.indent ?? 0}">${items}</${tag}>`;
    }
  }
}

function leafHtml(leaf: RichTextLeaf, reader: Reader): string {
  let html = bareLeaf(leaf, reader);
  if (leaf.style?.code) html = `<code>${html}</code>`;
  if (leaf.style?.strike) html = `<s>${html}</s>`;
  if (leaf.style?.underline) html = `<u>${html}</u>`;
  if (leaf.style?.italic) html = `<i>${html}</i>`;
  if (leaf.style?.bold) html = `<b>${html}</b>`;
  return html;
}

function bareLeaf(leaf: RichTextLeaf, reader: Reader): string {
  switch (leaf.type) {
    case 'text':
      return escapeHtml(leaf.text);
    case 'link':
      return linkHtml(leaf.url, escapeHtml(leaf.text ?? leaf.url));
    case 'user':
      return personHtml(leaf.user_id, reader);
    case 'usergroup':
      return groupHtml(leaf.usergroup_id, reader);
    case 'channel':
      return channelHtml(leaf.channel_id, reader);
    case 'broadcast':
      return broadcastHtml(leaf.range);
    case 'emoji':
      return /^[\w+-]+$/.test(leaf.name) ? emojiHtml(leaf.name) : escapeHtml(`:${leaf.name}:`);
    case 'color':
      return `<code>${escapeHtml(leaf.value)}</code>`;
    case 'date': {
      const shown = escapeHtml(formatDate(leaf.timestamp, leaf.format, reader));
      const time = `<time title="${escapeHtml(leaf.fallback ?? '')}">${shown}</time>`;
      return leaf.url === undefined ? time : linkHtml(leaf.url, time);
    }
  }
}
