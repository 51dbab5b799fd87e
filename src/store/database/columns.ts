/** Converts column values in both directions, because the two databases return times and arrays in different shapes. */
import type { Instant } from '../../runbook/model/instant.ts';

export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

export function instant(value: unknown): Instant {
  return value instanceof Date ? value.getTime() : Date.parse(String(value));
}

export function instantOrNull(value: unknown): Instant | null {
  return value === null || value === undefined ? null : instant(value);
}

/** Returns null for an empty text. Non-nullable columns, and JSON of every version, store an absent text as ''. */
export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined || value === '' ? null : String(value);
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

/** PostgreSQL's code for a unique index violation. */
const UNIQUE_VIOLATION = '23505';

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
