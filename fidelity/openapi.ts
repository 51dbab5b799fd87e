/** GitHub's OpenAPI description: the shapes of answers and of request bodies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { z } from 'zod';

export interface Described {
  /** Throws when `value` does not fit the description for this status; an empty text fits where none is described. */
  answer(method: string, path: string, status: number, value: unknown): void;
  /** Throws when `value` does not fit the described body of this request. */
  request(method: string, path: string, value: unknown): void;
}

const description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), z.unknown()),
});

/** `tools` is the folder where `@octokit/openapi` is installed. */
export function readDescription(tools: string): Described {
  const file = join(tools, 'node_modules/@octokit/openapi/generated/api.github.com.json');
  const { paths, components } = description.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ components: nullable(components) }, 'github');

  const find = (...pointer: string[]) =>
    pointer.reduce<unknown>((inner, key) => Object(inner)[key], { paths });

  const hold = (schema: unknown, value: unknown) => {
    const validate = ajv.compile(nullable(relative(schema)));
    if (!validate(value)) throw new Error(ajv.errorsText(validate.errors).slice(0, 600));
  };

  return {
    answer(method, path, status, value) {
      const response = find('paths', path, method.toLowerCase(), 'responses', String(status));
      if (response === undefined) throw new Error(`GitHub describes no ${status} of ${method} ${path}`);
      const schema = Object(resolve(response, { components })).content?.['application/json']?.schema;
      if (schema) hold(schema, value);
      else if (value !== '') throw new Error('GitHub describes no body');
    },
    request(method, path, value) {
      const body = find('paths', path, method.toLowerCase(), 'requestBody');
      const schema = Object(body).content?.['application/json']?.schema;
      if (!schema) throw new Error(`GitHub describes no body of ${method} ${path}`);
      // GitHub refuses keys that are not described ("x is not a permitted key").
      const known = Object.keys(Object(resolve(schema, { components })).properties ?? {});
      const odd = Object.keys(Object(value)).filter((key) => !known.includes(key));
      if (odd.length > 0) throw new Error(`GitHub describes no ${odd.join(', ')}`);
      hold(schema, value);
    },
  };
}

function resolve(value: unknown, root: unknown): unknown {
  const { $ref } = Object(value);
  if (typeof $ref !== 'string') return value;
  return $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => Object(inner)[key], root);
}

/** Rewrites the description's references for the schema that was added as `github`. */
function relative(value: unknown): unknown {
  return mapObjects(value, (given) =>
    typeof given.$ref === 'string' ? { ...given, $ref: `github${given.$ref}` } : given,
  );
}

/** Translates OpenAPI 3.0's `nullable: true` into JSON Schema. */
function nullable(value: unknown): object {
  const mapped = mapObjects(value, ({ nullable: isNullable, ...given }) => {
    if (isNullable !== true) return given;
    return { anyOf: [given, { type: 'null' }] };
  });
  return Object(mapped);
}

function mapObjects(value: unknown, map: (given: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => mapObjects(one, map));
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapObjects(one, map)]));
  return map(inner);
}
