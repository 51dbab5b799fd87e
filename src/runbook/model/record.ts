/** Reads a value of unknown shape, such as a response or an error, without assuming anything about it. */

/** Returns the fields of a value, or none if it is not an object. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
