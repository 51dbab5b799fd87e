/** Block Kit's composition objects with their documented limits: texts, options, confirmations. */
import { z } from 'zod';

/**
 * Accepts text of `least` to `most` characters, counted as code points of the escaped string. The errors are Slack's.
 */
export function bounded(most: number, least = 1) {
  const length = (value: string) => [...value].length;
  return z
    .string({ error: 'must be a string' })
    .refine((value) => length(value) >= least, { error: `must be more than ${least - 1} characters` })
    .refine((value) => length(value) <= most, { error: `must be less than ${most + 1} characters` });
}

export const identifier = bounded(255);

export const url = bounded(3000).refine(
  (value) => URL.canParse(value) && /^(https?|mailto|slack):/.test(value),
  { error: 'must be a valid URL' },
);

/** `missing` is the error if there is no such text. */
export function plainText(most: number, missing?: string) {
  const shape = {
    type: z.literal('plain_text', { error: 'must be plain_text' }),
    text: bounded(most),
    emoji: z.boolean().optional(),
  };
  return z.strictObject(shape, { error: ({ input }) => (input === undefined ? missing : undefined) });
}

export function mrkdwn(most: number) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: bounded(most),
    verbatim: z.boolean().optional(),
  });
}

export function anyText(most: number) {
  return z.discriminatedUnion('type', [plainText(most), mrkdwn(most)]);
}

export const confirmation = z.strictObject({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: z.enum(['primary', 'danger']).optional(),
});

export const option = z.strictObject({
  text: plainText(75),
  value: bounded(150),
  description: plainText(75).optional(),
});

export type Text = z.infer<ReturnType<typeof anyText>>;
export type Confirmation = z.infer<typeof confirmation>;
export type Option = z.infer<typeof option>;
