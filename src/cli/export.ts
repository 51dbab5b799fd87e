/** `raxx export`: prints the ledger and its audit as JSON lines, to be stored and verified elsewhere. */
import { EXIT, type Terminal } from './output.ts';

export interface ExportSetting {
  readonly terminal: Pick<Terminal, 'err' | 'progress' | 'record'>;
  /** Returns every record, in order. Throws if the ledger cannot be read. */
  records(): Promise<Iterable<Readonly<Record<string, unknown>>>>;
}

/** Exit status: 2 if the ledger could not be read, and nothing was printed; 0 otherwise. */
export async function runExport({ terminal, records }: ExportSetting): Promise<number> {
  terminal.progress('Reading the ledger…');
  try {
    const read = await records();
    terminal.progress('');
    for (const record of read) terminal.record(record);
    return EXIT.ok;
  } catch (error) {
    terminal.progress('');
    const why = error instanceof Error ? error.message : String(error);
    terminal.err(`The ledger could not be read: ${why}. Nothing was exported.\n`);
    return EXIT.unknown;
  }
}
