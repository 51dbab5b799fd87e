/** An audit in a file: chained JSON lines that record what is done while the ledger cannot be opened. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Proof } from '../../operations/ports/audit-proof.ts';
import { proveChain } from '../proof/proof.ts';
import { type AuditEvent, type AuditLine, lineAfter } from './audit.ts';
import { parseLine } from './audit-json.ts';
import { type AuditKeys, NO_KEYS } from './audit-key.ts';

export interface AuditFile {
  readonly path: string;
  /** Appends a line. If it cannot be written, it stays in memory and `onLost` is called. */
  append(event: AuditEvent): AuditLine;
  /** Returns the readable lines, oldest first. */
  lines(): readonly AuditLine[];
}

/** Calls `onLost` once if a line cannot be written. */
export function openAuditFile(
  path: string,
  onLost: (why: string) => void,
  keys: AuditKeys = NO_KEYS,
): AuditFile {
  const lost: AuditLine[] = [];
  const lines = () => [...(readLines(path)?.lines ?? []), ...lost];
  return {
    path,
    lines,
    append(event) {
      const line = lineAfter(lines().at(-1) ?? null, event, keys);
      try {
        mkdirSync(dirname(path), { recursive: true });
        appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
      } catch (error) {
        if (lost.length === 0) onLost(error instanceof Error ? error.message : String(error));
        lost.push(line);
      }
      return line;
    },
  };
}

/** Path of the file where the terminal logs what it does without the ledger. */
export function auditPath(directory: string): string {
  return `${directory}/terminal-audit.jsonl`;
}

/** Returns null if the file does not exist. An unreadable line is a fault, identified by its position. */
export function verifyAuditFile(path: string, keys: AuditKeys = NO_KEYS): Proof | null {
  if (!existsSync(path)) return null;
  const read = readLines(path);
  const proof = proveChain({ lines: read?.lines ?? [], redacted: new Set() }, keys);
  if (!read) return { ...proof, faults: [{ seq: null, words: 'the file cannot be read' }] };
  const faults = read.unreadable.map((place) => ({ seq: place, words: `line ${place} cannot be read` }));
  const all = [...proof.faults, ...faults];
  return { ...proof, faults: all.toSorted((one, other) => (one.seq ?? 0) - (other.seq ?? 0)) };
}

/** Returns the readable lines of the file at `path`, or an empty list if the file does not exist. */
export function readAuditFile(path: string): readonly AuditLine[] {
  return readLines(path)?.lines ?? [];
}

function readLines(path: string): { lines: AuditLine[]; unreadable: number[] } | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const lines: AuditLine[] = [];
  const unreadable: number[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    if (written === '') continue;
    const line = parseLine(written);
    if (line) lines.push(line);
    else unreadable.push(index + 1);
  }
  return { lines, unreadable };
}
