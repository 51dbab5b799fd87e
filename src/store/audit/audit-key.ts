/** Keys of the audit: whoever has the database alone has none of them, and cannot make a line that carries one. */
import { createHmac } from 'node:crypto';

/** What a key left on a line. */
export interface Seal {
  readonly keyId: string;
  readonly mac: string;
}

export interface AuditKey {
  /** Tells keys apart, and nothing of the key. */
  readonly id: string;
  /** Of a line's hash, which stands for every line before it as well. */
  macOf(hash: string): string;
}

/** The first one makes lines; the others only check what they made before it. */
export type AuditKeys = readonly AuditKey[];

export const NO_KEYS: AuditKeys = [];

const ID_DIGITS = 16;

export function auditKeysOf(texts: readonly string[]): AuditKeys {
  return texts.map((text) => {
    const hmac = (message: string) => createHmac('sha256', text).update(message).digest('hex');
    return { id: hmac('id').slice(0, ID_DIGITS), macOf: (hash) => hmac(`line ${hash}`) };
  });
}

/** null: there is no key to seal with. */
export function sealOf(hash: string, [key]: AuditKeys): Seal | null {
  return key ? { keyId: key.id, mac: key.macOf(hash) } : null;
}
