/** What is wrong with a configured value: where it is and what it should be, never the value itself. */
import { z } from 'zod';
import { nearestWord } from '../runbook/text/nearest-word.ts';

export interface Fault {
  /** `HEROKU_API_KEY`, or the path in the runbook file: `targets.prod.url`. */
  readonly path: string;
  /** What it should look like: `should be …`. */
  readonly words: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** An object that refuses unknown keys by name. Its error message carries the known keys to `faultsOf`. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : 'should be a mapping of keys',
  });
}

/** Turns zod's issues into faults, one per key. Every schema must say what it expects in its own `error`. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys')
      return [{ path: at.join('.') || 'the file', words: issue.message }];
    const known = issue.message.split(' ');
    return issue.keys.map((key) => ({ path: [...at, key].join('.'), words: unknownKey(key, known) }));
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestWord(key, known);
  return nearest === null
    ? `is an unknown key; known keys: ${known.join(', ')}`
    : `is an unknown key; did you mean ${nearest}?`;
}
