/** Converts a driver's error into a DatabaseFault. An error in our own statement is returned unchanged. */
import { DatabaseFault, type DatabaseTrouble } from '../../operations/ports/database-fault.ts';
import { asRecord } from '../../runbook/model/record.ts';

/** SQLSTATEs, in full or by class (the first two characters), and network error codes. */
const KINDS: Readonly<Record<string, DatabaseTrouble>> = {
  '55P03': 'locked',
  '57014': 'silent',
  '25P03': 'silent',
  '25006': 'read_only',
  '53100': 'full',
  '53300': 'busy',
  '53': 'busy',
  '08': 'unreachable',
  '57P': 'unreachable',
  '28': 'refused',
  '3D': 'refused',
  '42501': 'refused',
  ECONNREFUSED: 'unreachable',
  ECONNRESET: 'unreachable',
  EPIPE: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'silent',
};

/** Errors that `pg` reports without a code. */
const WORDED: readonly (readonly [said: RegExp, kind: DatabaseTrouble])[] = [
  [
    /timeout exceeded when trying to connect|timeout expired|Query read timeout|due to connection timeout/,
    'silent',
  ],
  [/^Connection terminated|^Client (has encountered|was closed)|not queryable/, 'unreachable'],
];

/** Returns a DatabaseFault if the database is at fault, or the error itself. */
export function asFault(error: unknown): unknown {
  if (error instanceof DatabaseFault) return error;
  const kind = kindOf(error);
  return kind === null ? error : new DatabaseFault(kind, wordsOf(error), { cause: error });
}

/** Like `asFault`, for a COMMIT without a clear response, which may have taken effect. */
export function asUnsure(error: unknown): unknown {
  const fault = asFault(error);
  if (!(fault instanceof DatabaseFault) || (fault.kind !== 'unreachable' && fault.kind !== 'silent'))
    return fault;
  return new DatabaseFault('unsure', wordsOf(error), { cause: error });
}

function kindOf(error: unknown): DatabaseTrouble | null {
  // Several addresses of one host failed, usually for the same reason, so the first error is enough.
  if (error instanceof AggregateError) return kindOf(error.errors[0]);
  const code = String(asRecord(error).code ?? '');
  const known =
    KINDS[code] ??
    KINDS[code.slice(0, 3)] ??
    (/^[0-9A-Z]{5}$/.test(code) ? KINDS[code.slice(0, 2)] : undefined);
  if (known) return known;
  const said = wordsOf(error);
  return WORDED.find(([pattern]) => pattern.test(said))?.[1] ?? null;
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
