/** The block types that this Slack accepts, each with the limits that Slack documents. */
import { z } from 'zod';
import { accessory, actionElement, imageElement, plainTextInput, staticSelect } from './elements.ts';
import { dataVisualization, plan, taskCard } from './newer.ts';
import { anyText, bounded, identifier, mrkdwn, plainText, url } from './objects.ts';
import { type RichText, type RichTextLeaf, type RichTextPart, richText } from './rich-text.ts';

const block_id = identifier.optional();

const header = z.strictObject({ type: z.literal('header'), block_id, text: plainText(150) });
const divider = z.strictObject({ type: z.literal('divider'), block_id });

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((one) => one.text !== undefined || one.fields !== undefined, {
    error: 'missing required field: text or fields',
  });

const context = z.strictObject({
  type: z.literal('context'),
  block_id,
  elements: z
    .array(z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]))
    .min(1)
    .max(10),
});

const actions = z
  .strictObject({ type: z.literal('actions'), block_id, elements: z.array(actionElement).min(1).max(25) })
  .refine((one) => noneTwice(one.elements.map((element) => element.action_id)), {
    error: '`action_id` is not unique in its block',
    path: ['elements'],
  });

const image = z.strictObject({
  type: z.literal('image'),
  block_id,
  image_url: url,
  alt_text: bounded(2000),
  title: plainText(2000).optional(),
});

const input = z.strictObject({
  type: z.literal('input'),
  block_id,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: z.discriminatedUnion('type', [plainTextInput, staticSelect]),
});

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: bounded(10_000) }),
  z.strictObject({
    type: z.literal('raw_number'),
    value: z.number(),
    text: bounded(10_000),
  }),
  richText,
]);

const table = z
  .strictObject({
    type: z.literal('table'),
    block_id,
    rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
    column_settings: z
      .array(
        z
          .strictObject({
            align: z.enum(['left', 'center', 'right']).optional(),
            is_wrapped: z.boolean().optional(),
          })
          .nullable(),
      )
      .max(20)
      .optional(),
  })
  .refine((one) => one.rows.every((row) => row.length === one.rows[0]?.length), {
    error: 'all rows must have the same number of cells',
    path: ['rows'],
  })
  .refine((one) => cellText(one.rows) <= 10_000, {
    error: 'must be less than 10001 characters over all cells',
    path: ['rows'],
  });

const markdown = z.strictObject({ type: z.literal('markdown'), block_id, text: bounded(12_000) });

/** A title above up to ten child blocks, which readers may collapse. */
const container = z
  .strictObject({
    type: z.literal('container'),
    block_id,
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z
      .array(
        z.discriminatedUnion('type', [
          actions,
          context,
          divider,
          header,
          image,
          input,
          richText,
          section,
          table,
        ]),
      )
      .min(1)
      .max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((one) => one.title !== undefined || one.rich_text_title !== undefined, {
    error: 'missing required field: title or rich_text_title',
  })
  .refine((one) => one.default_collapsed !== true || one.is_collapsible === true, {
    error: '`default_collapsed` requires `is_collapsible`',
    path: ['default_collapsed'],
  });

export const block = z.discriminatedUnion('type', [
  header,
  section,
  context,
  actions,
  divider,
  image,
  input,
  table,
  markdown,
  richText,
  taskCard,
  plan,
  container,
  dataVisualization,
]);

export type Block = z.infer<typeof block>;
export type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;
export type Cell = z.infer<typeof cell>;

/** Returns the blocks, including those inside containers. */
export function withChildren(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((one): readonly Block[] =>
    one.type === 'container' ? [one, ...one.child_blocks] : [one],
  );
}

export function noneTwice(names: readonly (string | undefined)[]): boolean {
  const given = names.filter((name) => name !== undefined);
  return new Set(given).size === given.length;
}

function cellText(rows: readonly (readonly Cell[])[]): number {
  return rows
    .flat()
    .reduce((sum, one) => sum + (one.type === 'rich_text' ? richTextLength(one) : [...one.text].length), 0);
}

function richTextLength(one: RichText): number {
  return one.elements.flatMap(leavesOf).reduce((sum, leaf) => {
    return sum + ('text' in leaf ? [...(leaf.text ?? '')].length : 0);
  }, 0);
}

function leavesOf(part: RichTextPart): readonly RichTextLeaf[] {
  return part.type === 'rich_text_list' ? part.elements.flatMap((item) => item.elements) : part.elements;
}
