/** Determines what the audit proves about a ledger, wherever its lines and rows came from. Pure. */
import type { AuditFault, LedgerProof, Proof } from '../../operations/ports/audit-proof.ts';
import { type AuditLine, type ChainEnd, GENESIS } from '../audit/audit.ts';
import { walkChain } from '../audit/audit-chain.ts';
import type { AuditKeys } from '../audit/audit-key.ts';
import { type HeldSubject, holdRows } from './hold-rows.ts';
import { holdSeals } from './hold-seals.ts';

/** A chain of lines. `redacted` lists lines of an export from which the redactor removed something. */
export interface Chain {
  readonly lines: readonly AuditLine[];
  readonly redacted: ReadonlySet<number>;
}

/** The ledger as it was at one moment. */
export interface LedgerCopy extends Chain {
  readonly subjects: readonly HeldSubject[];
  /** The end of the audit, as the bot recorded it. Null when someone deleted that record. */
  readonly head: ChainEnd | null;
}

/** A ledger that contains nothing yet. */
export const EMPTY_LEDGER: LedgerCopy = {
  subjects: [],
  lines: [],
  head: { seq: 0, hash: GENESIS },
  redacted: new Set(),
};

export function proveLedger(copy: LedgerCopy, keys: AuditKeys): LedgerProof {
  const { subjects, lines } = copy;
  const chain = proveChain(copy, keys);
  const rows = subjects.flatMap(({ kind, id, redacted }) =>
    redacted.length === 0
      ? []
      : [
          `${kind} ${id.slice(0, 8)} was redacted in this export: ${redacted.join(', ')} cannot be checked against its lines.`,
        ],
  );
  return {
    ...chain,
    faults: [...chain.faults, ...holdEnd(copy), ...holdRows(subjects, lines)],
    unverified: [...chain.unverified, ...rows],
    actions: subjects.filter(({ kind }) => kind === 'action').length,
    incidents: subjects.filter(({ kind }) => kind === 'incident').length,
  };
}

export function proveChain({ lines, redacted }: Chain, keys: AuditKeys): Proof {
  const walk = walkChain(lines, redacted);
  const { faults, unverified, by } = holdSeals(lines, keys);
  const lost = [...redacted].map(
    (seq) => `Line ${seq} was redacted in this export: its text cannot be checked against its hash.`,
  );
  return {
    ...walk,
    faults: [...walk.faults, ...faults],
    unverified: [...unverified, ...lost],
    keyedBy: by,
    hashes: new Map(lines.map(({ seq, hash }) => [seq, hash])),
  };
}

/** The bot records where the audit ends, so that a deleted end is noticed. */
function holdEnd({ lines, head }: LedgerCopy): AuditFault[] {
  const last = lines.at(-1);
  const end = last?.seq ?? 0;
  if (head === null) return [{ seq: null, words: 'the record of the last line is gone (audit_head)' }];
  if (head.seq > end) {
    const [first, gone] = [end + 1, head.seq];
    const which = first === gone ? `line ${first} is` : `lines ${first} to ${gone} are`;
    return [{ seq: first, words: `${which} missing at the end: the bot's last line is ${gone}` }];
  }
  if (head.seq < end)
    return [
      {
        seq: end,
        words: `line ${end} was not written by this bot, whose last line is ${head.seq}`,
      },
    ];
  return last && last.hash !== head.hash
    ? [{ seq: end, words: `line ${end} is not the one the bot wrote` }]
    : [];
}
