/** Describes what the audit proves about a ledger, and what it does not. */

export interface AuditFault {
  /** The line at fault; null when the fault is not in a line, but in something that should follow from the lines. */
  readonly seq: number | null;
  readonly words: string;
}

/** Describes the lines that carry a key. */
export interface KeyedBy {
  /** The first of these lines. */
  readonly since: number;
  readonly keyIds: readonly string[];
  /** False when no key is available here, so only the chain was checked. */
  readonly checked: boolean;
}

export interface Proof {
  readonly lines: number;
  readonly lastHash: string;
  /** Empty when nothing was changed, removed, reordered or inserted. */
  readonly faults: readonly AuditFault[];
  /** Statements that could be neither proved nor refuted. */
  readonly unverified: readonly string[];
  /** Null when no line carries a key. */
  readonly keyedBy: KeyedBy | null;
  /** Every hash by its line number, for looking up anchors. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** The proof of the team's ledger, whose rows were also checked against the lines. */
export interface LedgerProof extends Proof {
  readonly actions: number;
  readonly incidents: number;
}

/** A hash that was seen elsewhere, and the audit line that has it. `seq` and `chain` are null when no line does. */
export interface Anchored {
  readonly anchor: string;
  readonly seq: number | null;
  readonly chain: 'ledger' | 'local' | null;
}

const ANCHOR = /^[0-9a-f]{32,64}$/;

/** Returns null when the text is too short to prove anything, or not a hash at all. */
export function parseAnchor(spoken: string): string | null {
  const anchor = spoken.trim().toLowerCase();
  return ANCHOR.test(anchor) ? anchor : null;
}

type Hashed = Pick<Proof, 'hashes'> | null;

export function findAnchor(anchor: string, ledger: Hashed, local: Hashed): Anchored {
  for (const [chain, proof] of [
    ['ledger', ledger],
    ['local', local],
  ] as const)
    for (const [seq, hash] of proof?.hashes ?? []) if (hash.startsWith(anchor)) return { anchor, seq, chain };
  return { anchor, seq: null, chain: null };
}
