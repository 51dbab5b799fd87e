/**
 * Applies a scenario's patch to a baseline. Objects merge, lists and plain values replace, `key+` appends to a list,
 * and an object over a list merges with the entries whose indexes are its keys.
 */

export type Plain = { readonly [key: string]: unknown };

/** Returns a new value and leaves both arguments unchanged. */
export function applyPatch(base: unknown, patch: unknown): unknown {
  return merge(structuredClone(base), structuredClone(patch));
}

/** Both arguments may become part of the result. */
function merge(base: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  if (Array.isArray(base) && Object.keys(patch).every((key) => key in base))
    return base.map((entry, index) => (index in patch ? merge(entry, patch[index]) : entry));
  const merged: Record<string, unknown> = isPlain(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (!key.endsWith('+')) {
      merged[key] = merge(merged[key], value);
      continue;
    }
    const name = key.slice(0, -1);
    const before = merged[name];
    // Unless both are lists, the value stays under its odd name, so that the schema reports it.
    if (!Array.isArray(before) || !Array.isArray(value)) merged[key] = value;
    else merged[name] = [...before, ...value];
  }
  return merged;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
