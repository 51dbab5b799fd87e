/** Reports what the audit proves: in words, as JSON, and as an exit status. */
import { type Anchored, findAnchor, type LedgerProof, type Proof } from '../operations/ports/audit-proof.ts';
import { EXIT } from './output.ts';

const SHOWN_DIGITS = 32;

/** Everything that was verified together. */
export interface Proven {
  readonly ledger: LedgerProof | null;
  readonly local: Proof | null;
  readonly anchors: readonly Anchored[];
  /** False when there is a ledger that could not be read. */
  readonly wasRead: boolean;
}

export function proveAll(
  ledger: LedgerProof | null,
  local: Proof | null,
  anchors: readonly string[],
  wasRead: boolean,
): Proven {
  return { ledger, local, anchors: anchors.map((one) => findAnchor(one, ledger, local)), wasRead };
}

/**
 * Exit status: 1 if something is not intact, 2 if that is unknown. An anchor that is missing proves nothing while the
 * ledger was not read, because an unread line may contain it.
 */
export function proofStatus({ ledger, local, anchors, wasRead }: Proven): number {
  const proofs = [ledger, local].flatMap((proof) => (proof ? [proof] : []));
  const isMissed = wasRead && anchors.some(({ seq }) => seq === null);
  if (isMissed || proofs.some(({ faults }) => faults.length > 0)) return EXIT.problem;
  return wasRead && proofs.every(({ unverified }) => unverified.length === 0) ? EXIT.ok : EXIT.unknown;
}

/** Returns the result for each anchor. With neither an anchor nor a key, says what remains unproven. */
export function anchoredWords({ ledger, anchors, wasRead }: Proven): string[] {
  const isBare = anchors.length === 0 && ledger !== null && ledger.lines > 0 && !ledger.keyedBy?.checked;
  if (isBare && ledger.faults.length === 0) return [UNANCHORED];
  return anchors.map((one) => anchorWords(one, wasRead));
}

export function proofWords(what: string, proof: Proof | LedgerProof): string[] {
  const { lines, lastHash, faults, unverified } = proof;
  const verdict =
    faults.length > 0
      ? [`${what} is not intact:`, ...faults.map(({ words }) => `  ${words}`)]
      : [
          `${what} is intact: ${some(lines, 'line')}, the last one ${lastHash.slice(0, SHOWN_DIGITS)}.${rowWords(proof)}`,
        ];
  return [...verdict, ...unverified, ...keyWords(proof)];
}

function rowWords(proof: Proof | LedgerProof): string {
  if (!('actions' in proof)) return '';
  const { actions, incidents } = proof;
  if (actions + incidents === 0) return '';
  return ` ${some(actions, 'action')} and ${some(incidents, 'incident')} match it.`;
}

function some(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function keyWords({ keyedBy, lines }: Proof): string[] {
  if (keyedBy === null || lines === 0) return [];
  const { since, keyIds, checked } = keyedBy;
  const before = since > 1 ? ` Earlier lines carry no key.` : '';
  const by = keyIds.join(', ');
  return checked
    ? [`From line ${since} on, lines carry key id ${by}, checked against AUDIT_KEY.${before}`]
    : [`From line ${since} on, lines carry key id ${by}, not checked: AUDIT_KEY is not set here.${before}`];
}

/** Printed if there was neither a key nor an anchor. */
const UNANCHORED =
  'A chain rewritten from start to end would look the same: pass --anchor with a hash from a card or the log.';

function anchorWords({ anchor, seq, chain }: Anchored, wasRead: boolean): string {
  if (seq === null && !wasRead)
    return `The anchor ${anchor} could not be looked up: the ledger was not read.`;
  if (seq === null)
    return `No line has the anchor ${anchor}: that line was removed or rewritten, or the anchor belongs to another ledger.`;
  return `The anchor ${anchor} is line ${seq} of ${chain === 'ledger' ? 'the audit' : 'the local file'}.`;
}

export function proofJson(proof: Proof | LedgerProof) {
  const { lines, lastHash, faults, unverified, keyedBy } = proof;
  return {
    lines,
    last_hash: lastHash,
    ...('actions' in proof ? { actions: proof.actions, incidents: proof.incidents } : {}),
    faults,
    untold: unverified,
    keyed: keyedBy && { since: keyedBy.since, key_ids: keyedBy.keyIds, checked: keyedBy.checked },
  };
}
