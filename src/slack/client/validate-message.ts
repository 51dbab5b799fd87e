/** Finds what Slack would refuse in a message before it is sent, each fault with its path. */

import type { Message } from '../views/parts/message.ts';
import {
  arrayOf,
  fields,
  type JsonObject,
  type MessageFault,
  most,
  optional,
  plainText,
  some,
  textObject,
  twice,
  within,
} from './message-faults.ts';
import { LIMITS, lengthOf } from './message-limits.ts';
import { newerFaults } from './validate-newer-blocks.ts';
import { richTextFaults, tableFaults } from './validate-rich-text.ts';

/** Returns no faults for a message that Slack accepts. Block types that this bot does not send also count as faults. */
export function validateMessage({ text, blocks }: Message): MessageFault[] {
  return [
    ...within('text', text, LIMITS.messageText),
    ...most('blocks', blocks, LIMITS.blocks),
    ...blocksFaults(blocks, 'blocks'),
  ];
}

function blocksFaults(blocks: readonly unknown[], path: string): MessageFault[] {
  const list = blocks.map(fields);
  const markdown = list.filter(({ type }) => type === 'markdown').map(({ text }) => String(text));
  const total = markdown.reduce((sum, text) => sum + lengthOf(text), 0);
  return [
    ...list.flatMap((block, index) => blockFaults(block, `${path}.${index}`)),
    ...twice(
      `${path}: block_id`,
      list.map(({ block_id }) => block_id),
    ),
    ...(total > LIMITS.markdown
      ? [`${path}: markdown blocks are longer than ${LIMITS.markdown} in total`]
      : []),
    ...(countOf('table', list) > 1 ? [`${path}: more than one table`] : []),
    ...(countOf('data_visualization', list) > LIMITS.charts
      ? [`${path}: more than ${LIMITS.charts} charts`]
      : []),
  ];
}

/** Counts blocks of this type, including those inside containers. */
function countOf(wanted: string, blocks: readonly JsonObject[]): number {
  return blocks.reduce((sum, { type, child_blocks }) => {
    return sum + (type === wanted ? 1 : 0) + countOf(wanted, arrayOf(child_blocks).map(fields));
  }, 0);
}

function blockFaults(block: JsonObject, path: string): MessageFault[] {
  return [...optional(`${path}.block_id`, block.block_id, LIMITS.identifier), ...bodyFaults(block, path)];
}

function bodyFaults(block: JsonObject, path: string): MessageFault[] {
  switch (block.type) {
    case 'divider':
      return [];
    case 'header':
      return plainText(`${path}.text`, block.text, LIMITS.header, 'needed');
    case 'section':
      return sectionFaults(block, path);
    case 'context': {
      const elements = arrayOf(block.elements);
      return [
        ...some(`${path}.elements`, elements),
        ...most(`${path}.elements`, elements, LIMITS.contextElements),
        ...elements.flatMap((element, index) => contextElement(fields(element), `${path}.elements.${index}`)),
      ];
    }
    case 'actions': {
      const elements = arrayOf(block.elements).map(fields);
      return [
        ...some(`${path}.elements`, elements),
        ...most(`${path}.elements`, elements, LIMITS.actionElements),
        ...twice(
          `${path}: action_id`,
          elements.map(({ action_id }) => action_id),
        ),
        ...elements.flatMap((element, index) => interactive(element, `${path}.elements.${index}`)),
      ];
    }
    case 'image':
      return imageFaults(block, path);
    case 'markdown':
      return within(`${path}.text`, block.text, LIMITS.markdown);
    case 'rich_text':
      return richTextFaults(block, path);
    case 'table':
      return tableFaults(block, path);
    case 'plan':
    case 'task_card':
    case 'container':
    case 'data_visualization':
      return newerFaults(block, path, blockFaults);
    default:
      return [`${path}: ${String(block.type)} is not a block that this bot sends`];
  }
}

function sectionFaults({ text, fields: given, accessory }: JsonObject, path: string): MessageFault[] {
  const list = arrayOf(given);
  return [
    ...(text === undefined && given === undefined ? [`${path}: has neither text nor fields`] : []),
    ...(text === undefined ? [] : textObject(`${path}.text`, text, LIMITS.sectionText)),
    ...(given === undefined ? [] : some(`${path}.fields`, list)),
    ...most(`${path}.fields`, list, LIMITS.fields),
    ...list.flatMap((field, index) => textObject(`${path}.fields.${index}`, field, LIMITS.field)),
    ...(accessory === undefined ? [] : accessoryFaults(fields(accessory), `${path}.accessory`)),
  ];
}

function accessoryFaults(accessory: JsonObject, path: string): MessageFault[] {
  return accessory.type === 'image' ? imageFaults(accessory, path) : interactive(accessory, path);
}

function contextElement(element: JsonObject, path: string): MessageFault[] {
  return element.type === 'image'
    ? imageFaults(element, path)
    : textObject(path, element, LIMITS.contextText);
}

function imageFaults({ image_url, alt_text, title }: JsonObject, path: string): MessageFault[] {
  return [
    ...within(`${path}.image_url`, image_url, LIMITS.url),
    ...within(`${path}.alt_text`, alt_text, LIMITS.imageAlt),
    ...plainText(`${path}.title`, title, LIMITS.imageTitle),
  ];
}

function interactive(element: JsonObject, path: string): MessageFault[] {
  const common = [
    ...optional(`${path}.action_id`, element.action_id, LIMITS.identifier),
    ...(element.confirm === undefined ? [] : confirmFaults(fields(element.confirm), `${path}.confirm`)),
  ];
  switch (element.type) {
    case 'button':
      return [...common, ...buttonFaults(element, path)];
    case 'overflow':
    case 'static_select': {
      const options = arrayOf(element.options);
      const limit = element.type === 'overflow' ? LIMITS.overflowOptions : LIMITS.options;
      return [
        ...common,
        ...some(`${path}.options`, options),
        ...most(`${path}.options`, options, limit),
        ...plainText(`${path}.placeholder`, element.placeholder, LIMITS.placeholder),
        ...options.flatMap((option, index) => optionFaults(fields(option), `${path}.options.${index}`)),
      ];
    }
    default:
      return [`${path}: ${String(element.type)} is not an element that this bot sends`];
  }
}

function buttonFaults(
  { text, value, url, style, accessibility_label }: JsonObject,
  path: string,
): MessageFault[] {
  return [
    ...plainText(`${path}.text`, text, LIMITS.button, 'needed'),
    ...optional(`${path}.value`, value, LIMITS.buttonValue),
    ...optional(`${path}.url`, url, LIMITS.url),
    ...optional(`${path}.accessibility_label`, accessibility_label, LIMITS.accessibilityLabel),
    ...(style === undefined || style === 'primary' || style === 'danger'
      ? []
      : [`${path}.style: is neither primary nor danger`]),
  ];
}

function optionFaults({ text, value, description }: JsonObject, path: string): MessageFault[] {
  return [
    ...textObject(`${path}.text`, text, LIMITS.option),
    ...within(`${path}.value`, value, LIMITS.option),
    ...plainText(`${path}.description`, description, LIMITS.optionDescription),
  ];
}

/** Requires all four texts, because Slack's documentation and its types disagree about which are optional. */
function confirmFaults({ title, text, confirm, deny }: JsonObject, path: string): MessageFault[] {
  return [
    ...plainText(`${path}.title`, title, LIMITS.confirmTitle, 'needed'),
    ...textObject(`${path}.text`, text, LIMITS.confirmText),
    ...plainText(`${path}.confirm`, confirm, LIMITS.confirmButton, 'needed'),
    ...plainText(`${path}.deny`, deny, LIMITS.confirmButton, 'needed'),
  ];
}
