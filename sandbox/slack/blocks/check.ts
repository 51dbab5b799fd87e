/** Decides whether Slack would accept blocks or a view, with Slack's own messages and pointers. */
import { z } from 'zod';
import { type Block, block, noneTwice, withChildren } from './block.ts';
import { bounded, identifier, plainText } from './objects.ts';

export type CheckedBlocks<T> =
  | { readonly ok: true; readonly value: T }
  /** For example `[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]`. */
  | { readonly ok: false; readonly messages: readonly string[] };

/**
 * Checks the blocks of one surface: at most `most`, unique block ids,
 * one table, two charts, Markdown within its total limit.
 */
function blocks(most: number) {
  return z
    .array(block, { error: 'must be an array of blocks' })
    .max(most, { error: `no more than ${most} items allowed` })
    .refine((all) => noneTwice(withChildren(all).map((one) => one.block_id)), {
      error: '`block_id` is not unique',
    })
    .refine((all) => countOf('table', all) <= 1, { error: 'only one table block is allowed' })
    .refine((all) => countOf('data_visualization', all) <= 2, {
      error: 'only two data_visualization blocks are allowed',
    })
    .refine((all) => markdownLength(all) <= 12_000, {
      error: 'markdown blocks must be less than 12001 characters together',
    });
}

const messageBlocks = blocks(50).refine((all) => withChildren(all).every((one) => one.type !== 'input'), {
  error: 'unsupported type: input',
});

/** Types that Slack documents for messages, but not for views. */
const MESSAGES_ONLY: ReadonlySet<Block['type']> = new Set([
  'markdown',
  'table',
  'task_card',
  'plan',
  'data_visualization',
]);

const viewBlocks = blocks(100).refine(
  (all) => withChildren(all).every((one) => !MESSAGES_ONLY.has(one.type)),
  { error: 'unsupported type in a view' },
);

const common = {
  blocks: viewBlocks,
  callback_id: identifier.optional(),
  external_id: identifier.optional(),
  private_metadata: bounded(3000, 0).optional(),
};

const modal = z
  .strictObject({
    type: z.literal('modal'),
    ...common,
    title: plainText(24, 'missing required field: title'),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  })
  .refine(
    (one) => one.submit !== undefined || withChildren(one.blocks).every(({ type }) => type !== 'input'),
    {
      error: 'missing required field: submit',
    },
  );

/** The Home tab has neither a title nor its own buttons, and its inputs are not submitted. */
const home = z.strictObject({ type: z.literal('home'), ...common });

const view = z.discriminatedUnion('type', [modal, home]);

export type ViewContent = z.infer<typeof view>;

export function checkBlocks(value: unknown): CheckedBlocks<Block[]> {
  return check(messageBlocks, value, '/blocks');
}

export function checkView(value: unknown): CheckedBlocks<ViewContent> {
  return check(view, value, '/view');
}

function check<T>(schema: z.ZodType<T>, value: unknown, root: string): CheckedBlocks<T> {
  const checked = schema.safeParse(value);
  if (checked.success) return { ok: true, value: checked.data };
  return {
    ok: false,
    messages: checked.error.issues.map(
      (issue) => `[ERROR] ${words(issue)} [json-pointer:${[root, ...issue.path.map(String)].join('/')}]`,
    ),
  };
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union') return 'unsupported type';
  if (issue.code === 'too_big') return `no more than ${issue.maximum} items allowed`;
  if (issue.code === 'too_small') return `must provide at least ${issue.minimum} items`;
  return issue.message;
}

function countOf(type: Block['type'], all: readonly Block[]): number {
  return withChildren(all).filter((one) => one.type === type).length;
}

function markdownLength(all: readonly Block[]): number {
  return all.reduce((sum, one) => sum + (one.type === 'markdown' ? [...one.text].length : 0), 0);
}
