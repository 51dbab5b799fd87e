/** Warnings about rows that can be read only in part. A row is read many times, but one warning about it is enough. */
import { BoundedMap } from '../../runbook/model/bounded-map.ts';

/** Beyond this many warnings, the earliest may be emitted again. */
const REMEMBERED = 1_000;

const emitted = new BoundedMap<string, true>(REMEMBERED);

/** Emits a process warning, unless this process has already emitted the same one. `words` name the row. */
export function warnOnce(words: string): void {
  if (emitted.has(words)) return;
  emitted.set(words, true);
  process.emitWarning(words);
}
