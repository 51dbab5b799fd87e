/**
 * Renders Block Kit as HTML: every block type that the local Slack accepts.
 * Pure, so that the browser and the tests share it.
 */
import type { Block, BlockOf, Cell } from '../slack/blocks/block.ts';
import type { Text } from '../slack/blocks/objects.ts';
import { chartHtml } from './charts.ts';
import { accessoryHtml, actionHtml, imageHtml, inputHtml } from './elements.ts';
import type { Reader } from './mentions.ts';
import { mrkdwnHtml, plainHtml } from './mrkdwn.ts';
import { richTextHtml } from './rich-text.ts';
import { planHtml, taskHtml } from './tasks.ts';

/** Returns the HTML of a message's or view's blocks. No text in them can become markup. */
export function renderBlocks(blocks: readonly Block[], reader: Reader, failedAction?: string): string {
  return blocks.map((block) => blockHtml(block, reader, failedAction)).join('');
}

function blockHtml(block: Block, reader: Reader, failed: string | undefined): string {
  const id = block.block_id ?? '';
  switch (block.type) {
    case 'header':
      return `<h3 class="block header">${plainHtml(block.text.text)}</h3>`;
    case 'section':
      return sectionHtml(block, reader, failed);
    case 'context': {
      const parts = block.elements.map((one) =>
        one.type === 'image'
          ? imageHtml(one.image_url, one.alt_text)
          : `<span>${textHtml(one, reader)}</span>`,
      );
      return `<div class="block context">${parts.join('')}</div>`;
    }
    case 'actions': {
      const elements = block.elements.map((one) => actionHtml(one, id, failed));
      return `<div class="block actions">${elements.join('')}</div>`;
    }
    case 'divider':
      return '<hr class="block">';
    case 'image': {
      const title = block.title ? `<figcaption>${plainHtml(block.title.text)}</figcaption>` : '';
      return `<figure class="block">${title}${imageHtml(block.image_url, block.alt_text)}</figure>`;
    }
    case 'rich_text':
      return `<div class="block">${richTextHtml(block, reader)}</div>`;
    case 'table':
      return tableHtml(block, reader);
    case 'markdown':
      // Show the source, because what the bot sends must read well even where Markdown is not rendered.
      return `<div class="block markdown">${plainHtml(block.text)}</div>`;
    case 'task_card':
      return `<ul class="block tasks">${taskHtml(block, reader)}</ul>`;
    case 'plan':
      return planHtml(block, reader);
    case 'container':
      return containerHtml(block, reader, failed);
    case 'data_visualization':
      return chartHtml(block.title, block.chart);
    case 'input': {
      const hint = block.hint ? `<small>${plainHtml(block.hint.text)}</small>` : '';
      return `<label class="block input"><span>${plainHtml(block.label.text)}</span>${inputHtml(block.element, id)}${hint}</label>`;
    }
  }
}

function sectionHtml(block: BlockOf<'section'>, reader: Reader, failed: string | undefined): string {
  const text = block.text ? `<div>${textHtml(block.text, reader)}</div>` : '';
  const fields = (block.fields ?? []).map((field) => `<div>${textHtml(field, reader)}</div>`).join('');
  const side = block.accessory
    ? `<div class="accessory">${accessoryHtml(block.accessory, block.block_id ?? '', failed)}</div>`
    : '';
  const grid = fields ? `<div class="fields">${fields}</div>` : '';
  return `<div class="block section"><div class="main">${text}${grid}</div>${side}</div>`;
}

function containerHtml(block: BlockOf<'container'>, reader: Reader, failed: string | undefined): string {
  const title = block.rich_text_title
    ? richTextHtml(block.rich_text_title, reader)
    : plainHtml(block.title?.text ?? '');
  const subtitle = block.subtitle ? `<small>${textHtml(block.subtitle, reader)}</small>` : '';
  const inner = renderBlocks(block.child_blocks, reader, failed);
  if (block.is_collapsible !== true)
    return `<div class="block container"><div class="title">${title}${subtitle}</div>${inner}</div>`;
  const open = block.default_collapsed === true ? '' : ' open';
  return `<details class="block container"${open}><summary>${title}${subtitle}</summary>${inner}</details>`;
}

function tableHtml(block: BlockOf<'table'>, reader: Reader): string {
  const rows = block.rows.map((row, index) => {
    const tag = index === 0 ? 'th' : 'td';
    const cells = row.map((one, column) => {
      const align = block.column_settings?.[column]?.align ?? 'left';
      return `<${tag} class="${align}">${cellHtml(one, reader)}</${tag}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="block table" tabindex="0"><table>${rows.join('')}</table></div>`;
}

function cellHtml(cell: Cell, reader: Reader): string {
  return cell.type === 'rich_text' ? richTextHtml(cell, reader) : plainHtml(cell.text, false);
}

function textHtml(text: Text, reader: Reader): string {
  return text.type === 'mrkdwn'
    ? mrkdwnHtml(text.text, reader, text.verbatim ?? false)
    : plainHtml(text.text, text.emoji ?? true);
}
