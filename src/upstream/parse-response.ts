/** Answers from outside at the border: what we read is checked, what we do not read may be anything. */
import type { z } from 'zod';
import { asRecord } from '../runbook/model/record.ts';
import { valueFromOutside, wordsFromOutside } from '../runbook/text/harmless.ts';

/** An answer of another shape than its interface promises; the words name the first field that is wrong. */
export class Malformed extends Error {
  readonly why = 'malformed';
  readonly words: string;

  constructor(words: string) {
    super(words);
    this.words = words;
  }
}

/** The value as the schema has it, every text in it made harmless first. Throws `Malformed`. */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown): T {
  const checked = schema.safeParse(valueFromOutside(value));
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = issue?.path.join('.') || 'the answer';
  throw new Malformed(`malformed answer: ${field}: ${issue?.message ?? 'not as described'}`);
}

/** An error's message is shown on one line. */
const LONGEST_MESSAGE = 200;

/** `message` of an error's body; '' for an HTML page, which says nothing. */
export function messageOf(body: unknown): string {
  const { message } = asRecord(body);
  return typeof message === 'string' ? wordsFromOutside(message, LONGEST_MESSAGE) : '';
}
