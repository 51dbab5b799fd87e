/** Validates data from outside. Only the fields that are used are checked; the others may hold anything. */
import type { z } from 'zod';
import { asRecord } from '../runbook/model/record.ts';
import { valueFromOutside, wordsFromOutside } from '../runbook/text/harmless.ts';

/** Thrown when a response does not have the shape that the API documents. The words name the first wrong field. */
export class Malformed extends Error {
  readonly why = 'malformed';
  readonly words: string;

  constructor(words: string) {
    super(words);
    this.words = words;
  }
}

/** Returns the value as the schema parses it, after sanitizing every text in it. Throws `Malformed`. */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown): T {
  const checked = schema.safeParse(valueFromOutside(value));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = issue?.path.join('.') || 'the response';
  throw new Malformed(`malformed response: ${field}: ${issue?.message ?? 'not as described'}`);
}

/** An error's message is shown on one line. */
const LONGEST_MESSAGE = 200;

/**
 * Returns the `message` of an error's body without its period, so that it fits into a sentence.
 * Null for an HTML page, which has none.
 */
export function messageOf(body: unknown): string | null {
  const { message } = asRecord(body);
  if (typeof message !== 'string') return null;
  return wordsFromOutside(message, LONGEST_MESSAGE).replace(/(?<!\.)\.$/, '') || null;
}
