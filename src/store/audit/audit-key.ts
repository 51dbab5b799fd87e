/** Keys of the audit. They are not in the database, so database access alone is not enough to forge a keyed line. */
import { createHmac } from 'node:crypto';

/** What a key leaves on a line. */
export interface Seal {
  readonly keyId: string;
  readonly mac: string;
}

export interface AuditKey {
  /** Identifies the key, and reveals nothing of it. */
  readonly id: string;
  /** Of a line's hash, which stands for every line before it as well. */
  macOf(hash: string): string;
}

/** The first one seals new lines; the others only check lines that they sealed earlier. */
export type AuditKeys = readonly AuditKey[];

export const NO_KEYS: AuditKeys = [];

const ID_DIGITS = 16;

export function auditKeysOf(texts: readonly string[]): AuditKeys {
  return texts.map((text) => {
    const hmac = (message: string) => createHmac('sha256', text).update(message).digest('hex');
    return { id: hmac('id').slice(0, ID_DIGITS), macOf: (hash) => hmac(`line ${hash}`) };
  });
}

/** Returns null when there is no key to seal with. */
export function sealOf(hash: string, [key]: AuditKeys): Seal | null {
  return key ? { keyId: key.id, mac: key.macOf(hash) } : null;
}
