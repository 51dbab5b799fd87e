/** An audit line as JSON, used in the local audit file and in an export. */
import { z } from 'zod';
import type { AuditLine } from './audit.ts';

/** The latest time that a `Date` can hold. */
const LATEST_MS = 8.64e15;

/** Returns null if the text is not an audit line. */
export function parseLine(written: string): AuditLine | null {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return null;
  }
  return lineOf(value);
}

const LINE = z.object({
  seq: z.int(),
  at: z.int().min(-LATEST_MS).max(LATEST_MS),
  actionId: z.string().nullable().catch(null),
  event: z.string(),
  who: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
  seal: z.object({ keyId: z.string(), mac: z.string() }).nullable().catch(null),
});

/** The file may have been edited by hand. Returns null for a value that does not have the expected shape. */
export function lineOf(value: unknown): AuditLine | null {
  return LINE.safeParse(value).data ?? null;
}
