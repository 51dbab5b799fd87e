/**
 * `raxx history [target]`: shows what was proposed, decided, and done. `--verify` checks that the audit, and the rows
 * that follow from it, are intact.
 */

import { type HistoryEntry, readHistory } from '../operations/actions/history.ts';
import type { ActingStore } from '../operations/ports/action-store.ts';
import type { LedgerProof, Proof } from '../operations/ports/audit-proof.ts';
import { decisionOf } from '../runbook/actions/decided-by.ts';
import { STATE_WORDS } from '../runbook/actions/state-words.ts';
import type { Action } from '../runbook/model/action.ts';
import type { Happening } from '../runbook/model/happening.ts';
import type { Facts } from '../runbook/model/runbook-config.ts';
import { formatInstant } from '../runbook/text/time.ts';
import { actionJson, happeningJson } from './action-json.ts';
import { targetOrUsage } from './context.ts';
import { EXIT, type Terminal } from './output.ts';
import type { Paint } from './paint.ts';
import { anchoredWords, type Proven, proofJson, proofStatus, proofWords, proveAll } from './print-proof.ts';

export interface OpenedHistory {
  readonly actionStore: Pick<ActingStore, 'recent' | 'happenings'>;
  /** Checks actions whose process is gone. */
  settle(): Promise<void>;
  /** Checks the whole ledger against its audit. */
  prove(): Promise<LedgerProof>;
  close(): Promise<void>;
}

export interface HistorySetting {
  readonly terminal: Terminal;
  readonly facts: Facts;
  /** Returns null if nothing has been written yet. Throws if the ledger cannot be opened. */
  open(): Promise<OpenedHistory | null>;
  /** Returns what was done from this machine without the ledger, or null if there is nothing. */
  local(): (Proof & { readonly path: string }) | null;
}

const SHOWN = 20;

export interface HistoryWanted {
  readonly verify: boolean;
  readonly json: boolean;
  /** Hashes that were seen elsewhere: on a card or in the log. */
  readonly anchors: readonly string[];
}

interface Read {
  readonly entries: readonly HistoryEntry[];
  readonly proof: LedgerProof | null;
  /** Reason that the ledger could not be read. Null when it was read. */
  readonly unread: string | null;
}

/** Exit status: 1 if the audit, or what follows from it, is not intact; 2 if that is unknown; 0 otherwise. */
export async function runHistory(
  spoken: string | undefined,
  { verify, json, anchors }: HistoryWanted,
  { terminal, facts, open, local }: HistorySetting,
): Promise<number> {
  const target = spoken === undefined ? undefined : targetOrUsage(spoken, { terminal, facts });
  if (target === null) return EXIT.usage;
  terminal.progress('Opening the ledger…');
  const read = await readLedger(open, verify, target?.name);
  terminal.progress('');
  const file = local();
  const proven = proveAll(read.proof, file, anchors, read.unread === null);
  if (json) {
    terminal.out(`${JSON.stringify(historyJson(read, file, verify ? proven : null), null, 2)}\n`);
  } else {
    terminal.out(printEntries(read, terminal));
    if (verify && read.proof) terminal.out(`${proofWords('The audit', read.proof).join('\n')}\n`);
    if (file) {
      const what = `Done from this machine without the ledger: ${file.path}, ${file.lines} lines.`;
      terminal.out(`${what}\n${verify ? `${proofWords('That file', file).join('\n')}\n` : ''}`);
    }
    if (verify)
      terminal.out(
        anchoredWords(proven)
          .map((words) => `${words}\n`)
          .join(''),
      );
  }
  if (read.unread !== null) terminal.err(`The ledger could not be read: ${read.unread}.\n`);
  if (verify) return proofStatus(proven);
  return read.unread === null ? EXIT.ok : EXIT.unknown;
}

async function readLedger(open: HistorySetting['open'], verify: boolean, target?: string): Promise<Read> {
  let opened: OpenedHistory | null = null;
  try {
    opened = await open();
    if (!opened) return { entries: [], proof: null, unread: null };
    if (!verify) await opened.settle();
    const entries = await readHistory(opened.actionStore, SHOWN, target);
    return { entries, proof: verify ? await opened.prove() : null, unread: null };
  } catch (error) {
    return { entries: [], proof: null, unread: error instanceof Error ? error.message : String(error) };
  } finally {
    await opened?.close();
  }
}

function printEntries({ entries, unread }: Read, { paint }: Terminal): string {
  if (unread !== null) return '';
  if (entries.length === 0) return 'No actions yet.\n';
  return entries
    .map((entry) =>
      entry.kind === 'action' ? actionLine(entry.action, paint) : happeningLine(entry.happening, paint),
    )
    .join('');
}

function actionLine(action: Action, paint: Paint): string {
  const { state, aftermath, plan, askedBy, askedAt, reason, trail } = action;
  const after = aftermath?.kind === 'turned_bad' ? ', then failed' : '';
  const why = reason === null ? '' : ` “${reason}”`;
  const decision = decisionOf(action);
  // At the terminal, the person who asks also decides.
  const decided =
    decision && action.origin === 'slack' ? ` · ${decision.what} by ${decision.by.join(' and ')}` : '';
  const hash = paint.dim(trail.at(-1)?.hash ?? '');
  return `${formatInstant(askedAt)}  ${paint.bold(STATE_WORDS[state] + after)}: ${plan.title} · ${askedBy}${why}${decided} · ${hash}\n`;
}

function happeningLine({ kind, target, who, at, words, until, hash }: Happening, paint: Paint): string {
  const lasts = until === null ? '' : ` until ${formatInstant(until)}`;
  const said = words === null ? lasts : ` “${words}”`;
  return `${formatInstant(at)}  ${paint.bold(kind.replace('_', ' '))}${target === null ? '' : `: ${target}`}${said} · ${who} · ${paint.dim(hash)}\n`;
}

/** `proven` is null when nothing was verified. */
function historyJson(
  { entries, unread }: Read,
  file: ReturnType<HistorySetting['local']>,
  proven: Proven | null,
) {
  return {
    schema: 1,
    unread,
    actions: entries.flatMap((entry) => (entry.kind === 'action' ? [actionJson(entry.action)] : [])),
    happenings: entries.flatMap((entry) =>
      entry.kind === 'happening' ? [happeningJson(entry.happening)] : [],
    ),
    ...(proven ? { audit: proven.ledger && proofJson(proven.ledger), anchors: proven.anchors } : {}),
    local: file && { path: file.path, ...proofJson(file) },
  };
}
