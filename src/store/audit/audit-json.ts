/** A line of the audit as JSON: in the local audit file, and in an export. */
import type { AuditLine } from './audit.ts';
import type { Seal } from './audit-key.ts';

/** Times beyond this are no times. */
const LATEST_MS = 8.64e15;

/** null: it is none of ours. */
export function parseLine(written: string): AuditLine | null {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return null;
  }
  return lineOf(value);
}

/** Shapes are ours, but anybody may have edited the file: what has another shape is no line. */
export function lineOf(value: unknown): AuditLine | null {
  const { seq, at, actionId, event, who, detail, previousHash, hash, seal } = Object(value);
  const texts = [event, who, previousHash, hash].every((one) => typeof one === 'string');
  const isOurs = texts && Number.isSafeInteger(seq) && Number.isSafeInteger(at) && typeof detail === 'object';
  if (!isOurs || detail === null || Math.abs(at) > LATEST_MS) return null;
  return {
    seq,
    at,
    actionId: typeof actionId === 'string' ? actionId : null,
    event,
    who,
    detail,
    previousHash,
    hash,
    seal: readSeal(seal),
  };
}

function readSeal(value: unknown): Seal | null {
  const { keyId, mac } = Object(value);
  return typeof keyId === 'string' && typeof mac === 'string' ? { keyId, mac } : null;
}
