/** A value of unknown shape, an answer or an error, looked into without believing anything about it. */

/** The fields of a value; one that is no object has none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
