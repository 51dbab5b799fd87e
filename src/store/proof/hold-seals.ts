/** Verifies the keyed lines of a chain with the keys of this process. */
import type { AuditFault, KeyedBy } from '../../operations/ports/audit-proof.ts';
import type { AuditLine } from '../audit/audit.ts';
import type { AuditKeys } from '../audit/audit-key.ts';

export interface Keyed {
  readonly faults: readonly AuditFault[];
  /** Describes the lines that could not be checked because this process does not have their key. */
  readonly unverified: readonly string[];
  /** The first keyed line, and the keys in use since then. Null when no line carries a key. */
  readonly by: KeyedBy | null;
}

export function holdSeals(lines: readonly AuditLine[], keys: AuditKeys): Keyed {
  const keyed = lines.filter(({ seal }) => seal !== null);
  const [first] = keyed;
  if (!first) return { faults: neverKeyed(lines, keys), unverified: [], by: null };
  const { faults, unknown } = walkSeals(lines, keys);
  const keyIds = [...new Set(keyed.map(({ seal }) => seal?.keyId ?? ''))];
  const unverified = keys.length === 0 ? [] : unknown.map(unverifiedWords);
  return { faults, unverified, by: { since: first.seq, keyIds, checked: keys.length > 0 } };
}

function neverKeyed(lines: readonly AuditLine[], keys: AuditKeys): AuditFault[] {
  const [key] = keys;
  if (!key || lines.length === 0) return [];
  const words = `no line carries key id ${key.id} (AUDIT_KEY here): either no bot has started with this key yet, or the chain was rewritten without it`;
  return [{ seq: null, words }];
}

/** Consecutive lines with the same finding. */
interface Run {
  readonly keyId: string | null;
  readonly from: number;
  readonly to: number;
  /** The most recent line that carries a key. */
  readonly carried: number;
}

function walkSeals(lines: readonly AuditLine[], keys: AuditKeys) {
  const faults: AuditFault[] = [];
  const unkeyed: Run[] = [];
  const unknown: Run[] = [];
  let carried: number | null = null;
  let checked: number | null = null;
  for (const { seq, seal, hash } of lines) {
    if (seal === null) {
      if (carried !== null) addTo(unkeyed, null, seq, carried);
      continue;
    }
    carried = seq;
    const { keyId, mac } = seal;
    const key = keys.find(({ id }) => id === keyId);
    if (key) {
      checked = seq;
      if (key.macOf(hash) !== mac) faults.push({ seq, words: forgedWords(seq, keyId) });
    } else if (checked !== null) faults.push({ seq, words: strangeWords(seq, keyId, checked) });
    else addTo(unknown, keyId, seq, carried);
  }
  return {
    faults: [...faults, ...unkeyed.map((run) => ({ seq: run.from, words: unkeyedWords(run) }))],
    unknown,
  };
}

function addTo(runs: Run[], keyId: string | null, seq: number, carried: number): void {
  const last = runs.at(-1);
  const isNext = last?.keyId === keyId && last.to === seq - 1;
  if (isNext) runs[runs.length - 1] = { ...last, to: seq };
  else runs.push({ keyId, from: seq, to: seq, carried });
}

function which({ from, to }: Run, verb: string): string {
  return from === to ? `line ${from} ${verb}s` : `lines ${from} to ${to} ${verb}`;
}

function unkeyedWords(run: Run): string {
  return `${which(run, 'lack')} a key, although line ${run.carried} has one: written by a process without AUDIT_KEY, or by someone with database access only`;
}

function forgedWords(seq: number, keyId: string): string {
  return `line ${seq} was not made with key id ${keyId}, which it names`;
}

function strangeWords(seq: number, keyId: string, checked: number): string {
  return `line ${seq} names key id ${keyId}, which AUDIT_KEY does not have here, although line ${checked} was made with a key that it has: a newer key is missing here, or the line is forged`;
}

function unverifiedWords(run: Run): string {
  return `Key id ${run.keyId} is not in AUDIT_KEY here, and ${which(run, 'name')} it: not checked. Add the old key: AUDIT_KEY=NEW,OLD`;
}
