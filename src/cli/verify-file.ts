/** `raxx history --verify --file FILE`: checks an exported ledger against its own audit, without any other source. */
import type { LedgerProof, Proof } from '../operations/ports/audit-proof.ts';
import { EXIT, type Terminal } from './output.ts';
import { anchoredWords, proofJson, proofStatus, proofWords, proveAll } from './print-proof.ts';

export type FileProven =
  | { readonly ok: true; readonly ledger: LedgerProof; readonly local: Proof | null }
  /** Reason that it could not be verified. */
  | { readonly ok: false; readonly why: string };

export interface FileSetting {
  readonly terminal: Pick<Terminal, 'out' | 'err'>;
  /** `-` reads stdin. Never rejects. */
  prove(file: string): Promise<FileProven>;
}

export async function runVerifyFile(
  file: string,
  { json, anchors }: { readonly json: boolean; readonly anchors: readonly string[] },
  { terminal, prove }: FileSetting,
): Promise<number> {
  const read = await prove(file);
  const proven = proveAll(read.ok ? read.ledger : null, read.ok ? read.local : null, anchors, read.ok);
  const { ledger, local } = proven;
  if (json) {
    const found = {
      schema: 1,
      file,
      unread: read.ok ? null : read.why,
      audit: ledger && proofJson(ledger),
      local: local && proofJson(local),
      anchors: proven.anchors,
    };
    terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  } else {
    const words = [
      ...(ledger ? proofWords('The audit', ledger) : []),
      ...(local ? proofWords('The local file of the terminal', local) : []),
      ...anchoredWords(proven),
    ];
    terminal.out(words.map((one) => `${one}\n`).join(''));
  }
  if (!read.ok) terminal.err(`${file} could not be verified: ${read.why}.\n`);
  return read.ok ? proofStatus(proven) : EXIT.unknown;
}
