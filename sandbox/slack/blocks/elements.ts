/** Block Kit's elements with their documented limits: buttons, menus, inputs, images. */
import { z } from 'zod';
import { bounded, confirmation, identifier, option, plainText, url } from './objects.ts';

export const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: identifier.optional(),
  value: bounded(2000).optional(),
  url: url.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirmation.optional(),
  accessibility_label: bounded(75).optional(),
});

export const staticSelect = z.strictObject({
  type: z.literal('static_select'),
  action_id: identifier.optional(),
  placeholder: plainText(150).optional(),
  options: z.array(option).min(1).max(100),
  initial_option: option.optional(),
  confirm: confirmation.optional(),
});

export const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: identifier.optional(),
  options: z.array(option).min(1).max(5),
  confirm: confirmation.optional(),
});

export const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: identifier.optional(),
  placeholder: plainText(150).optional(),
  initial_value: bounded(3000, 0).optional(),
  multiline: z.boolean().optional(),
  min_length: z.number().int().min(0).max(3000).optional(),
  max_length: z.number().int().min(1).max(3000).optional(),
  focus_on_load: z.boolean().optional(),
});

export const imageElement = z.strictObject({
  type: z.literal('image'),
  image_url: url,
  alt_text: bounded(2000),
});

export const actionElement = z.discriminatedUnion('type', [button, staticSelect, overflow]);
export const accessory = z.discriminatedUnion('type', [button, staticSelect, overflow, imageElement]);

export type Button = z.infer<typeof button>;
export type ActionElement = z.infer<typeof actionElement>;
export type Accessory = z.infer<typeof accessory>;
export type InputElement = z.infer<typeof plainTextInput> | z.infer<typeof staticSelect>;
