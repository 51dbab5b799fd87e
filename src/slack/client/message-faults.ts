/**
 * The building blocks of message validation:
 * they check texts and lists against their limits and report each fault with its path.
 */
import { lengthOf } from './message-limits.ts';

export type MessageFault = string;

export type JsonObject = Readonly<Record<string, unknown>>;

export function textObject(path: string, value: unknown, limit: number): MessageFault[] {
  const { type, text } = fields(value);
  if (type !== 'plain_text' && type !== 'mrkdwn') return [`${path}: is not a text object`];
  return within(`${path}.text`, text, limit);
}

export function plainText(
  path: string,
  value: unknown,
  limit: number,
  need: 'needed' | 'optional' = 'optional',
): MessageFault[] {
  if (value === undefined) return need === 'needed' ? [`${path}: is missing`] : [];
  const { type } = fields(value);
  return type === 'plain_text' ? textObject(path, value, limit) : [`${path}: must be plain_text`];
}

export function within(path: string, value: unknown, limit: number): MessageFault[] {
  if (typeof value !== 'string' || value === '') return [`${path}: is empty`];
  return lengthOf(value) > limit ? [`${path}: is longer than ${limit} characters`] : [];
}

export function optional(path: string, value: unknown, limit: number): MessageFault[] {
  return value === undefined ? [] : within(path, value, limit);
}

export function most(path: string, list: readonly unknown[], limit: number): MessageFault[] {
  return list.length > limit ? [`${path}: more than ${limit}`] : [];
}

export function some(path: string, list: readonly unknown[]): MessageFault[] {
  return list.length === 0 ? [`${path}: is empty`] : [];
}

export function twice(path: string, names: readonly unknown[]): MessageFault[] {
  const given = names.filter((name) => name !== undefined);
  return new Set(given).size === given.length ? [] : [`${path}: is not unique`];
}

export function fields(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
