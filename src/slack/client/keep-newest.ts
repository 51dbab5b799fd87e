/** A bounded memory: the entry becomes the newest of the map, and the oldest ones beyond `most` are dropped. */
export function keepNewest<K, V>(kept: Map<K, V>, key: K, value: V, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of [...kept.keys()].slice(0, kept.size - most)) kept.delete(oldest);
}
