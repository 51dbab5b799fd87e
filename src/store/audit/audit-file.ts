/** An audit in a file: JSON lines in the same chain, for what is done while the ledger cannot be opened. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AuditEvent, type AuditLine, type AuditWalk, lineAfter, walkChain } from './audit.ts';

export interface AuditFile {
  readonly path: string;
  /** Adds a line after the last one. A line that the file does not take is made all the same, and `onLost` told why. */
  append(event: AuditEvent): AuditLine;
  /** Oldest first. Those that cannot be read are left out. */
  lines(): readonly AuditLine[];
}

/** `onLost` is told once, when a line could not be written. */
export function openAuditFile(path: string, onLost: (why: string) => void): AuditFile {
  const lost: AuditLine[] = [];
  const lines = () => [...(readLines(path)?.lines ?? []), ...lost];
  return {
    path,
    lines,
    append(event) {
      const line = lineAfter(lines().at(-1) ?? null, event);
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

/** Where the terminal notes what it does apart from the ledger. */
export function auditPath(directory: string): string {
  return `${directory}/terminal-audit.jsonl`;
}

/** null: there is no such file. A line that cannot be read is a fault, named by its place. */
export function verifyAuditFile(path: string): AuditWalk | null {
  if (!existsSync(path)) return null;
  const read = readLines(path);
  if (!read) return { lines: 0, lastHash: '', faults: [{ seq: 0, words: 'the file cannot be read' }] };
  const { lines, unreadable } = read;
  const walk = walkChain(lines);
  const faults = unreadable.map((place) => ({ seq: place, words: `line ${place} cannot be read` }));
  return { ...walk, faults: [...walk.faults, ...faults].sort((one, other) => one.seq - other.seq) };
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
    const line = lineOf(written);
    if (line) lines.push(line);
    else unreadable.push(index + 1);
  }
  return { lines, unreadable };
}

/** Shapes are ours, but anybody may have edited the file: what has another shape is no line. */
function lineOf(written: string): AuditLine | null {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return null;
  }
  const { seq, at, actionId, event, who, detail, previousHash, hash } = Object(value);
  const texts = [event, who, previousHash, hash].every((one) => typeof one === 'string');
  const isOurs = texts && Number.isSafeInteger(seq) && Number.isSafeInteger(at) && typeof detail === 'object';
  if (!isOurs || Math.abs(at) > 8.64e15) return null;
  return {
    seq,
    at,
    actionId: typeof actionId === 'string' ? actionId : null,
    event,
    who,
    detail,
    previousHash,
    hash,
  };
}
