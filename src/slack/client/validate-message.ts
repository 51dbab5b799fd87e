/** Finds what Slack would refuse in a message before it is sent, each fault with its path. */

import type { Message } from '../views/message.ts';
import { LIMITS, lengthOf } from './message-limits.ts';

export type MessageFault = string;

/** Returns no fault for a message that Slack accepts. Block types that this bot does not send are faults, too. */
export function validateMessage({ text, blocks }: Message): MessageFault[] {
  return [
    ...within('text', text, LIMITS.messageText),
    ...most('blocks', blocks, LIMITS.blocks),
    ...blocksFaults(blocks, 'blocks'),
  ];
}

type JsonObject = Readonly<Record<string, unknown>>;

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
    ...(list.filter(({ type }) => type === 'table').length > 1 ? [`${path}: more than one table`] : []),
  ];
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

/** Requires all four texts: Slack's documentation and its types disagree about which are optional. */
function confirmFaults({ title, text, confirm, deny }: JsonObject, path: string): MessageFault[] {
  return [
    ...plainText(`${path}.title`, title, LIMITS.confirmTitle, 'needed'),
    ...textObject(`${path}.text`, text, LIMITS.confirmText),
    ...plainText(`${path}.confirm`, confirm, LIMITS.confirmButton, 'needed'),
    ...plainText(`${path}.deny`, deny, LIMITS.confirmButton, 'needed'),
  ];
}

const RICH_PARTS = new Set([
  'rich_text_section',
  'rich_text_list',
  'rich_text_preformatted',
  'rich_text_quote',
]);

function richTextFaults(block: JsonObject, path: string): MessageFault[] {
  const parts = arrayOf(block.elements).map(fields);
  return [
    ...some(`${path}.elements`, parts),
    ...parts.flatMap(({ type, elements }, index) => {
      const here = `${path}.elements.${index}`;
      if (!RICH_PARTS.has(String(type))) return [`${here}: ${String(type)} is not a part of rich text`];
      const inner = arrayOf(elements).map(fields);
      const leaves =
        type === 'rich_text_list' ? inner.flatMap((item) => arrayOf(item.elements).map(fields)) : inner;
      return [...some(`${here}.elements`, inner), ...leaves.flatMap((leaf) => leafFaults(leaf, here))];
    }),
    ...(richTextLength(block) > LIMITS.richText
      ? [`${path}: is longer than ${LIMITS.richText} characters`]
      : []),
  ];
}

function leafFaults({ type, text }: JsonObject, path: string): MessageFault[] {
  return type === 'text' && (typeof text !== 'string' || text === '') ? [`${path}: has an empty text`] : [];
}

function richTextLength(block: unknown): number {
  if (Array.isArray(block)) return block.reduce((sum: number, part) => sum + richTextLength(part), 0);
  const { elements, text } = fields(block);
  return (
    (typeof text === 'string' ? lengthOf(text) : 0) + (elements === undefined ? 0 : richTextLength(elements))
  );
}

function tableFaults({ rows }: JsonObject, path: string): MessageFault[] {
  const list = arrayOf(rows).map(arrayOf);
  const length = list.flat().reduce<number>((sum, cell) => sum + richTextLength(cell), 0);
  return [
    ...some(`${path}.rows`, list),
    ...most(`${path}.rows`, list, LIMITS.tableRows),
    ...list.flatMap((row, index) => most(`${path}.rows.${index}`, row, LIMITS.tableCells)),
    ...(list.some((row) => row.length !== list[0]?.length) ? [`${path}.rows: have different lengths`] : []),
    ...(length > LIMITS.tableText ? [`${path}: is longer than ${LIMITS.tableText} characters`] : []),
  ];
}

function textObject(path: string, value: unknown, limit: number): MessageFault[] {
  const { type, text } = fields(value);
  if (type !== 'plain_text' && type !== 'mrkdwn') return [`${path}: is not a text object`];
  return within(`${path}.text`, text, limit);
}

function plainText(
  path: string,
  value: unknown,
  limit: number,
  need: 'needed' | 'optional' = 'optional',
): MessageFault[] {
  if (value === undefined) return need === 'needed' ? [`${path}: is missing`] : [];
  const { type } = fields(value);
  return type === 'plain_text' ? textObject(path, value, limit) : [`${path}: must be plain_text`];
}

function within(path: string, value: unknown, limit: number): MessageFault[] {
  if (typeof value !== 'string' || value === '') return [`${path}: is empty`];
  return lengthOf(value) > limit ? [`${path}: is longer than ${limit} characters`] : [];
}

function optional(path: string, value: unknown, limit: number): MessageFault[] {
  return value === undefined ? [] : within(path, value, limit);
}

function most(path: string, list: readonly unknown[], limit: number): MessageFault[] {
  return list.length > limit ? [`${path}: more than ${limit}`] : [];
}

function some(path: string, list: readonly unknown[]): MessageFault[] {
  return list.length === 0 ? [`${path}: is empty`] : [];
}

function twice(path: string, names: readonly unknown[]): MessageFault[] {
  const given = names.filter((name) => name !== undefined);
  return new Set(given).size === given.length ? [] : [`${path}: is not unique`];
}

function fields(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
