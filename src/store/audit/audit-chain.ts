/**
 * Verifies the audit chain on its own:
 * was any line changed, removed, or moved? Pure: the lines can come from anywhere.
 */
import type { AuditFault, Proof } from '../../operations/ports/audit-proof.ts';
import { type AuditLine, GENESIS, isUnchanged } from './audit.ts';

/**
 * Returns the chain's faults and its last hash. It cannot detect that lines were cut off the end. `redacted` lists
 * lines whose text differs from what was hashed because the redactor changed it.
 */
export function walkChain(
  lines: readonly AuditLine[],
  redacted: ReadonlySet<number> = new Set(),
): Pick<Proof, 'lines' | 'lastHash' | 'faults'> {
  const bySeq = new Map(lines.map((line) => [line.seq, line]));
  const faults = lines.flatMap((line, index) => [
    ...misplaced(line, lines[index - 1]?.seq ?? 0),
    ...unlike(line, bySeq, redacted.has(line.seq)),
  ]);
  const ordered = [...missing([...bySeq.keys()]), ...faults].toSorted(
    (one, other) => (one.seq ?? 0) - (other.seq ?? 0),
  );
  return { lines: lines.length, lastHash: lines.at(-1)?.hash ?? GENESIS, faults: ordered };
}

function misplaced({ seq }: AuditLine, before: number): AuditFault[] {
  return seq <= before ? [{ seq, words: `line ${seq} is in the wrong place: after ${before}` }] : [];
}

function unlike(line: AuditLine, bySeq: ReadonlyMap<number, AuditLine>, isRedacted: boolean): AuditFault[] {
  const { seq } = line;
  if (!isRedacted && !isUnchanged(line)) return [{ seq, words: `line ${seq} was changed` }];
  return follows(line, bySeq) ? [] : [{ seq, words: `line ${seq} does not follow the one before` }];
}

/** A line whose predecessor is missing cannot be checked against it, so the missing line is reported instead. */
function follows({ seq, previousHash }: AuditLine, bySeq: ReadonlyMap<number, AuditLine>): boolean {
  if (seq === 1) return previousHash === GENESIS;
  const before = bySeq.get(seq - 1);
  return before === undefined || previousHash === before.hash;
}

function missing(seqs: readonly number[]): AuditFault[] {
  return seqs
    .toSorted((one, other) => one - other)
    .flatMap((seq, index, ordered) => missingBetween(ordered[index - 1] ?? 0, seq));
}

function missingBetween(before: number, next: number): AuditFault[] {
  const [first, last] = [before + 1, next - 1];
  if (first > last) return [];
  const words =
    first === last
      ? `line ${first} is missing: the next one is ${next}`
      : `lines ${first} to ${last} are missing: the next one is ${next}`;
  return [{ seq: first, words }];
}
