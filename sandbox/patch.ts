/** Lays a scenario's patch over a baseline: objects merge, arrays and plain values replace, `key+` appends; an object over a list merges with the entries that it numbers. */

export type Plain = { readonly [key: string]: unknown };

/** A new value; neither argument is changed. */
export function applyPatch(base: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return structuredClone(patch);
  if (Array.isArray(base) && Object.keys(patch).every((key) => key in base))
    return base.map((entry, index) =>
      index in patch ? applyPatch(entry, patch[index]) : structuredClone(entry),
    );
  const merged: Record<string, unknown> = isPlain(base) ? structuredClone(base) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (!key.endsWith('+')) {
      merged[key] = applyPatch(merged[key], value);
      continue;
    }
    const name = key.slice(0, -1);
    const before = merged[name];
    // Not a list: left under its odd name, so that the schema names the fault.
    if (!Array.isArray(before) || !Array.isArray(value)) merged[key] = value;
    else merged[name] = [...before, ...structuredClone(value)];
  }
  return merged;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
