/** Finds what Slack would refuse in rich text, and in tables, whose cells can contain rich text. */
import { arrayOf, fields, type JsonObject, type MessageFault, most, some } from './message-faults.ts';
import { LIMITS, lengthOf } from './message-limits.ts';

const RICH_PARTS = new Set([
  'rich_text_section',
  'rich_text_list',
  'rich_text_preformatted',
  'rich_text_quote',
]);

export function richTextFaults(block: JsonObject, path: string): MessageFault[] {
  const parts = arrayOf(block.elements).map(fields);
  return [
    ...some(`${path}.elements`, parts),
    ...parts.flatMap(({ type, elements }, index) => {
      const here = `${path}.elements.${index}`;
      if (!RICH_PARTS.has(String(type))) return [`${here}: ${String(type)} is not a part of rich text`];
      const inner = arrayOf(elements).map(fields);
      const leaves =
        type === 'rich_text_list' ? inner.flatMap((one) => arrayOf(one.elements).map(fields)) : inner;
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
  if (Array.isArray(block)) return block.reduce((sum: number, one) => sum + richTextLength(one), 0);
  const { elements, text } = fields(block);
  return (
    (typeof text === 'string' ? lengthOf(text) : 0) + (elements === undefined ? 0 : richTextLength(elements))
  );
}

export function tableFaults({ rows }: JsonObject, path: string): MessageFault[] {
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
