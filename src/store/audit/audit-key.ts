/**
 * Keys of the audit. They are kept outside the database,
 * so database access alone is not enough to forge a keyed line.
 */
import { createHmac } from 'node:crypto';

/** The seal that a key leaves on a line. */
export interface Seal {
  readonly keyId: string;
  readonly mac: string;
}

export interface AuditKey {
  /** Identifies the key without revealing anything about it. */
  readonly id: string;
  /** Returns the MAC of a line's hash. The hash also covers every earlier line. */
  macOf(hash: string): string;
}

/** The first key seals new lines. The others only verify lines that they sealed earlier. */
export type AuditKeys = readonly AuditKey[];

export const NO_KEYS: AuditKeys = [];

const ID_DIGITS = 16;

export function auditKeysOf(texts: readonly string[]): AuditKeys {
  return texts.map((text) => {
    const hmac = (message: string) => createHmac('sha256', text).update(message).digest('hex');
    return { id: hmac('id').slice(0, ID_DIGITS), macOf: (hash) => hmac(`line ${hash}`) };
  });
}

/** Returns null if there is no key to seal with. */
export function sealOf(hash: string, [key]: AuditKeys): Seal | null {
  return key ? { keyId: key.id, mac: key.macOf(hash) } : null;
}
