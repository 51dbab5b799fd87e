/** Derives ids from words, so that a scenario looks the same at every start. */
import { createHash } from 'node:crypto';

/** Returns a UUID. */
export function stableUuid(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Returns a whole number of ten digits. */
export function stableNumber(words: string): number {
  return (
    1_000_000_000 +
    (Number.parseInt(createHash('sha256').update(words).digest('hex').slice(0, 8), 16) % 8_000_000_000)
  );
}

/** Returns 40 hexadecimal digits. */
export function stableSha(words: string): string {
  return createHash('sha1').update(words).digest('hex');
}
