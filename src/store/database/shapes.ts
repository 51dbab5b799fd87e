/** Helpers shared by the shapes of the tables' JSON columns. */
import { z } from 'zod';
import type { ActionKind } from '../../runbook/model/terms.ts';

/** Lists every member of a union once. The compiler then requires each new member to be added here. */
export type NameTable<Name extends string> = Readonly<Record<Name, true>>;

export function oneOf<Name extends string>(names: NameTable<Name>): z.ZodType<Name> {
  return z.custom<Name>((value) => typeof value === 'string' && Object.hasOwn(names, value), {
    error: `is none of ${Object.keys(names).join(', ')}`,
  });
}

export const actionKind = oneOf<ActionKind>({
  stop: true,
  restore: true,
  deploy: true,
  restart: true,
  rollback: true,
  boot_timeout: true,
  resize: true,
  unfreeze: true,
  create_gate: true,
});

/** Formats the faults as `picture.title: expected string; …`. `at` is the path of the parsed value. */
export function faultsOf({ issues }: z.ZodError, at: readonly string[] = []): string {
  return issues
    .map(({ path, message }) => [[...at, ...path.map(String)].join('.'), message])
    .map(([where, message]) => (where === '' ? message : `${where}: ${message}`))
    .join('; ');
}
