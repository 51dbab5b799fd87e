/** What the audit proves of a ledger, and what it does not. */

export interface AuditFault {
  /** The line at fault; null: none is, but what ought to follow from the lines. */
  readonly seq: number | null;
  readonly words: string;
}

/** Lines that carry a key. */
export interface KeyedBy {
  /** The first of them. */
  readonly since: number;
  readonly keyIds: readonly string[];
  /** false: no key is here, so only the chain was held. */
  readonly checked: boolean;
}

export interface Proof {
  readonly lines: number;
  readonly lastHash: string;
  /** Empty: nothing was changed, removed, reordered or put in. */
  readonly faults: readonly AuditFault[];
  /** What could not be told either way. */
  readonly untold: readonly string[];
  /** null: no line carries a key. */
  readonly keyedBy: KeyedBy | null;
  /** Every hash, by the number of its line: anchors are looked up here. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** Of the team's ledger: its rows were held against the lines, too. */
export interface LedgerProof extends Proof {
  readonly actions: number;
  readonly incidents: number;
}

/** A hash that was seen elsewhere, and the line that has it; null: none has. */
export interface Anchored {
  readonly anchor: string;
  readonly seq: number | null;
  readonly chain: 'ledger' | 'local' | null;
}

const ANCHOR = /^[0-9a-f]{32,64}$/;

/** null: too short to prove anything, or no hash at all. */
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
