/** What the shapes of the tables' JSON columns share. */
import { z } from 'zod';
import type { ActionKind } from '../../runbook/model/terms.ts';

/** Names every member of a union once, so that a member that is added later has to be added here. */
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

/** `picture.title: expected string; …`. `at`: the path of the value that was parsed. */
export function faultsOf({ issues }: z.ZodError, at: readonly string[] = []): string {
  return issues
    .map(({ path, message }) => [[...at, ...path.map(String)].join('.'), message])
    .map(([where, message]) => (where === '' ? message : `${where}: ${message}`))
    .join('; ');
}
