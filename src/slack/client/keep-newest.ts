/** Bounds the size of a map: makes the entry the newest one, and drops the oldest entries beyond `most`. */
export function keepNewest<K, V>(kept: Map<K, V>, key: K, value: V, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of [...kept.keys()].slice(0, kept.size - most)) kept.delete(oldest);
}
