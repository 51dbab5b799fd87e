/** A fault in a configured value: where it is and what the value should be, but never the value itself. */
import { z } from 'zod';
import { nearestWord } from '../runbook/text/nearest-word.ts';

export interface Fault {
  /** `HEROKU_API_KEY`, or a path in the runbook file such as `targets.prod.url`. */
  readonly path: string;
  /** The expected value, as `should be …`. */
  readonly words: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** An object that refuses unknown keys. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'should be a mapping of keys' });
}

/** Every schema must say what it expects in its own `error`. */
export function checkWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Checked<z.output<Schema>> {
  const checked = schema.safeParse(value);
  return checked.success
    ? { ok: true, value: checked.data }
    : { ok: false, faults: faultsOf(checked.error, schema) };
}

/** Converts zod's issues to faults, one per key. */
function faultsOf(error: z.ZodError, schema: z.ZodType): Fault[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys')
      return [{ path: at.join('.') || 'the file', words: issue.message }];
    const known = knownKeys(schema, at);
    return issue.keys.map((key) => ({ path: [...at, key].join('.'), words: unknownKey(key, known) }));
  });
}

/** Returns the keys that the schema knows at this path. */
function knownKeys(schema: unknown, path: readonly string[]): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return knownKeys(schema.unwrap(), path);
  }
  const [key, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    return key === undefined ? Object.keys(schema.shape) : knownKeys(schema.shape[key], rest);
  }
  if (schema instanceof z.ZodRecord) return knownKeys(schema.valueType, rest);
  return schema instanceof z.ZodArray ? knownKeys(schema.element, rest) : [];
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestWord(key, known);
  return nearest === null
    ? `is an unknown key; known keys: ${known.join(', ')}`
    : `is an unknown key; did you mean ${nearest}?`;
}
